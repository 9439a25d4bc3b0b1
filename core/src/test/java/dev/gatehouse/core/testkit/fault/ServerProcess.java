package dev.gatehouse.core.testkit.fault;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A server, a runner or a tool that a test starts, and then freezes, kills and starts anew. Ends
 * with this JVM at the latest.
 *
 * <p>One thread at a time.
 */
public final class ServerProcess implements AutoCloseable {

  /** How to start it: the first time, and again after each death. Returns when it is ready. */
  @FunctionalInterface
  public interface Start {
    Process start() throws IOException, InterruptedException;
  }

  private final Start start;
  private final Thread lastRites;
  private volatile Process process;

  private ServerProcess(Start start, Process process) {
    this.start = start;
    this.process = process;
    lastRites = new Thread(() -> processes().forEach(ProcessHandle::destroyForcibly));
    Runtime.getRuntime().addShutdownHook(lastRites);
  }

  /** Starts it. */
  public static ServerProcess started(Start start) throws IOException, InterruptedException {
    return new ServerProcess(start, start.start());
  }

  /** The process as it is now; another one after a restart. */
  public Process process() {
    return process;
  }

  /** SIGSTOP to it and all below it. */
  public void freeze() throws IOException, InterruptedException {
    Set<Long> frozen = new HashSet<>();
    // parents first, and again: what is not yet frozen may start more
    for (boolean more = true; more; ) {
      more = false;
      for (ProcessHandle each : processes()) {
        more |= frozen.add(each.pid()) && signal(each, Signals::freeze);
      }
    }
  }

  /** SIGCONT to it and all below it. */
  public void thaw() throws IOException, InterruptedException {
    for (ProcessHandle each : processes()) {
      signal(each, Signals::thaw);
    }
  }

  @FunctionalInterface
  private interface Signal {
    void to(long pid) throws IOException, InterruptedException;
  }

  /** Whether it got there: a short-lived child may be gone, the process itself may not. */
  private boolean signal(ProcessHandle each, Signal signal)
      throws IOException, InterruptedException {
    try {
      signal.to(each.pid());
      return true;
    } catch (IOException e) {
      if (each.pid() == process.pid() || each.isAlive()) {
        throw e;
      }
      return false;
    }
  }

  /** SIGKILL to it and all below it: no shutdown, no flush. */
  public void kill() throws InterruptedException {
    Signals.kill(process.toHandle());
  }

  /** Kills it and starts it anew. */
  public void restart() throws IOException, InterruptedException {
    kill();
    process = start.start();
  }

  private List<ProcessHandle> processes() {
    return Stream.concat(Stream.of(process.toHandle()), process.toHandle().descendants()).toList();
  }

  @Override
  public void close() {
    try {
      kill();
      Runtime.getRuntime().removeShutdownHook(lastRites);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
