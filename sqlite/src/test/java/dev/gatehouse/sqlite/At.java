package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Progress;

/** Does something at a named point. */
record At(String point, Runnable what) implements Progress {
  static Progress point(String point, Runnable what) {
    return new At(point, what);
  }

  @Override
  public void moved(long bytes, long total) {}

  @Override
  public void reached(String reached) {
    if (reached.equals(point)) {
      what.run();
    }
  }

  @Override
  public void continuing() {}

  @Override
  public void interruptibleBy(Runnable interrupt) {}
}
