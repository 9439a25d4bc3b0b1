package dev.gatehouse.core.journal;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the next line goes, what is durable, and whether the storage may still be trusted. Not
 * thread-safe; its journal is.
 */
final class JournalWriter {
  /** Bytes of zeros behind the last line after {@link #reserve}. */
  static final int RESERVE = 64 << 10;

  /** Reserve below which {@link #reserve} works. */
  static final int LOW = 32 << 10;

  private final Storage storage;
  private long end;
  private long size;
  private long reserved;
  // What was found when opening may be in the operating system's memory only.
  private boolean unforced = true;
  private @Nullable IOException failure;

  /**
   * @param end position of the next line
   */
  JournalWriter(Storage storage, long end) throws IOException {
    this.storage = storage;
    this.end = end;
    this.size = storage.size();
    this.reserved = end;
  }

  /**
   * Writes a line behind the last, and zeros over what else stands there up to a position. An
   * earlier line that is not durable yet is made so first: with one line at risk, no crash leaves a
   * bad line before a good one.
   */
  void append(byte[] line, long clearedTo) {
    force();
    try {
      requireUntouched();
      long next = end + line.length + 1;
      byte[] bytes = Arrays.copyOf(line, (int) (Math.max(next, clearedTo) - end));
      bytes[line.length] = '\n';
      unforced = true;
      storage.write(end, bytes);
      size = Math.max(size, end + bytes.length);
      end = next;
    } catch (IOException e) {
      throw poison(e);
    }
  }

  /** Makes everything durable. */
  void force() {
    requireTrusted();
    if (unforced) {
      try {
        requireUntouched();
        storage.force();
        unforced = false;
      } catch (IOException e) {
        throw poison(e);
      }
    }
  }

  /**
   * Holds space. When there is none, nothing is lost: what was held before is still there to
   * journal the end of the run in, so only a failing force makes the tape unusable.
   */
  void reserve() {
    requireTrusted();
    if (reserved - end >= LOW) {
      return;
    }
    long from = Math.max(reserved, end);
    byte[] zeros = new byte[(int) (end + RESERVE - from)];
    try {
      requireUntouched();
    } catch (IOException e) {
      throw poison(e);
    }
    try {
      storage.write(from, zeros);
    } catch (IOException e) {
      throw noSpace(e);
    }
    size = Math.max(size, from + zeros.length);
    unforced = true;
    force();
    reserved = from + zeros.length;
  }

  /** Forces, gives the reserve back and closes; after a failure only closes. */
  void close() throws IOException {
    try (storage) {
      if (failure == null) {
        force();
        storage.truncate(end);
        storage.force();
      }
    }
  }

  private Refusal noSpace(IOException e) {
    try {
      size = Math.max(size, storage.size());
    } catch (IOException again) {
      e.addSuppressed(again);
      return poison(e);
    }
    return new Refusal(
        Finding.of("journal.no-space", "no space to journal the next effect; it was not started")
            .withExpected(RESERVE + " bytes of free space for the journal")
            .withFound(String.valueOf(e.getMessage()))
            .withFix("make room on the journal's file system, then resume the run"),
        e);
  }

  private void requireUntouched() throws IOException {
    long is = storage.size();
    if (is != size) {
      throw new IOException("it was " + size + " bytes and is " + is + ": somebody else wrote it");
    }
  }

  private void requireTrusted() {
    if (failure != null) {
      throw poisoned(failure);
    }
  }

  private Refusal poison(IOException e) {
    failure = e;
    return poisoned(e);
  }

  private static Refusal poisoned(IOException first) {
    return new Refusal(
        Finding.of("journal.poisoned", "the journal could not be written; nothing more is done")
            .withExpected("every write and fsync of the journal to succeed")
            .withFound(String.valueOf(first.getMessage()))
            .withFix(
                "repair the storage, mount it again so that what is read is what is on disk, then resume the run"),
        first);
  }
}
