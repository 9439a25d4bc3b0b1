package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.process.ChildProcess;
import dev.gatehouse.core.process.OutputTail;
import dev.gatehouse.core.process.Programs;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * One execution of pg_dump or pg_restore: an argument list and no shell, an environment of its own,
 * credentials on standard input, a bounded and scrubbed part of what it says, and an end in bounded
 * time whatever it does.
 */
final class ToolProcess {
  static final File NOTHING = new File("/dev/null");

  /** Where libpq finds the service file. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of("LC_ALL", "C", "PGSERVICEFILE", "/dev/stdin", "PGAPPNAME", "gatehouse", "PGTZ", "UTC");

  /** The same for tools behind a command that does not hand its environment on. */
  static final List<String> ENVIRONMENT_WORDS =
      List.of("env", "LC_ALL=C", "PGSERVICEFILE=/dev/stdin", "PGAPPNAME=gatehouse", "PGTZ=UTC");

  private static final Set<String> KEPT = Set.of("PATH", "HOME", "TMPDIR");
  private static final String SERVICE = ".service-";
  private static final int BUFFER = 1 << 18;

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

  /** The command of a tool, its arguments last, in an environment of its own. */
  static ProcessBuilder command(List<String> tool, List<String> arguments) {
    List<String> words = Stream.concat(tool.stream(), arguments.stream()).toList();
    return ChildProcess.command(words, KEPT, ENVIRONMENT);
  }

  /**
   * Hands on what it writes; it logs in by a service file in a pipe, so it can do so once.
   *
   * @return what it warned of, although it succeeded; empty when of nothing
   */
  String run(ToolLogin login, Sink sink) throws Exception {
    progress.continuing();
    return finish(ChildProcess.start(command(), login.serviceFile()), pumping(sink), moved::get);
  }

  /**
   * As {@link #run}, for a tool that opens several connections: each reads the service file anew,
   * which a pipe does not allow. The file is readable by its owner only and has no name any more
   * once the tool has started.
   *
   * @param size how far it is, in bytes: a tool that writes files shows no other progress
   * @return what it warned of, although it succeeded; empty when of nothing
   */
  String runInParallel(ToolLogin login, Path work, LongSupplier size) throws Exception {
    sweep(work);
    Path file = work.resolve(SERVICE + UUID.randomUUID());
    byte[] service = login.serviceFile();
    ChildProcess process;
    try {
      PrivateFiles.write(file, service);
      process = start(file.toFile());
    } finally {
      Arrays.fill(service, (byte) 0);
      Files.deleteIfExists(file);
    }
    return finish(process, pumping((bytes, length) -> {}), size);
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
  void run(File input, ChildProcess.Use use) throws Exception {
    finish(start(input), use, moved::get);
  }

  private ProcessBuilder command() {
    return command(tool.command(), arguments);
  }

  private ChildProcess start(File input) throws IOException {
    progress.continuing();
    return ChildProcess.start(command().redirectInput(input));
  }

  private String finish(ChildProcess process, ChildProcess.Use use, LongSupplier size)
      throws Exception {
    return require(
        process.read(use, interrupt, new ChildProcess.Silence(patience, size), progress));
  }

  private ChildProcess.Use pumping(Sink sink) {
    return out -> {
      byte[] buffer = new byte[BUFFER];
      for (int n = out.read(buffer); n >= 0; n = out.read(buffer)) {
        sink.accept(buffer, n);
        progress.moved(moved.addAndGet(n), 0);
        progress.continuing();
      }
    };
  }

  private String require(ChildProcess.Ended ended) {
    String end = OutputTail.end(ended.words());
    String said = scrubber.scrubOutput(end).strip();
    Optional<Finding> failure = Programs.failure(ended, tool.name(), arguments, patience, said);
    if (failure.isPresent()) {
      // The client's own word, in no other language.
      String path = end.contains("CONTEXT: ") ? "; " + RestoreFinding.WITHOUT_PATH : "";
      throw new StepFailed(failure.get().withFix(failure.get().fix() + path));
    }
    return said;
  }
}
