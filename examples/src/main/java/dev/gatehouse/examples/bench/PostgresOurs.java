package dev.gatehouse.examples.bench;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Facts;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Our side of a pair on PostgreSQL, in a JVM of its own: TASK DIRECTORY and where the database is,
 * as {@link ExampleDatabase} takes it. It finds the peers' pg_dump on PATH.
 */
final class PostgresOurs {
  private static final String DUMP = "bench.dump";
  private static final int BUFFER = 1 << 18;

  /** How many are measured; the median counts. */
  static final int ROUND_TRIPS = 3;

  private final Target target;
  private final Path directory;
  private final Optional<CpuSeconds> cpu;

  private PostgresOurs(Target target, Path directory) {
    this.target = target;
    this.directory = directory;
    this.cpu = CpuSeconds.of(target);
  }

  public static void main(String... arguments) throws Exception {
    List<String> where = Arrays.asList(arguments).subList(2, arguments.length);
    try (ExampleDatabase database = ExampleDatabase.of(where)) {
      new PostgresOurs(database.target(), Path.of(arguments[1])).run(arguments[0]);
    }
    Measured.heap();
  }

  private double spent() throws IOException {
    return cpu.isPresent() ? cpu.get().spent() : 0;
  }

  private void run(String task) throws Exception {
    switch (task.split(":", 2)[0]) {
      case "pipe" -> pipe();
      case "backup" ->
          Measured.run(
              runbook("Backup", gate("Backup", backUp(into(vault())))),
              target,
              directory.resolve("journals"));
      case "verify" -> vault().verify(latest());
      case "unpack" -> vault().unpack(latest(), Files.createDirectory(directory.resolve("raw")));
      case "drill" -> drill(Scratch.Procedure.AS_IN_PLACE);
      case "parallel-drill" -> drill(Scratch.Procedure.IN_PARALLEL);
      case "round-trip" -> roundTrips(Integer.parseInt(task.split(":", 2)[1]));
      case "content" -> {
        double spent = spent();
        Content recorded = latest().manifest().content();
        Measured.inner(() -> method().contentAs(recorded, target, Progress.SILENT));
        Measured.fact("cpu", spent() - spent);
      }
      default -> throw new IllegalArgumentException("no such task: " + task);
    }
  }

  private Vault vault() {
    return Vault.at(directory.resolve("vault"));
  }

  private Artifact latest() {
    return vault().artifacts().get(0);
  }

  private BackupMethod method() {
    return target.dialect().backups().orElseThrow();
  }

  /**
   * What the peer does and no more: the dialect's own method always reads the content as well, so
   * pg_dump is started here; compression, both hashes, sync and publication are the vault's.
   */
  private void pipe() throws Exception {
    try (Staging staging = vault().stage("bench", Instant.now())) {
      Process dump =
          new ProcessBuilder("pg_dump", "-Fc", "-Z0")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (InputStream in = dump.getInputStream();
          OutputStream out = staging.compressing(DUMP)) {
        byte[] buffer = new byte[BUFFER];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          out.write(buffer, 0, n);
        }
      }
      if (dump.waitFor() != 0) {
        throw new IllegalStateException("pg_dump ended with " + dump.exitValue());
      }
      Content none = new Content("none", List.of());
      staging.publish(
          Facts.of(List.of(DUMP), "bench", none, "bench", Instant.now(), Map.of("bench", "1")));
    }
  }

  /** Backup and drill in a JVM that has done so before, as a service has. */
  private void roundTrips(int before) throws Exception {
    List<Double> seconds = new ArrayList<>();
    List<Double> computed = new ArrayList<>();
    for (int i = -before; i < ROUND_TRIPS; i++) {
      double spent = spent();
      long begin = System.nanoTime();
      BackUp dump = backUp(into(Vault.at(directory.resolve("vault" + i))));
      Measured.run(
          runbook(
              "Round trip",
              gate("Backup", dump),
              gate("Restore proved", restoreDrill(dump).intoScratchDatabase())),
          target,
          directory.resolve("journals" + i));
      if (i >= 0) {
        seconds.add((System.nanoTime() - begin) / 1e9);
        computed.add(spent() - spent);
      }
    }
    Measured.fact("inner", Table.median(seconds));
    Measured.fact("cpu", Table.median(computed));
  }

  /** Prints how long its parts take, without the start of the JVM. */
  private void drill(Scratch.Procedure procedure) throws Exception {
    Content content =
        method()
            .drill(
                latest(),
                directory.resolve("raw"),
                new Scratch.OnServer(target, procedure),
                "bench/drill",
                new Stopwatch());
    if (!latest().manifest().content().differences(content).isEmpty()) {
      throw new IllegalStateException("the drill's content differs from the backup's");
    }
  }

  /** Prints the seconds between the points that a drill reaches. */
  private final class Stopwatch implements Progress {
    private long last = System.nanoTime();
    private double spent = spent();

    Stopwatch() throws IOException {}

    @Override
    public void reached(String point) {
      Measured.fact(point, (System.nanoTime() - last) / 1e9);
      try {
        double now = spent();
        Measured.fact(point + ".cpu", now - spent);
        spent = now;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      last = System.nanoTime();
    }

    @Override
    public void moved(long bytes, long total) {}

    @Override
    public void continuing() {}

    @Override
    public void interruptibleBy(Runnable interrupt) {}
  }
}
