package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Bug;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * A server program that does not outlive this JVM, however the JVM ends: a shell between the two
 * reads a pipe that only the JVM holds, and at its end kills the server and removes its data.
 */
final class ServerProcess implements AutoCloseable {
  private static final String SUPERVISOR =
      """
      log=$1; data=$2; signal=$3; shift 3
      trap '' INT HUP
      trap : TERM
      "$@" </dev/null >>"$log" 2>&1 &
      server=$!
      echo "$server"
      exec >/dev/null 2>&1
      while read -r _; do :; done
      kill -s "$signal" "$server"
      i=0
      while [ $i -lt 100 ] && kill -0 "$server"; do
        sleep 0.1; i=$((i + 1))
      done
      kill -s KILL "$server"
      wait "$server"
      rm -rf -- "$data"
      """;
  private static final int PATIENCE_SECONDS = 30;

  private final Process supervisor;
  private final long pid;

  private ServerProcess(Process supervisor, long pid) {
    this.supervisor = supervisor;
    this.pid = pid;
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
      Process process = builder.start();
      String first =
          Objects.requireNonNull(
              process.inputReader().readLine(), "the supervisor of a server said nothing");
      return new ServerProcess(process, Long.parseLong(first));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server itself, not what stands between. */
  long pid() {
    return pid;
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
