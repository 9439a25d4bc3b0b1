package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Does something to the files when a named point is reached, as an outsider might. */
record DoingAt(String point, Work work) implements Progress {
  @FunctionalInterface
  interface Work {
    void go() throws IOException;
  }

  @Override
  public void moved(long bytes, long total) {}

  @Override
  public void reached(String reached) {
    if (reached.equals(point)) {
      try {
        work.go();
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
