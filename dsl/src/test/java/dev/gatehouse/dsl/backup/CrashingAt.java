package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.dialect.Progress;

/** Ends an effect at a named point, as a crash would as far as files go. */
record CrashingAt(String point) implements Progress {

  static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public void moved(long bytes, long total) {}

  @Override
  public void reached(String here) {
    if (here.equals(point)) {
      throw new Crash();
    }
  }

  @Override
  public void continuing() {}

  @Override
  public void interruptibleBy(Runnable interrupt) {}
}
