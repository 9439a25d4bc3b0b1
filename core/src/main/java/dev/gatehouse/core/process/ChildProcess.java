package dev.gatehouse.core.process;

import dev.gatehouse.core.dialect.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A child process: an argument list and no shell, an environment of its own, a bounded part of what
 * it says, and an end in bounded time, with all that it started, whatever it does.
 *
 * <p>One thread at a time; {@link #run} or {@link #read} once, and soon after the start. Closed, it
 * is killed if it has not ended; so it has after either of the two.
 *
 * @since 0.1
 */
public final class ChildProcess implements AutoCloseable {
  private static final long POLL_MILLIS = 10;
  private static final long WATCH_MILLIS = 200;
  private static final long LAST_WORDS_MILLIS = 2_000;

  /**
   * How it ended; the exit code means nothing when it was killed.
   *
   * @param killed whether it came to the limit of its time
   * @param words the last part of what it said
   */
  public record Ended(int exit, boolean killed, String words) {}

  /** Reads what a process writes. */
  @FunctionalInterface
  public interface Use {
    void read(InputStream out) throws Exception;
  }

  /**
   * How long a process may stand still.
   *
   * @param size what grows while it does not; asked from a thread of its own
   */
  public record Silence(Duration most, LongSupplier size) {}

  private final Process process;
  private final OutputTail tail = new OutputTail();
  private volatile boolean silent;

  private ChildProcess(Process process) {
    this.process = process;
  }

  /** Of this process's environment a child sees these variables only, and those that are added. */
  public static ProcessBuilder command(
      List<String> words, Set<String> kept, Map<String, String> added) {
    ProcessBuilder command = new ProcessBuilder(words);
    command.environment().keySet().retainAll(kept);
    command.environment().putAll(added);
    return command;
  }

  /** Starts it; its standard input is what the command says. */
  public static ChildProcess start(ProcessBuilder command) throws IOException {
    return new ChildProcess(command.start());
  }

  /** Starts it and hands it these bytes, which are wiped, and must fit a pipe: 64 KiB. */
  public static ChildProcess start(ProcessBuilder command, byte[] secret) throws IOException {
    try {
      ChildProcess child = start(command);
      child.feed(secret);
      return child;
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /**
   * Hands one that waits for it these bytes, and no more; as {@link #start(ProcessBuilder,
   * byte[])}.
   */
  public void feed(byte[] secret) {
    try (OutputStream in = process.getOutputStream()) {
      in.write(secret);
    } catch (IOException brokenPipe) {
      // It closed its input unread; whether that is an error, its exit code tells.
      return;
    } finally {
      Arrays.fill(secret, (byte) 0);
    }
  }

  /** Whether it has not ended yet. */
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    kill();
  }

  /**
   * Waits for its end, and keeps the last part of its output. The calling thread alone watches it:
   * no thread is left behind, whatever the program's own children do.
   *
   * @param most after so long it is killed
   */
  public Ended run(Duration most, Progress progress) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    try {
      progress.interruptibleBy(this::kill);
      boolean late;
      do {
        drain();
        late = System.nanoTime() - begun > most.toNanos();
      } while (!late && !process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS));
      if (late) {
        kill();
      }
      process.waitFor();
      drain();
      return new Ended(process.exitValue(), late, tail.text());
    } finally {
      end(progress);
    }
  }

  /** Reads what is there without waiting: a grandchild may hold the pipe open for ever. */
  private void drain() throws IOException {
    InputStream output = process.getInputStream();
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
   * Hands its output on, and keeps the last part of its error output.
   *
   * @param interrupt ends what else may block whoever reads
   */
  public Ended read(Use use, Runnable interrupt, Silence silence, Progress progress)
      throws Exception {
    Thread words = started("gatehouse-tool-words", () -> tail.addAll(process.getErrorStream()));
    started("gatehouse-tool-watch", () -> watch(silence));
    try {
      progress.interruptibleBy(
          () -> {
            kill();
            interrupt.run();
          });
      try (InputStream out = process.getInputStream()) {
        use.read(out);
      }
      process.waitFor();
    } catch (Exception e) {
      kill();
      progress.continuing();
      throw e;
    } finally {
      end(progress);
    }
    progress.continuing();
    words.join(LAST_WORDS_MILLIS);
    return new Ended(process.exitValue(), silent, tail.text());
  }

  private static Thread started(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** What hangs must not hang the run: the clock is this machine's steady one. */
  private void watch(Silence silence) {
    long last = -1;
    long since = System.nanoTime();
    try {
      while (!process.waitFor(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
        long now = silence.size().getAsLong();
        if (now != last) {
          last = now;
          since = System.nanoTime();
        } else if (System.nanoTime() - since > silence.most().toNanos()) {
          silent = true;
          kill();
          return;
        }
      }
    } catch (InterruptedException over) {
      return;
    }
  }

  private void end(Progress progress) throws IOException {
    kill();
    progress.interruptibleBy(() -> {});
    process.getInputStream().close();
  }

  private void kill() {
    kill(process.toHandle());
  }

  /**
   * The parent first, so that it starts no more children; then those it had, and theirs. They are
   * listed before, because an orphan is nobody's descendant. By handle: {@link Process} would close
   * the output with the last words in it.
   */
  private static void kill(ProcessHandle process) {
    List<ProcessHandle> below = process.descendants().toList();
    process.destroyForcibly();
    below.forEach(ChildProcess::kill);
  }
}
