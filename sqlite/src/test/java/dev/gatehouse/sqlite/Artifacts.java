package dev.gatehouse.sqlite;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.artifact.StoredFile;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** What a vault would hand back for a copy. */
final class Artifacts {
  private Artifacts() {}

  static Artifact of(Path copy, Produced produced) throws Exception {
    return of(copy, produced, produced.content());
  }

  static Artifact of(Path copy, Produced produced, Content content) throws Exception {
    return new Artifact(
        Objects.requireNonNull(copy.toAbsolutePath().getParent()),
        new Manifest(
            "20261121T080000Z-0badcafe",
            "key",
            List.of(
                new StoredFile(
                    String.valueOf(copy.getFileName()),
                    "none",
                    Files.size(copy),
                    Files.size(copy),
                    "raw",
                    "stored")),
            produced.source().identity(),
            produced.method(),
            content,
            produced.snapshotAt(),
            Instant.now(),
            produced.versions()));
  }
}
