package dev.gatehouse.core.testkit.fault;

import dev.gatehouse.core.testkit.CanaryScanner;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Samples, every millisecond until it is closed, the command lines and environments of all
 * processes below this one, for secrets that are shown for a moment only: a tool that blanks its
 * arguments does so after it has started.
 *
 * <p>A process whose parent died before anybody looked cannot be told from others by its parents:
 * each new orphan of this session is looked at as well.
 *
 * <p>Needs {@code /proc}. A process that lives for less than a sample is not seen: {@link #samples}
 * and {@link #saw} tell how closely it looked.
 */
public final class ProcessWatch implements AutoCloseable {
  private static final long INTERVAL = 1_000_000;
  private static final int PARENT = 1;
  private static final int SESSION = 3;
  private static final File PROC = new File("/proc");

  private final CanaryHunt hunt;
  private final Set<Leak> leaks = ConcurrentHashMap.newKeySet();
  private final Set<String> commands = ConcurrentHashMap.newKeySet();
  private final Thread sampler = new Thread(this::sample, "process watch");
  private final long self = ProcessHandle.current().pid();
  private volatile boolean closing;
  private final AtomicLong samples = new AtomicLong();
  private volatile long longestGap;

  private Set<Long> ours = new HashSet<>();
  private Set<Long> others = new HashSet<>();
  private final Set<Long> adopters = new HashSet<>(Set.of(1L));
  private final long session = stat(self, SESSION);

  private ProcessWatch(CanaryScanner scanner) {
    hunt = new CanaryHunt(scanner);
    for (long pid = self; pid > 1; pid = stat(pid, PARENT)) {
      adopters.add(stat(pid, PARENT));
    }
    // what is there already is ours by descent only
    pids().stream().filter(pid -> !descends(pid)).forEach(others::add);
    sampler.setDaemon(true);
  }

  /** Begins; returns once the first sample was taken. */
  public static ProcessWatch over(CanaryScanner scanner) {
    if (!PROC.isDirectory()) {
      throw new IllegalStateException("no /proc here: command lines of others cannot be watched");
    }
    ProcessWatch watch = new ProcessWatch(scanner);
    watch.sampler.start();
    while (watch.samples.get() == 0) {
      LockSupport.parkNanos(INTERVAL);
    }
    return watch;
  }

  private void sample() {
    long last = System.nanoTime();
    while (!closing) {
      look();
      long now = System.nanoTime();
      longestGap = Math.max(longestGap, now - last);
      last = now;
      samples.incrementAndGet();
      LockSupport.parkNanos(INTERVAL);
    }
  }

  /** A process that was once ours stays so when its parent dies and it is adopted. */
  private void look() {
    Set<Long> oursNow = new HashSet<>();
    Set<Long> othersNow = new HashSet<>();
    for (long pid : pids()) {
      if (ours.contains(pid) || (!others.contains(pid) && (descends(pid) || orphan(pid)))) {
        oursNow.add(pid);
        String command =
            new String(CanaryHunt.shown(pid, "cmdline"), StandardCharsets.UTF_8).replace('\0', ' ');
        commands.add(command.strip());
        leaks.addAll(hunt.in(pid));
      } else {
        othersNow.add(pid);
      }
    }
    ours = oursNow;
    others = othersNow;
  }

  private static List<Long> pids() {
    List<Long> pids = new ArrayList<>();
    String[] names = PROC.list();
    for (String name : names == null ? new String[0] : names) {
      if (Character.isDigit(name.charAt(0))) {
        pids.add(Long.valueOf(name));
      }
    }
    return pids;
  }

  private boolean descends(long pid) {
    long parent = pid;
    while (parent > 1) {
      parent = stat(parent, PARENT);
      if (parent == self || ours.contains(parent)) {
        return true;
      }
    }
    return false;
  }

  private boolean orphan(long pid) {
    return adopters.contains(stat(pid, PARENT)) && stat(pid, SESSION) == session;
  }

  /** A number behind the program's name, which may itself hold anything; 0 when it is gone. */
  private static long stat(long pid, int field) {
    String stat = new String(CanaryHunt.shown(pid, "stat"), StandardCharsets.ISO_8859_1);
    int name = stat.lastIndexOf(')');
    return name < 0 ? 0 : Long.parseLong(stat.substring(name + 2).split(" ", -1)[field]);
  }

  /** What has been found so far. */
  public List<Leak> leaks() {
    return List.copyOf(leaks);
  }

  /** Whether a process whose command line holds that text was seen. */
  public boolean saw(String part) {
    return commands.stream().anyMatch(command -> command.contains(part));
  }

  /** How often it has looked. */
  public long samples() {
    return samples.get();
  }

  /** The longest time between two looks, in nanoseconds. */
  public long longestGapNanos() {
    return longestGap;
  }

  @Override
  public void close() {
    closing = true;
    try {
      sampler.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
