package dev.gatehouse.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A {@link CrashVictim}: what it said, and how it ended. */
record ChildProcess(List<String> lines, int exit) {
  /** 128 + SIGKILL. */
  private static final int KILLED = 137;

  private static final int PATIENCE_SECONDS = 120;

  /** Lets it run to its end. */
  static ChildProcess toEnd(CrashScenario scenario, Path work) throws Exception {
    return run(scenario, work, "none", 1);
  }

  /** Kills it with SIGKILL while it stands at the n-th point of that name, if it comes there. */
  static ChildProcess killedAt(CrashScenario scenario, Path work, String point, long n)
      throws Exception {
    return run(scenario, work, point, n);
  }

  boolean killed() {
    return exit == KILLED;
  }

  private static ChildProcess run(CrashScenario scenario, Path work, String point, long n)
      throws Exception {
    Process process = start(scenario, work, point, n);
    // By handle: Process.destroyForcibly would close the pipe with the last words in it.
    ProcessHandle handle = process.toHandle();
    CompletableFuture<Void> watchdog =
        CompletableFuture.runAsync(
            handle::destroyForcibly,
            CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    List<String> lines = new ArrayList<>();
    try (BufferedReader said = process.inputReader()) {
      int reached = 0;
      String line = said.readLine();
      while (line != null) {
        lines.add(line);
        if (line.equals(CrashVictim.POINT + point) && ++reached == n) {
          handle.destroyForcibly();
        }
        line = said.readLine();
      }
      return new ChildProcess(lines, process.waitFor());
    } finally {
      watchdog.cancel(false);
      handle.destroyForcibly();
    }
  }

  private static Process start(CrashScenario scenario, Path work, String point, long n)
      throws IOException {
    // Surefire hides the class path in the manifest of a jar, which is slow to read.
    String classes =
        Optional.ofNullable(System.getProperty("surefire.test.class.path"))
            .orElse(System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            classes,
            CrashVictim.class.getName(),
            scenario.name(),
            work.toString(),
            String.valueOf(n),
            point)
        .redirectErrorStream(true)
        .start();
  }

  /** What follows that word, line by line. */
  List<String> told(String word) {
    return lines.stream()
        .filter(line -> line.startsWith(word))
        .map(line -> line.substring(word.length()))
        .toList();
  }

  List<String> points() {
    return told(CrashVictim.POINT);
  }

  /** What it said beside its points, for the report of a violation. */
  String words() {
    return String.join(
        "\n    ", lines.stream().filter(line -> !line.startsWith(CrashVictim.POINT)).toList());
  }
}
