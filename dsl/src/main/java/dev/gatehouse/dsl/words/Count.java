package dev.gatehouse.dsl.words;

import java.math.BigDecimal;

/** How many there must be; both bounds belong to it, the outermost longs stand for no bound. */
public record Count(long least, long most) {

  public static Count exactly(long number) {
    return new Count(number, number);
  }

  public static Count atLeast(long number) {
    return new Count(number, Long.MAX_VALUE);
  }

  public static Count atMost(long number) {
    return new Count(Long.MIN_VALUE, number);
  }

  public static Count between(long least, long most) {
    if (least > most) {
      throw new IllegalArgumentException(
          "least is " + least + " and most is " + most + ": nothing could be between");
    }
    return new Count(least, most);
  }

  public boolean holds(long found) {
    return holds(BigDecimal.valueOf(found));
  }

  public boolean holds(BigDecimal found) {
    return (least == Long.MIN_VALUE || found.compareTo(BigDecimal.valueOf(least)) >= 0)
        && (most == Long.MAX_VALUE || found.compareTo(BigDecimal.valueOf(most)) <= 0);
  }

  @Override
  public String toString() {
    if (least == most) {
      return Long.toString(least);
    }
    if (least == Long.MIN_VALUE) {
      return most == Long.MAX_VALUE ? "a number" : "at most " + most;
    }
    return most == Long.MAX_VALUE ? "at least " + least : "between " + least + " and " + most;
  }
}
