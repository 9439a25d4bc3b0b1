package dev.gatehouse.core.run;

import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.Storage;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Path;

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
  private final Storages storages;
  private final Key key;

  Journals(Path directory, Storages storages, Key key) {
    this.directory = directory;
    this.storages = storages;
    this.key = key;
  }

  static Journals in(Path directory) {
    return new Journals(
        directory, Journals::inOwnDirectory, () -> Signer.in(directory.resolve("keys")));
  }

  private static Storage inOwnDirectory(Path file) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      PrivateFiles.createDirectories(parent);
    }
    return Storage.open(file);
  }

  Path file(String run) {
    return directory.resolve(run + ".journal");
  }

  Journal create(Path file) {
    return Journal.create(storage(file), signer());
  }

  Journal open(Path file) {
    return Journal.open(storage(file), signer());
  }

  private Storage storage(Path file) {
    try {
      return storages.open(file);
    } catch (IOException e) {
      throw new Refusal(
          Finding.of("journal.unwritable", "cannot open a journal")
              .withExpected("a file this process may create and lock: " + file)
              .withFound(String.valueOf(e.getMessage()))
              .withFix("give the runner a journal directory it owns: Runner.journalingTo(path)"),
          e);
    }
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
