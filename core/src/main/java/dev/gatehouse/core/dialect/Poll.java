package dev.gatehouse.core.dialect;

import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Looks again and again, for a bounded time, until what it waits for is there. For dialects: no
 * session of theirs may wait inside the server, where neither an interrupt nor an abort reaches it.
 *
 * <p>An interrupt ends the wait early; it stays set, so that the caller can tell.
 *
 * <p>Immutable and thread-safe.
 *
 * @since 0.1
 */
public final class Poll {
  private final Duration pause;

  private Poll(Duration pause) {
    this.pause = pause;
  }

  /** One try, which holds nothing when it fails. */
  @FunctionalInterface
  public interface Attempt {
    boolean succeeds() throws SQLException;
  }

  /** One look. */
  @FunctionalInterface
  public interface Look<T> {
    T seen() throws SQLException;
  }

  /** With so long a pause between two looks. */
  public static Poll every(Duration pause) {
    return new Poll(pause);
  }

  /**
   * Tries once at least, and until it succeeds.
   *
   * @param patience none is one try
   * @return whether it succeeded; false as well when the thread was interrupted
   */
  public boolean until(Duration patience, Attempt attempt) throws SQLException {
    return until(patience, attempt::succeeds, succeeded -> succeeded);
  }

  /**
   * Looks once at least, and until that is enough.
   *
   * @return what was seen last, enough or not
   */
  public <T> T until(Duration patience, Look<T> look, Predicate<T> enough) throws SQLException {
    long begun = System.nanoTime();
    T seen = look.seen();
    while (!enough.test(seen)
        && Duration.ofNanos(System.nanoTime() - begun).compareTo(patience) < 0
        && pause(pause)) {
      seen = look.seen();
    }
    return seen;
  }

  /**
   * Does nothing for a while.
   *
   * @return whether that went undisturbed; false when the thread was interrupted, and is
   */
  public static boolean pause(Duration length) {
    try {
      Thread.sleep(length.toMillis());
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
