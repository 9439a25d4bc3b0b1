package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.Progress;
import java.util.concurrent.Callable;

/** Does something when work reaches a point. */
public record DoingAt(String point, Callable<?> deed) implements Progress {

  @Override
  public void reached(String reached) {
    if (reached.equals(point)) {
      try {
        deed.call();
      } catch (Exception e) {
        throw new AssertionError("at " + point, e);
      }
    }
  }

  @Override
  public void moved(long bytes, long total) {}

  @Override
  public void continuing() {}

  @Override
  public void interruptibleBy(Runnable interrupt) {}
}
