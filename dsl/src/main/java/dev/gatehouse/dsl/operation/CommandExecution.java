package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.dsl.words.Seconds;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One execution of a command, watched by the calling thread alone: no thread is left behind,
 * whatever the program's own children do.
 */
final class CommandExecution {
  private static final Set<String> KEPT =
      Set.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR");
  private static final long POLL_MILLIS = 10;

  /** How it ended; the exit code means nothing when the deadline ended it. */
  record Ended(int exit, boolean late, String output, String seconds) {}

  private final CommandLine line;
  private final OutputTail tail = new OutputTail();

  private CommandExecution(CommandLine line) {
    this.line = line;
  }

  static Ended of(CommandLine line, Progress progress) throws IOException, InterruptedException {
    return new CommandExecution(line).run(progress);
  }

  private Ended run(Progress progress) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Process process = builder().start();
    try {
      progress.interruptibleBy(() -> kill(process.toHandle()));
      feed(process);
      boolean late = watch(process, begun);
      if (late) {
        kill(process.toHandle());
      }
      process.waitFor();
      drain(process.getInputStream());
      return new Ended(process.exitValue(), late, tail.text(), Seconds.since(begun));
    } finally {
      kill(process.toHandle());
      progress.interruptibleBy(() -> {});
      process.getInputStream().close();
    }
  }

  private ProcessBuilder builder() {
    List<String> words =
        Stream.concat(Stream.of(line.found().toString()), line.arguments().stream()).toList();
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    line.directory().ifPresent(where -> builder.directory(where.toFile()));
    Map<String, String> environment = builder.environment();
    environment.keySet().retainAll(KEPT);
    return builder;
  }

  /** Never waits: a command line holds no secret that a pipe does not. */
  private void feed(Process process) {
    try (OutputStream in = process.getOutputStream()) {
      if (line.secret().isPresent()) {
        byte[] bytes = line.secret().get().reveal(CommandExecution::utf8);
        try {
          in.write(bytes);
        } finally {
          Arrays.fill(bytes, (byte) 0);
        }
      }
    } catch (IOException brokenPipe) {
      // The program closed its input unread; whether that is an error, its exit code tells.
      return;
    }
  }

  private static byte[] utf8(char[] value) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(value));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.duplicate().get(bytes);
    while (encoded.hasRemaining()) {
      encoded.put((byte) 0);
    }
    return bytes;
  }

  /** Whether the deadline came first. */
  private boolean watch(Process process, long begun) throws IOException, InterruptedException {
    long limit = line.deadline().toNanos();
    do {
      drain(process.getInputStream());
      if (System.nanoTime() - begun > limit) {
        return true;
      }
    } while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS));
    return false;
  }

  /** Reads what is there without waiting: a grandchild may hold the pipe open for ever. */
  private void drain(InputStream output) throws IOException {
    byte[] buffer = new byte[8192];
    int there = output.available();
    while (there > 0) {
      int read = output.read(buffer, 0, Math.min(there, buffer.length));
      if (read < 0) {
        return;
      }
      tail.add(buffer, read);
      there = output.available();
    }
  }

  /**
   * The parent first, so that it starts no more children; then those it had, and theirs. They are
   * listed before, because an orphan is nobody's descendant. By handle: {@link Process} would close
   * the output with the last words in it.
   */
  private static void kill(ProcessHandle process) {
    List<ProcessHandle> below = process.descendants().toList();
    process.destroyForcibly();
    below.forEach(CommandExecution::kill);
  }
}
