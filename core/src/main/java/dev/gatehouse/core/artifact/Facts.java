package dev.gatehouse.core.artifact;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What is known of a raw copy when it is published: what the dialect produced, and how the vault is
 * to keep it.
 *
 * <p>Immutable.
 *
 * @param fileNames names of the raw files in the staging directory, at least one
 * @param method such as {@code backup-api} or {@code vacuum-into}
 * @param content schema and table digests, read under the snapshot that was copied
 * @param source fingerprint of the database it was taken from, as text
 * @param snapshotAt the moment the content was true
 * @param versions of library, engine, driver and tools
 * @param zstd whether files that are not compressed yet are stored compressed with zstd; default no
 * @param restoreCommands shell lines that put the raw files, lying in the current directory under
 *     their names, back with stock clients; written into RESTORE.md after those that check and
 *     unpack
 * @since 0.1
 */
public record Facts(
    List<String> fileNames,
    String method,
    Content content,
    String source,
    Instant snapshotAt,
    Map<String, String> versions,
    boolean zstd,
    List<String> restoreCommands) {

  public Facts {
    fileNames = fileNames.stream().sorted().toList();
    versions = Map.copyOf(versions);
    restoreCommands = List.copyOf(restoreCommands);
  }

  /** Facts of a raw copy that is stored as it is, without restore commands yet. */
  public static Facts of(
      List<String> fileNames,
      String method,
      Content content,
      String source,
      Instant snapshotAt,
      Map<String, String> versions) {
    return new Facts(fileNames, method, content, source, snapshotAt, versions, false, List.of());
  }

  /** The same facts, with the files to be stored compressed. */
  public Facts compressed() {
    return new Facts(
        fileNames, method, content, source, snapshotAt, versions, true, restoreCommands);
  }

  /** The same facts, with these shell lines for RESTORE.md. */
  public Facts restoredBy(List<String> commands) {
    return new Facts(fileNames, method, content, source, snapshotAt, versions, zstd, commands);
  }
}
