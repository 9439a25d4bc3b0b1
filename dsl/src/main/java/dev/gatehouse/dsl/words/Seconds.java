package dev.gatehouse.dsl.words;

import java.util.Locale;

/** Measured time, as evidence prints it. */
public final class Seconds {
  private Seconds() {}

  /** Seconds since that {@link System#nanoTime}, with three decimals. */
  public static String since(long begun) {
    return String.format(Locale.ROOT, "%.3f", (System.nanoTime() - begun) / 1e9);
  }
}
