package dev.gatehouse.core.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/**
 * Looks again and again who blocks a session, while it may wait: when it has given up, nobody
 * blocks it any more. A thread and a session of their own, opened only once the session takes
 * longer than a moment, and gone within a second of its end.
 */
public final class LockWitness implements Contention.Witness {
  private static final long FIRST_MILLIS = 60;
  private static final long EVERY_MILLIS = 100;

  /** Opens the session that looks. */
  @FunctionalInterface
  public interface Opening {
    Connection open() throws SQLException;
  }

  /** One look. */
  @FunctionalInterface
  public interface Look {
    Seen from(Connection beside) throws SQLException;
  }

  /**
   * What was seen.
   *
   * @param inTheWay a line for each session that blocks the other
   * @param blind why none is told, when none is
   */
  public record Seen(List<String> inTheWay, String blind) {
    public Seen {
      inTheWay = List.copyOf(inTheWay);
    }
  }

  private final Opening opening;
  private final Look look;
  private final Function<Exception, String> code;
  private final Thread thread;
  private volatile boolean done;
  private volatile List<String> last = List.of();
  private volatile String blind = "it did not wait long enough for anybody to look";

  private LockWitness(Opening opening, Look look, Function<Exception, String> code) {
    this.opening = opening;
    this.look = look;
    this.code = code;
    this.thread = new Thread(this::watch, "gatehouse-lock-witness");
    thread.setDaemon(true);
  }

  /**
   * Begins to look.
   *
   * @param code what is told of an error that kept it from looking, and no more
   */
  public static LockWitness watching(Opening opening, Look look, Function<Exception, String> code) {
    LockWitness witness = new LockWitness(opening, look, code);
    witness.thread.start();
    return witness;
  }

  private void watch() {
    try {
      Thread.sleep(FIRST_MILLIS);
      try (Connection beside = opening.open()) {
        while (!done) {
          Seen seen = look.from(beside);
          blind = seen.blind();
          if (!seen.inTheWay().isEmpty()) {
            last = seen.inTheWay();
          }
          Thread.sleep(EVERY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException | RuntimeException e) {
      blind = "no session could be opened to look: " + code.apply(e);
    }
  }

  @Override
  public boolean sawAny() {
    return !last.isEmpty();
  }

  @Override
  public String inTheWay() {
    List<String> seen = last;
    return seen.isEmpty() ? "in the way: not known, " + blind : String.join("\n", seen);
  }

  @Override
  public void close() {
    done = true;
    thread.interrupt();
  }
}
