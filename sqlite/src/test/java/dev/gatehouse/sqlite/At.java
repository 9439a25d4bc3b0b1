package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Does something at a named point. */
record At(String point, Work what) implements Progress {
  @FunctionalInterface
  interface Work {
    void go() throws IOException;
  }

  static Progress point(String point, Work what) {
    return new At(point, what);
  }

  @Override
  public void moved(long bytes, long total) {}

  @Override
  public void reached(String reached) {
    if (reached.equals(point)) {
      try {
        what.go();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void continuing() {}

  @Override
  public void interruptibleBy(Runnable interrupt) {}
}
