package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * One execution of pg_dump or pg_restore: an argument list and no shell, an environment of its own,
 * credentials on standard input, a bounded and scrubbed part of what it says, and an end in bounded
 * time whatever it does.
 */
final class ToolProcess {
  static final File NOTHING = new File("/dev/null");

  /** Where libpq finds the service file. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("LC_ALL", "C", "PGSERVICEFILE", "/dev/stdin", "PGAPPNAME", "gatehouse");

  /** The same for tools behind a command that does not hand its environment on. */
  static final List<String> ENVIRONMENT_WORDS =
      List.of("env", "LC_ALL=C", "PGSERVICEFILE=/dev/stdin", "PGAPPNAME=gatehouse");

  private static final Set<String> KEPT = Set.of("PATH", "HOME", "TMPDIR");
  private static final String SERVICE = ".service-";
  private static final int BUFFER = 1 << 18;

  /** Reads what the tool writes. */
  @FunctionalInterface
  interface Use {
    void read(InputStream out) throws Exception;
  }

  /** Takes what the tool writes. */
  @FunctionalInterface
  interface Sink {
    void accept(byte[] bytes, int length) throws Exception;
  }

  private final ToolSearch.Tool tool;
  private final List<String> arguments;
  private final Scrubber scrubber;
  private final Duration patience;
  private final Progress progress;
  private final Runnable interrupt;
  private final AtomicLong moved = new AtomicLong();
  private final AtomicBoolean silent = new AtomicBoolean();

  ToolProcess(
      ToolSearch.Tool tool,
      List<String> arguments,
      Scrubber scrubber,
      Duration patience,
      Progress progress) {
    this(tool, arguments, scrubber, patience, progress, () -> {});
  }

  /**
   * @param interrupt what else blocks whoever reads its output
   */
  ToolProcess(
      ToolSearch.Tool tool,
      List<String> arguments,
      Scrubber scrubber,
      Duration patience,
      Progress progress,
      Runnable interrupt) {
    this.interrupt = interrupt;
    this.tool = tool;
    this.arguments = List.copyOf(arguments);
    this.scrubber = scrubber;
    this.patience = patience;
    this.progress = progress;
  }

  static void clean(Map<String, String> environment) {
    environment.keySet().retainAll(KEPT);
    environment.putAll(ENVIRONMENT);
  }

  /** Hands on what it writes; it logs in by a service file in a pipe, so it can do so once. */
  void run(ToolLogin login, Sink sink) throws Exception {
    Process process = start(ProcessBuilder.Redirect.PIPE);
    byte[] service = login.serviceFile();
    try (OutputStream in = process.getOutputStream()) {
      in.write(service);
    } catch (IOException brokenPipe) {
      // It ended before it read; why, its exit code and its words tell.
    } finally {
      Arrays.fill(service, (byte) 0);
    }
    finish(process, pumping(sink), moved::get);
  }

  /**
   * As {@link #run}, for a tool that opens several connections: each reads the service file anew,
   * which a pipe does not allow. The file is readable by its owner only and has no name any more
   * once the tool has started.
   *
   * @param size how far it is, in bytes: a tool that writes files shows no other progress
   */
  void runInParallel(ToolLogin login, Path work, LongSupplier size) throws Exception {
    sweep(work);
    Path file = work.resolve(SERVICE + UUID.randomUUID());
    byte[] service = login.serviceFile();
    Process process;
    try {
      PrivateFiles.write(file, service);
      process = start(ProcessBuilder.Redirect.from(file.toFile()));
    } finally {
      Arrays.fill(service, (byte) 0);
      Files.deleteIfExists(file);
    }
    finish(process, pumping((bytes, length) -> {}), size);
  }

  /** What a process that was killed between writing a file and removing its name left. */
  private static void sweep(Path work) throws IOException {
    Instant dead = Instant.now().minusSeconds(60);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(work, SERVICE + "*")) {
      for (Path file : left) {
        if (Files.getLastModifiedTime(file).toInstant().isBefore(dead)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  /**
   * For a tool that logs in nowhere.
   *
   * @param input what its standard input is
   */
  void run(File input, Use use) throws Exception {
    finish(start(ProcessBuilder.Redirect.from(input)), use, moved::get);
  }

  private Process start(ProcessBuilder.Redirect input) throws IOException {
    progress.continuing();
    List<String> words = new ArrayList<>(tool.command());
    words.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(words).redirectInput(input);
    clean(builder.environment());
    return builder.start();
  }

  private void finish(Process process, Use use, LongSupplier size) throws Exception {
    StderrTail words = new StderrTail(process.getErrorStream());
    Thread watch = watch(process, size);
    try {
      progress.interruptibleBy(
          () -> {
            kill(process.toHandle());
            interrupt.run();
          });
      try (InputStream out = process.getInputStream()) {
        use.read(out);
      }
      process.waitFor();
    } catch (Exception e) {
      kill(process.toHandle());
      progress.continuing();
      throw e;
    } finally {
      kill(process.toHandle());
      progress.interruptibleBy(() -> {});
      watch.interrupt();
      process.getInputStream().close();
    }
    progress.continuing();
    require(process.exitValue(), words.text());
  }

  private Use pumping(Sink sink) {
    return out -> {
      byte[] buffer = new byte[BUFFER];
      for (int n = out.read(buffer); n >= 0; n = out.read(buffer)) {
        sink.accept(buffer, n);
        progress.moved(moved.addAndGet(n), 0);
        progress.continuing();
      }
    };
  }

  /** A tool that hangs must not hang the run: the clock is this machine's steady one. */
  private Thread watch(Process process, LongSupplier size) {
    Thread watch =
        new Thread(
            () -> {
              long last = -1;
              long since = System.nanoTime();
              try {
                while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
                  long now = size.getAsLong();
                  if (now != last) {
                    last = now;
                    since = System.nanoTime();
                  } else if (System.nanoTime() - since > patience.toNanos()) {
                    silent.set(true);
                    kill(process.toHandle());
                    return;
                  }
                }
              } catch (InterruptedException over) {
                return;
              }
            },
            "gatehouse-tool-watch");
    watch.setDaemon(true);
    watch.start();
    return watch;
  }

  private void require(int exit, String said) {
    if (silent.get()) {
      throw failed(
          "tool.silent",
          tool.name() + " wrote nothing for " + patience.toSeconds() + " s and was killed",
          said);
    }
    if (exit != 0) {
      throw failed("tool.failed", tool.name() + " did not succeed: exit code " + exit, said);
    }
  }

  private StepFailed failed(String code, String head, String said) {
    return new StepFailed(
        Finding.of(code, head)
            .withExpected("exit code 0: " + tool.name() + " " + String.join(" ", arguments))
            .withFound(scrubber.scrub(said.isEmpty() ? "it said nothing" : said))
            .withFix(
                "mend what "
                    + tool.name()
                    + " reports, then run the runbook again"
                    // The client's own word, in no other language.
                    + (said.contains("CONTEXT: ") ? "; " + RestoreFinding.WITHOUT_PATH : "")));
  }

  /** The parent first, so that it starts no more; then those it had. */
  static void kill(ProcessHandle process) {
    List<ProcessHandle> below = process.descendants().toList();
    process.destroyForcibly();
    below.forEach(ToolProcess::kill);
  }
}
