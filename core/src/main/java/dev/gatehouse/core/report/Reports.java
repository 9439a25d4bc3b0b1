package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Pattern;

/**
 * Files a run: its checklist and its JSON, side by side, named by the run.
 *
 * <p>Each file appears whole or not at all, readable by its owner only (0600) where the file system
 * knows owners, and replaces an earlier report of the same run. Thread-safe. Needs the right to
 * write the directory, and no privilege in any database.
 *
 * @since 0.1
 */
public final class Reports {

  /** What was written. */
  public record Written(Path checklist, Path json) {}

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,120}");

  private Reports() {}

  /**
   * Writes {@code <run>.md} and {@code <run>.json}.
   *
   * @param directory made, readable by its owner only, when it is not there
   * @param head the journal's signed head
   * @throws Refusal {@code report.name} when the run's name cannot be a file name, {@code
   *     report.link} when the directory or one of the files is a symbolic link; nothing is written
   * @throws IOException when the disk does not take it; an earlier report is left as it was
   */
  public static Written write(Path directory, RunRecord run, String head) throws IOException {
    if (!NAME.matcher(run.run()).matches()) {
      throw new Refusal(
          Finding.of("report.name", "the name of the run cannot be a file name")
              .withExpected("letters, digits, '.', '_' and '-', at most 121, no dot at the start")
              .withFound(Plain.line(run.run()))
              .withFix("take the journal as it was written; runs are never named like this"));
    }
    Written written =
        new Written(directory.resolve(run.run() + ".md"), directory.resolve(run.run() + ".json"));
    refuseLink(directory);
    refuseLink(written.checklist());
    refuseLink(written.json());
    String checklist = Checklist.filled(run, head);
    String json = RunJson.of(run, head);
    Files.createDirectories(directory, ownerOnly(directory, "rwx------"));
    replace(directory, written.json(), json);
    replace(directory, written.checklist(), checklist);
    return written;
  }

  private static void refuseLink(Path path) {
    if (Files.isSymbolicLink(path)) {
      throw new Refusal(
          Finding.of("report.link", "reports are not written through symbolic links")
              .withExpected("a directory and files of its own")
              .withFound(path + " is a symbolic link")
              .withFix("name the directory it leads to, or remove the link"));
    }
  }

  private static void replace(Path directory, Path file, String text) throws IOException {
    Path half =
        Files.createTempFile(directory, ".report-", ".half", ownerOnly(directory, "rw-------"));
    try {
      try (FileChannel channel = FileChannel.open(half, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(half);
    }
    forceDirectory(directory);
  }

  /**
   * Not every file system lets a directory be opened; there the rename is as durable as it gets.
   */
  private static void forceDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      return;
    }
  }

  private static FileAttribute<?>[] ownerOnly(Path path, String permissions) throws IOException {
    Path existing = path.toAbsolutePath();
    while (existing.getParent() != null && !Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      existing = existing.getParent();
    }
    boolean owners = Files.getFileStore(existing).supportsFileAttributeView("posix");
    return owners
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }
}
