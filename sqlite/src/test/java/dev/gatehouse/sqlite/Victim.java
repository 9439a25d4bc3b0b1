package dev.gatehouse.sqlite;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.artifact.StoredFile;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A process of its own that dies at once at a named point, as by kill -9. */
final class Victim {
  private Victim() {}

  /** Starts it with these arguments and the class path of this process. */
  static Process start(String... arguments) throws IOException {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Victim.class.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  public static void main(String[] arguments) throws Exception {
    Target target = Sqlite.file("shop", Path.of(arguments[1]));
    if (arguments[0].equals("lease")) {
      try (Lease lease = Sqlite.dialect().concurrency().lease(target, "victim")) {
        System.out.println("held " + lease.epoch());
        System.out.flush();
        int ignored = System.in.read();
        Objects.checkIndex(0, ignored + 2);
      }
      return;
    }
    Path raw = Path.of(arguments[2]);
    Content content = Copies.content(raw, Optional.empty(), Progress.SILENT);
    Artifact artifact =
        new Artifact(
            Objects.requireNonNull(raw.getParent()),
            new Manifest(
                "id",
                "key",
                List.of(new StoredFile(String.valueOf(raw.getFileName()), "none", 1, 1, "r", "s")),
                "source",
                "method",
                content,
                Instant.now(),
                Instant.now(),
                Map.of()));
    new SqliteBackups(Optional.empty())
        .restoreFile(artifact, raw, target, "key", new DyingAt(arguments[3]));
  }

  private record DyingAt(String point) implements Progress {
    @Override
    public void moved(long bytes, long total) {}

    @Override
    public void reached(String reached) {
      if (reached.equals(point)) {
        Runtime.getRuntime().halt(9);
      }
    }

    @Override
    public void continuing() {}

    @Override
    public void interruptibleBy(Runnable interrupt) {}
  }
}
