package dev.gatehouse.core.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Work that blocks until it is interrupted. */
final class Blocks {

  private Blocks() {}

  /** For checks written as functions, which declare no exception. */
  static void on(CountDownLatch never) {
    try {
      never.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      RunOrderTest.sneaky(e);
    }
  }
}
