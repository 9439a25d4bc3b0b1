package dev.gatehouse.core.testkit;

import dev.gatehouse.core.journal.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A disk that can lose power. Until the next force every 512-byte sector of what was written may be
 * kept, lost, torn or turned into garbage, and a change of size may be lost. Bytes next to written
 * ones are not harmed.
 *
 * <p>Not thread-safe. The n-th write or force to come can be made to fail.
 */
public final class SimulatedStorage implements Storage {
  /** Bytes that meet one fate together. */
  public static final int SECTOR = 512;

  /** How a call fails. */
  public enum Failure {
    /** Part of it is written, and every later write that needs more room fails too. */
    NO_SPACE,
    /** It fails once, and the next call succeeds as if nothing had been. */
    IO_ERROR_ONCE
  }

  private enum State {
    UNSYNCED,
    /** Its force failed; a later one that succeeds says nothing about it. */
    DOUBTFUL,
    DURABLE
  }

  /** A write, or without bytes a cut. */
  private static final class Change {
    final State state;
    final long position;
    final byte[] bytes;
    final boolean cut;

    Change(State state, long position, byte[] bytes, boolean cut) {
      this.state = state;
      this.position = position;
      this.bytes = bytes;
      this.cut = cut;
    }

    Change in(State next) {
      return new Change(next, position, bytes, cut);
    }
  }

  private byte[] base;
  private byte[] current;
  private final List<Change> changes = new ArrayList<>();
  private int failingWrite;
  private Failure writeFailure = Failure.IO_ERROR_ONCE;
  private int failingForce;
  private long capacity = Long.MAX_VALUE;
  private int writes;
  private int forces;
  private boolean closed;

  /** An empty disk. */
  public SimulatedStorage() {
    this(new byte[0]);
  }

  /** A disk that holds these bytes durably. */
  public SimulatedStorage(byte[] bytes) {
    base = bytes.clone();
    current = bytes.clone();
  }

  /** The n-th write from now on fails; 1 is the next. */
  public void failWrite(int nth, Failure how) {
    failingWrite = nth;
    writeFailure = how;
  }

  /** The n-th force from now on fails, once; 1 is the next. */
  public void failForce(int nth) {
    failingForce = nth;
  }

  /** The disk is full from now on: what it holds may be overwritten, nothing added. */
  public void fill() {
    capacity = current.length;
  }

  /** Room is made: writes succeed again. */
  public void makeRoom() {
    capacity = Long.MAX_VALUE;
  }

  /** Writes that were attempted. */
  public int writes() {
    return writes;
  }

  /** Forces that were attempted. */
  public int forces() {
    return forces;
  }

  /** What the process would read now. */
  @Override
  public byte[] read() throws IOException {
    requireOpen();
    return current.clone();
  }

  @Override
  public long size() throws IOException {
    requireOpen();
    return current.length;
  }

  @Override
  public void write(long position, byte[] bytes) throws IOException {
    requireOpen();
    writes++;
    boolean fails = --failingWrite == 0;
    if (fails && writeFailure == Failure.IO_ERROR_ONCE) {
      throw new IOException("Input/output error");
    }
    if (fails) {
      capacity = position + bytes.length / 2;
    }
    long room = Math.max(capacity, current.length) - position;
    int written = (int) Math.min(bytes.length, fails ? bytes.length / 2 : room);
    change(new Change(State.UNSYNCED, position, Arrays.copyOf(bytes, written), false));
    if (written < bytes.length) {
      throw new IOException("No space left on device");
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    requireOpen();
    if (size < current.length) {
      change(new Change(State.UNSYNCED, size, new byte[0], true));
    }
  }

  @Override
  public void force() throws IOException {
    requireOpen();
    forces++;
    if (--failingForce == 0) {
      changes.replaceAll(c -> c.state == State.UNSYNCED ? c.in(State.DOUBTFUL) : c);
      throw new IOException("Input/output error");
    }
    if (changes.stream().noneMatch(c -> c.state == State.DOUBTFUL)) {
      base = current.clone();
      changes.clear();
    }
    changes.replaceAll(c -> c.state == State.UNSYNCED ? c.in(State.DURABLE) : c);
  }

  @Override
  public void close() {
    closed = true;
  }

  /** The process is killed: what it wrote is in the system's memory, not yet on the disk. */
  public SimulatedStorage kill() {
    SimulatedStorage next = new SimulatedStorage(base);
    next.current = current.clone();
    next.changes.addAll(changes);
    return next;
  }

  /** Power is lost: one of the states the disk may be in then, the same for the same seed. */
  public SimulatedStorage crash(long seed) {
    Random random = new Random(seed);
    byte[] disk = base.clone();
    for (Change change : changes) {
      if (change.state == State.DURABLE || random.nextInt(6) == 0) {
        disk = apply(disk, change);
      } else if (change.cut) {
        disk = random.nextBoolean() ? apply(disk, change) : disk;
      } else {
        disk = survive(disk, change, random);
      }
    }
    boolean grew = disk.length > base.length;
    if (grew && random.nextInt(4) == 0 && certainSize() <= base.length) {
      disk = Arrays.copyOf(disk, base.length + random.nextInt(disk.length - base.length + 1));
    }
    return new SimulatedStorage(disk);
  }

  private long certainSize() {
    return changes.stream()
        .filter(c -> c.state == State.DURABLE)
        .mapToLong(c -> c.position + c.bytes.length)
        .max()
        .orElse(0);
  }

  private static byte[] survive(byte[] disk, Change change, Random random) {
    byte[] bytes = change.bytes;
    int end = (int) Math.max(disk.length, change.position + bytes.length);
    byte[] next = Arrays.copyOf(disk, end);
    int from = 0;
    while (from < bytes.length) {
      long position = change.position + from;
      int length = Math.min(bytes.length - from, (int) (SECTOR - position % SECTOR));
      byte[] sector = Arrays.copyOfRange(bytes, from, from + length);
      switch (random.nextInt(4)) {
        case 0 -> next = put(next, position, sector);
        case 1 -> next = put(next, position, Arrays.copyOf(sector, random.nextInt(length)));
        case 2 -> {
          random.nextBytes(sector);
          next = put(next, position, sector);
        }
        default -> {} // lost
      }
      from += length;
    }
    return next;
  }

  private void change(Change change) {
    changes.add(change);
    current = apply(current, change);
  }

  private static byte[] apply(byte[] disk, Change change) {
    if (change.cut) {
      return Arrays.copyOf(disk, (int) Math.min(disk.length, change.position));
    }
    return put(disk.clone(), change.position, change.bytes);
  }

  private static byte[] put(byte[] disk, long position, byte[] bytes) {
    int end = (int) position + bytes.length;
    byte[] next = end > disk.length ? Arrays.copyOf(disk, end) : disk;
    System.arraycopy(bytes, 0, next, (int) position, bytes.length);
    return next;
  }

  private void requireOpen() throws IOException {
    if (closed) {
      throw new IOException("Stream Closed");
    }
  }
}
