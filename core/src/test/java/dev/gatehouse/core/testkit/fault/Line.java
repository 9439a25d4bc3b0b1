package dev.gatehouse.core.testkit.fault;

import java.time.Duration;
import java.util.Optional;

/**
 * How a {@link Proxy} treats what passes through it.
 *
 * <p>Immutable.
 *
 * @param cut where each connection ends
 * @param delay before each piece is handed on
 * @param bytesPerSecond each way; 0 is as fast as it goes
 * @param slice longest piece in bytes that is handed on at once
 */
public record Line(Optional<Cut> cut, Duration delay, long bytesPerSecond, int slice) {

  /** Which way bytes go. */
  public enum Way {
    TO_SERVER,
    TO_CLIENT
  }

  /** How a connection ends. */
  public enum How {
    /** RST to both ends: the connection is gone at once. */
    RESET,
    /** FIN: that way ends in order, the other way goes on. */
    END,
    /** Nothing arrives any more, either way, and neither end is told: a cable was pulled. */
    SILENCE
  }

  /**
   * The end of a connection.
   *
   * @param at so many bytes of each connection pass that way, and not one more
   */
  public record Cut(Way way, long at, How how) {
    public Cut {
      if (at < 0) {
        throw new IllegalArgumentException("at is " + at + ": a connection is cut at byte 0 or on");
      }
    }
  }

  public Line {
    if (delay.isNegative() || bytesPerSecond < 0 || slice < 1) {
      throw new IllegalArgumentException(
          "delay %s, %d bytes/s, slices of %d: none may be negative, a slice not empty"
              .formatted(delay, bytesPerSecond, slice));
    }
  }

  /** A line without faults. */
  public static final Line CLEAN = new Line(Optional.empty(), Duration.ZERO, 0, Integer.MAX_VALUE);

  /** The same line, cut when so many bytes of a connection have passed that way. */
  public Line cut(Way way, long at, How how) {
    return new Line(Optional.of(new Cut(way, at, how)), delay, bytesPerSecond, slice);
  }

  /** The same line, waiting so long before each piece. */
  public Line delayed(Duration perPiece) {
    return new Line(cut, perPiece, bytesPerSecond, slice);
  }

  /** The same line, not faster than that, each way by itself. */
  public Line throttled(long maximum) {
    return new Line(cut, delay, maximum, slice);
  }

  /**
   * The same line, handing on no more than so many bytes at once. A receiver that is slow may still
   * find several of them: delay the line too if each is to arrive alone.
   */
  public Line sliced(int bytes) {
    return new Line(cut, delay, bytesPerSecond, bytes);
  }

  /** How many of so many bytes are handed on at once; a throttled line trickles. */
  int piece(int waiting) {
    long steady = bytesPerSecond == 0 ? waiting : Math.max(1, bytesPerSecond / 50);
    return (int) Math.min(Math.min(waiting, slice), steady);
  }

  /** How long such a piece has to wait before it is handed on. */
  long nanosBefore(int piece) {
    long throttle = bytesPerSecond == 0 ? 0 : piece * 1_000_000_000L / bytesPerSecond;
    return delay.toNanos() + throttle;
  }

  /** How many more bytes may pass that way when so many have passed already. */
  long room(Way way, long passed) {
    return cut.filter(it -> it.way() == way).map(it -> it.at() - passed).orElse(Long.MAX_VALUE);
  }
}
