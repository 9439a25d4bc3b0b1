package dev.gatehouse.core.testkit.fault;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Freezes, thaws and kills processes by their id, one or with all below them.
 *
 * <p>Needs a POSIX shell, and to be the processes' user or root. Each call returns only when the
 * kernel shows its effect, in {@code /proc}.
 */
public final class Signals {
  private static final long PATIENCE = 5_000_000_000L;

  /** Letters of {@code /proc/<pid>/stat}. */
  private static final Set<String> STOPPED = Set.of("T", "t");

  private static final Set<String> ENDED = Set.of("Z", "X", "x");

  private Signals() {}

  /** SIGSTOP: the process goes on to exist, holds its sockets and locks, and does nothing. */
  public static void freeze(long pid) throws IOException, InterruptedException {
    send("STOP", pid);
    awaitState(pid, true);
  }

  /** SIGCONT: it goes on where it was. */
  public static void thaw(long pid) throws IOException, InterruptedException {
    send("CONT", pid);
    awaitState(pid, false);
  }

  /** SIGSTOP to it and all below it. */
  public static void freezeAll(ProcessHandle process) throws IOException, InterruptedException {
    Set<Long> frozen = new HashSet<>();
    // parents first, and again: what is not yet frozen may start more
    for (boolean more = true; more; ) {
      more = false;
      for (ProcessHandle each : withAllBelow(process)) {
        more |= frozen.add(each.pid()) && reaches(each, each == process, Signals::freeze);
      }
    }
  }

  /** SIGCONT to it and all below it. */
  public static void thawAll(ProcessHandle process) throws IOException, InterruptedException {
    for (ProcessHandle each : withAllBelow(process)) {
      reaches(each, each == process, Signals::thaw);
    }
  }

  private static List<ProcessHandle> withAllBelow(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants()).toList();
  }

  @FunctionalInterface
  private interface Signal {
    void to(long pid) throws IOException, InterruptedException;
  }

  /** Whether it got there: a short-lived child may be gone, the process itself may not. */
  private static boolean reaches(ProcessHandle each, boolean itself, Signal signal)
      throws IOException, InterruptedException {
    try {
      signal.to(each.pid());
      return true;
    } catch (IOException e) {
      if (itself || each.isAlive()) {
        throw e;
      }
      return false;
    }
  }

  /** SIGKILL, to it and to all below it; returns when none of them runs any more. */
  public static void kill(ProcessHandle process) throws InterruptedException {
    List<ProcessHandle> all = withAllBelow(process);
    all.forEach(ProcessHandle::destroyForcibly);
    long deadline = System.nanoTime() + PATIENCE;
    for (ProcessHandle each : all) {
      while (each.isAlive() && !ENDED.contains(state(each.pid()))) {
        requireInTime(deadline, each.pid(), "is still alive after SIGKILL");
        pause();
      }
    }
  }

  private static void send(String signal, long pid) throws IOException, InterruptedException {
    // kill is a program of its own on some systems only, and a part of every shell
    Process kill =
        new ProcessBuilder("sh", "-c", "kill -" + signal + " \"$1\"", "sh", String.valueOf(pid))
            .redirectErrorStream(true)
            .start();
    String said = new String(kill.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (kill.waitFor() != 0) {
      throw new IOException("cannot send SIG" + signal + " to process " + pid + ": " + said);
    }
  }

  private static void awaitState(long pid, boolean frozen) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE;
    // one that has ended and waits for its frozen parent to notice will do nothing more either
    while (frozen
        ? !STOPPED.contains(state(pid)) && !ENDED.contains(state(pid))
        : STOPPED.contains(state(pid))) {
      requireInTime(deadline, pid, frozen ? "is not frozen" : "is still frozen");
      pause();
    }
  }

  /** The letter behind the program's name, which may itself hold anything; X when it is gone. */
  private static String state(long pid) {
    String stat = new String(CanaryHunt.shown(pid, "stat"), StandardCharsets.ISO_8859_1);
    int name = stat.lastIndexOf(')');
    return name < 0 ? "X" : stat.substring(name + 2, name + 3);
  }

  private static void requireInTime(long deadline, long pid, String what) {
    if (System.nanoTime() > deadline) {
      throw new IllegalStateException("process " + pid + " " + what + " 5 s after the signal");
    }
  }

  private static void pause() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    LockSupport.parkNanos(500_000);
  }
}
