package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.Storage;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Where a runner's journals are kept, and the key that signs them. */
final class Journals {

  /** Opens what a journal is written to. */
  interface Storages {
    Storage open(Path file) throws IOException;
  }

  /** Reads or makes the signing key. */
  interface Key {
    Signer read() throws IOException;
  }

  private final Path directory;
  private final Storages fresh;
  private final Storages existing;
  private final Key key;

  Journals(Path directory, Storages storages, Key key) {
    this(directory, storages, storages, key);
  }

  private Journals(Path directory, Storages fresh, Storages existing, Key key) {
    this.directory = directory;
    this.fresh = fresh;
    this.existing = existing;
    this.key = key;
  }

  static Journals in(Path directory) {
    return new Journals(
        directory,
        Journals::inOwnDirectory,
        Journals::alreadyThere,
        () -> Signer.in(directory.resolve("keys")));
  }

  /** Opening creates what is absent: a name mistyped on resume must not leave an empty file. */
  private static Storage alreadyThere(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new Refusal(
          Finding.of("journal.missing", "there is no journal to resume from")
              .withExpected("the journal of a run: " + file)
              .withFound("no such file")
              .withFix("name the file that the run told: run.journal()"));
    }
    return Storage.open(file);
  }

  private static Storage inOwnDirectory(Path file) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      PrivateFiles.createDirectories(parent);
    }
    return Storage.open(file);
  }

  Path directory() {
    return directory;
  }

  Path file(String run) {
    return directory.resolve(run + ".journal");
  }

  Journal create(Path file) {
    Signer signer = signer();
    return Journal.create(storage(fresh, file), signer);
  }

  /** Whether a process other than this has the journal open, and so nobody else can. */
  boolean isHeldElsewhere(Path file) {
    try {
      return Files.exists(file, LinkOption.NOFOLLOW_LINKS) && Storage.isHeldElsewhere(file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /** What another process has written so far. */
  List<Entry> peek(Path file) {
    try {
      return Journal.peek(file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /**
   * Puts a copy in the place of a journal that another process has open. That one keeps a file
   * without a name, and every further write of it is refused. Only for whoever took its lease away.
   */
  void takeOver(Path file) {
    Path copy = file.resolveSibling(file.getFileName() + ".taken-over");
    try {
      PrivateFiles.requirePrivate(file, "journal.file");
      Files.deleteIfExists(copy);
      PrivateFiles.write(copy, Files.readAllBytes(file));
      Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
      PrivateFiles.forceDirectory(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  Journal open(Path file) {
    Storage storage = storage(existing, file);
    return Journal.open(storage, signerOf(storage));
  }

  /** A key that is refused must not keep the file locked until this process ends. */
  private Signer signerOf(Storage storage) {
    return Opened.orClose(storage, opened -> signer());
  }

  private static Storage storage(Storages storages, Path file) {
    try {
      return storages.open(file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static Refusal unwritable(Path file, IOException cause) {
    return new Refusal(
        Finding.of("journal.unwritable", "cannot open a journal")
            .withExpected("a file this process may create and lock: " + file)
            .withFound(String.valueOf(cause.getMessage()))
            .withFix("give the runner a journal directory it owns: Runner.journalingTo(path)"),
        cause);
  }

  private Signer signer() {
    try {
      return key.read();
    } catch (IOException e) {
      throw new Refusal(
          Finding.of("journal.no-key", "cannot read or make the key that signs journals")
              .withExpected("a directory this process may write: " + directory.resolve("keys"))
              .withFound(String.valueOf(e.getMessage()))
              .withFix("give the runner a journal directory it owns: Runner.journalingTo(path)"),
          e);
    }
  }
}
