package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.RestoreMethod.State;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.json.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a restore lays beside the database: the staged new file, and a directory with the old one,
 * its sidecars, and a note by which anybody can tell later how far the restore came.
 *
 * <p>The old file has two names until the new one takes its place, so that the database's own name
 * leads at every instant to the whole old or the whole new one.
 */
final class Quarantine {
  private static final List<String> SIDECARS = List.of("-wal", "-shm", "-journal");
  private static final String NOTE = "restore.json";

  private final Path database;
  private final Path staged;
  private final Path directory;

  Quarantine(Path database, String key) {
    String hash = hash(key);
    this.database = database;
    this.staged = database.resolveSibling("." + database.getFileName() + "." + hash + ".restore");
    this.directory = database.resolveSibling(database.getFileName() + ".quarantine-" + hash);
  }

  /** Where the new file waits. */
  Path staged() {
    return staged;
  }

  /** Where the old file is kept. */
  Path directory() {
    return directory;
  }

  private Path old() {
    return directory.resolve(database.getFileName());
  }

  private Path note() {
    return directory.resolve(NOTE);
  }

  /** Makes the directory and the note, both lasting: from now on {@link #state} can tell. */
  void open(Map<String, String> facts) throws IOException {
    PrivateFiles.createDirectory(directory);
    Path draft = directory.resolve(NOTE + ".part");
    PrivateFiles.write(draft, Json.canonical(facts));
    Files.move(draft, note(), StandardCopyOption.ATOMIC_MOVE);
    Durable.sync(directory);
    Durable.sync(parent());
  }

  /** Gives the old file its second name. */
  void link() throws IOException {
    Files.createLink(old(), database);
    Durable.sync(directory);
  }

  /** Takes the sidecars away; they hold nothing any more, but would be applied to the new file. */
  void takeSidecars() throws IOException {
    for (String sidecar : SIDECARS) {
      Path from = beside(sidecar);
      if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(from, directory.resolve(from.getFileName()), StandardCopyOption.ATOMIC_MOVE);
      }
    }
    Durable.sync(directory);
    Durable.sync(parent());
  }

  /** The one step that decides. */
  void replace() throws IOException {
    Files.move(staged, database, StandardCopyOption.ATOMIC_MOVE);
  }

  void syncParent() throws IOException {
    Durable.sync(parent());
  }

  /** Puts the old file back in its place after all; it keeps its second name meanwhile. */
  void reinstate() throws IOException {
    Files.deleteIfExists(staged);
    Files.createLink(staged, old());
    Files.move(staged, database, StandardCopyOption.ATOMIC_MOVE);
    Durable.sync(parent());
  }

  /** Puts everything back as it was; only while the old file is in its place. */
  void abandon() throws IOException {
    if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      for (String sidecar : SIDECARS) {
        Path away = directory.resolve(beside(sidecar).getFileName());
        if (Files.exists(away, LinkOption.NOFOLLOW_LINKS)
            && !Files.exists(beside(sidecar), LinkOption.NOFOLLOW_LINKS)) {
          Files.move(away, beside(sidecar), StandardCopyOption.ATOMIC_MOVE);
        }
        Files.deleteIfExists(away);
      }
      Files.deleteIfExists(old());
      Files.deleteIfExists(directory.resolve(NOTE + ".part"));
      Files.deleteIfExists(note());
      Files.deleteIfExists(directory);
    }
    Files.deleteIfExists(staged);
    Durable.sync(parent());
  }

  /** Decided by which file the database's name leads to. */
  State state() throws IOException {
    if (!Files.exists(note(), LinkOption.NOFOLLOW_LINKS)) {
      return State.NOT_APPLIED;
    }
    Map<String, Object> facts = Json.parse(Files.readAllBytes(note()));
    Optional<String> live = Durable.inode(database);
    if (live.isEmpty()) {
      return State.UNKNOWN;
    }
    if (live.get().equals(facts.get("new"))) {
      return State.APPLIED;
    }
    return live.get().equals(facts.get("old")) ? State.NOT_APPLIED : State.UNKNOWN;
  }

  private Path beside(String sidecar) {
    return database.resolveSibling(database.getFileName() + sidecar);
  }

  private Path parent() {
    return Objects.requireNonNull(database.getParent());
  }

  /** Short enough for a file name, long enough for two keys never to meet. */
  private static String hash(String key) {
    return Sha256.of(key).substring(0, 16);
  }
}
