package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Bug;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A server program that does not outlive this JVM, however the JVM ends: a shell between the two
 * reads a pipe that only the JVM holds, and at its end kills the server and removes its data. A
 * line in that pipe is a signal: the server is ended by it and started anew.
 *
 * <p>One thread at a time.
 */
final class ServerProcess implements AutoCloseable {
  private static final String SUPERVISOR =
      """
      log=$1; data=$2; signal=$3; shift 3
      trap '' INT HUP
      trap : TERM PIPE
      begin() {
        "$@" </dev/null >>"$log" 2>&1 &
        server=$!
        echo "$server"
      }
      end() {
        kill -s CONT "$server"
        kill -s "$1" "$server"
        i=0
        while [ $i -lt "$2" ] && kill -0 "$server"; do
          sleep 0.1; i=$((i + 1))
        done
        kill -s KILL "$server" && echo killed
        wait "$server"
      }
      exec 2>/dev/null
      begin "$@"
      while read -r order; do
        end "$order" 300
        begin "$@"
      done
      end "$signal" 100
      rm -rf -- "$data"
      """;
  private static final int PATIENCE_SECONDS = 30;

  private final Process supervisor;
  private final BufferedReader said;
  private volatile long pid;

  private ServerProcess(Process supervisor) throws IOException {
    this.supervisor = supervisor;
    this.said = supervisor.inputReader();
    this.pid = Long.parseLong(line());
  }

  /**
   * @param data removed when the server ends
   * @param signal what makes it end at once, such as QUIT
   */
  static ServerProcess start(
      List<String> command, Map<String, String> environment, Path log, Path data, String signal) {
    List<String> all = new ArrayList<>(List.of("sh", "-c", SUPERVISOR, "supervisor"));
    all.addAll(List.of(log.toString(), data.toString(), signal));
    all.addAll(command);
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(data.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    builder.environment().put("LC_ALL", "C");
    try {
      return new ServerProcess(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String line() throws IOException {
    return Objects.requireNonNull(said.readLine(), "the supervisor of a server said nothing");
  }

  /** The server itself, not what stands between; another one after a restart. */
  long pid() {
    return pid;
  }

  /** The server as the operating system shows it. */
  ProcessHandle handle() {
    return ProcessHandle.of(pid)
        .orElseThrow(() -> new IllegalStateException("server " + pid + " has ended"));
  }

  /**
   * Ends the server, unless it has ended, and starts it with the same data, port and settings.
   *
   * @param signal what makes it end, such as INT; one it does not obey within 30 s is an error
   */
  void restart(String signal) throws IOException {
    OutputStream orders = supervisor.getOutputStream();
    orders.write((signal + "\n").getBytes(StandardCharsets.US_ASCII));
    orders.flush();
    String answer = line();
    boolean disobeyed = answer.equals("killed");
    pid = Long.parseLong(disobeyed ? line() : answer);
    if (disobeyed) {
      throw new IllegalStateException("the server did not end by SIG" + signal + " within 30 s");
    }
  }

  /** Waits that long, or shorter when the server ended. */
  boolean runsAfter(long milliseconds) {
    try {
      supervisor.waitFor(milliseconds, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Bug("interrupted while waiting for a server", e);
    }
    return ProcessHandle.of(pid).isPresent() && !isZombie();
  }

  /** Ends the server and removes its data. */
  @Override
  public void close() {
    try {
      supervisor.getOutputStream().close();
      if (!supervisor.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("server " + pid + " did not end");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isZombie() {
    try {
      return Files.readString(Path.of("/proc", String.valueOf(pid), "stat")).contains(") Z ");
    } catch (IOException e) {
      return false;
    }
  }
}
