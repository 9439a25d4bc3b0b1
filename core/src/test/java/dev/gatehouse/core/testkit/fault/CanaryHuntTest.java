package dev.gatehouse.core.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.testkit.CanaryScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is planted is found, with its place; what is not planted is not found. */
@Timeout(60)
class CanaryHuntTest {
  private static final String CANARY = "c4n'ary\"w\\ith k\u00e9y+9";
  private static final CanaryScanner SCANNER = new CanaryScanner(CANARY);
  private static final CanaryHunt HUNT = new CanaryHunt(SCANNER);

  @TempDir Path directory = Path.of("");

  private Process child(String variable, String... arguments) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", "echo ready; read line", "sh");
    builder.command().addAll(List.of(arguments));
    builder.environment().put("PLANTED", variable);
    Process process = builder.start();
    assertThat(process.inputReader().readLine()).isEqualTo("ready");
    return process;
  }

  @Test
  void a_secret_in_a_command_line_is_found() throws Exception {
    Process process = child("harmless", "--password=" + CANARY);
    try {
      assertThat(HUNT.in(ProcessHandle.current()))
          .contains(new Leak("cmdline of process " + process.pid(), "raw"));
    } finally {
      Signals.kill(process.toHandle());
    }
  }

  @Test
  void a_secret_in_an_environment_is_found_further_down_the_tree() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "A=\"$(cat)\" sh -c 'echo ready; sleep 20'; true");
    Process process = builder.start();
    try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
      in.write(CANARY);
    }
    try {
      assertThat(process.inputReader().readLine()).isEqualTo("ready");
      assertThat(HUNT.in(process.toHandle()))
          .isNotEmpty()
          .allMatch(leak -> leak.place().startsWith("environ of process "))
          .noneMatch(leak -> leak.place().endsWith(" " + process.pid()));
    } finally {
      Signals.kill(process.toHandle());
    }
  }

  @Test
  void processes_without_it_are_clean() throws Exception {
    Process process = child("harmless", "--password-file=/dev/stdin");
    try {
      assertThat(CanaryHunt.shown(process.pid(), "cmdline")).asString().contains("password-file");
      assertThat(HUNT.in(process.toHandle())).isEmpty();
    } finally {
      Signals.kill(process.toHandle());
    }
  }

  @Test
  void a_secret_shown_for_a_moment_is_seen_by_the_watch() throws Exception {
    try (ProcessWatch watch = ProcessWatch.over(SCANNER)) {
      // the shell replaces itself: the secret is in the command line before that only
      Process process =
          new ProcessBuilder("sh", "-c", "read line; exec sleep 20", "sh", CANARY).start();
      try {
        Leak shown = new Leak("cmdline of process " + process.pid(), "raw");
        requireSoon(() -> watch.leaks().contains(shown));
        process.outputWriter().append('\n').close();
        requireSoon(() -> HUNT.in(process.toHandle()).isEmpty());
        assertThat(watch.leaks()).contains(shown);
      } finally {
        Signals.kill(process.toHandle());
      }
    }
  }

  @Test
  void the_watch_looks_at_harmless_processes_and_finds_nothing() throws Exception {
    try (ProcessWatch watch = ProcessWatch.over(SCANNER)) {
      Process process = new ProcessBuilder("sh", "-c", "sleep 20; true harmless").start();
      try {
        requireSoon(() -> watch.saw("harmless"));
        long before = watch.samples();
        requireSoon(() -> watch.samples() > before + 10);
      } finally {
        Signals.kill(process.toHandle());
      }
      assertThat(watch.saw("never started")).isFalse();
      assertThat(watch.leaks()).isEmpty();
      assertThat(watch.longestGapNanos()).isPositive();
    }
  }

  @Test
  void the_watch_sees_environments_and_orphans() throws Exception {
    try (ProcessWatch watch = ProcessWatch.over(SCANNER)) {
      // the shell's own command line names both sleeps: what counts is the orphan's environment
      ProcessBuilder builder = new ProcessBuilder("sh", "-c", "(sleep 0.1; exec sleep 25) & exit");
      builder.environment().put("MYSQL_PWD", CANARY);
      long pid = builder.start().pid();
      requireSoon(() -> watch.leaks().stream().anyMatch(leak -> ofAnother(leak, pid)));
    }
  }

  /** Waits for the thing itself: a busy machine takes its time. */
  private static void requireSoon(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(5_000_000);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private static boolean ofAnother(Leak leak, long pid) {
    return leak.place().startsWith("environ of process ") && !leak.place().endsWith(" " + pid);
  }

  @Test
  void a_secret_in_a_file_or_its_name_is_found() throws Exception {
    Path below = Files.createDirectories(directory.resolve("a/b"));
    Path dump = Files.writeString(below.resolve("dump.sql"), "-- by '" + CANARY + "'\n");
    Path named = Files.createFile(below.resolve("backup of " + CANARY.replace('/', '_')));
    Path link = Files.createSymbolicLink(below.resolve("link"), Path.of(CANARY));
    assertThat(HUNT.in(directory))
        .contains(
            new Leak(dump.toString(), "raw"),
            new Leak("name of " + named, "raw"),
            new Leak(link + " ->", "raw"));
  }

  @Test
  void a_secret_across_the_windows_of_a_large_file_is_found() throws Exception {
    String encoded = Base64.getEncoder().encodeToString(CANARY.getBytes(StandardCharsets.UTF_8));
    for (int before : new int[] {0, (64 << 10) - 5, (1 << 20) - 7, (1 << 20) + 1}) {
      Path file = directory.resolve("at " + before);
      Files.writeString(file, "x".repeat(before) + encoded + "y".repeat(100_000));
      assertThat(HUNT.in(file)).contains(new Leak(file.toString(), "Base64 of UTF-8 at 0"));
    }
  }

  @Test
  void files_without_it_are_clean() throws Exception {
    Files.writeString(directory.resolve("a"), "Secret[canary]".repeat(10_000));
    assertThat(HUNT.in(directory)).isEmpty();
  }

  @Test
  void what_cannot_be_read_is_not_called_clean() {
    assertThatThrownBy(() -> HUNT.in(directory.resolve("missing"))).isInstanceOf(IOException.class);
  }

  @Test
  void a_secret_that_is_written_in_pieces_is_found() throws Exception {
    try (ScannedStream stream = new ScannedStream("a stream", SCANNER)) {
      byte[] bytes = ("before " + CANARY + " behind").getBytes(StandardCharsets.UTF_8);
      for (byte b : bytes) {
        stream.write(b);
      }
      assertThat(stream.leaks()).contains(new Leak("a stream", "raw"));
      assertThat(stream.count()).isEqualTo(bytes.length);
    }
  }

  @Test
  void a_secret_asked_for_half_way_is_still_found_when_it_is_complete() throws Exception {
    try (ScannedStream stream = new ScannedStream("a stream", SCANNER)) {
      byte[] bytes = CANARY.getBytes(StandardCharsets.UTF_8);
      stream.write(bytes, 0, 7);
      assertThat(stream.leaks()).isEmpty();
      stream.write(bytes, 7, bytes.length - 7);
      assertThat(stream.leaks()).isNotEmpty();
    }
  }

  @Test
  void secrets_in_output_error_and_driver_logs_are_found() {
    Logger driver = Logger.getLogger("org.example.driver");
    Level before = Logger.getLogger("").getLevel();
    try (LogWatch watch = LogWatch.over(SCANNER)) {
      System.out.println("harmless");
      assertThat(watch.leaks()).isEmpty();
      assertThat(watch.count()).isPositive();
      System.out.println(CANARY);
      System.err.println(CANARY);
      driver.finest("connecting with " + CANARY);
      assertThat(watch.leaks())
          .contains(
              new Leak("standard output", "raw"),
              new Leak("standard error", "raw"),
              new Leak("java.util.logging", "raw"));
    }
    assertThat(Logger.getLogger("").getLevel()).isEqualTo(before);
  }
}
