package dev.gatehouse.core.outcome;

import java.math.BigDecimal;
import java.time.Duration;

/** How long something lasts, as people write it. */
public final class Lasting {
  private Lasting() {}

  /**
   * Such as {@code 15m}, {@code 1h30m}, {@code 0.2s} or {@code 7d}: days from two whole ones on,
   * and nothing is rounded.
   */
  public static String of(Duration time) {
    if (time.isNegative()) {
      return "-" + of(time.negated());
    }
    Duration part = time.minusDays(time.toDays());
    if (part.isZero() && time.toDays() > 1) {
      return time.toDays() + "d";
    }
    StringBuilder text = new StringBuilder();
    add(text, time.toHours(), "h");
    add(text, time.toMinutesPart(), "m");
    if (time.toSecondsPart() != 0 || time.toNanosPart() != 0 || text.isEmpty()) {
      text.append(
              BigDecimal.valueOf(time.toSecondsPart())
                  .add(BigDecimal.valueOf(time.toNanosPart(), 9))
                  .stripTrailingZeros()
                  .toPlainString())
          .append('s');
    }
    return text.toString();
  }

  private static void add(StringBuilder text, long amount, String unit) {
    if (amount != 0) {
      text.append(amount).append(unit);
    }
  }
}
