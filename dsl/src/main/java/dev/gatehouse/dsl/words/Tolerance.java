package dev.gatehouse.dsl.words;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a number may be from an earlier one, before it is said from which: {@code
 * value(p95).isWithinPercent(10).of(before)}.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public final class Tolerance {
  /** The fact by which a step tells its number. */
  public static final String VALUE = "value";

  private final NamedCheck measured;
  private final int percent;
  private final boolean belowToo;

  /**
   * @param measured passes with its number as the fact {@code value}
   * @param belowToo whether it may be too small as well
   * @throws IllegalArgumentException when the percentage is negative
   */
  public Tolerance(NamedCheck measured, int percent, boolean belowToo) {
    if (percent < 0) {
      throw new IllegalArgumentException("percent is " + percent + ": zero or more");
    }
    this.measured = measured;
    this.percent = percent;
    this.belowToo = belowToo;
  }

  /**
   * Of the number that this earlier step told. Zero, or none, is nothing to compare with:
   * INCONCLUSIVE.
   */
  public Check of(Step before) {
    return new Compared(measured, percent, belowToo, before);
  }

  @Override
  public String toString() {
    return measured + " (not yet a step: say of(measure))";
  }

  private record Compared(NamedCheck measured, int percent, boolean belowToo, Step before)
      implements Check {
    @Override
    public String name() {
      return Names.of(
          (belowToo ? "within " : "at most ")
              + percent
              + (belowToo ? " % of '" : " % above '")
              + before.name()
              + "': "
              + measured.name());
    }

    @Override
    public List<Step> refersTo() {
      return List.of(before);
    }

    @Override
    public List<String> plan(CheckContext reading) throws Exception {
      List<String> lines = new ArrayList<>(measured.plan(reading));
      lines.add(name());
      return lines;
    }

    @Override
    public Outcome evaluate(CheckContext reading) throws Exception {
      Outcome outcome = measured.evaluate(reading);
      if (!(outcome instanceof Outcome.Passed passed)) {
        return outcome;
      }
      Optional<BigDecimal> base = reading.evidenceOf(before).flatMap(Compared::number);
      Optional<BigDecimal> now = number(passed.evidence());
      if (now.isEmpty() || base.filter(one -> one.signum() != 0).isEmpty()) {
        return Outcome.inconclusive(
            Finding.of("value.no-baseline", "there is nothing to compare with")
                .withExpected("a number other than zero, told by '" + before.name() + "'")
                .withFound(base.map(BigDecimal::toPlainString).orElse("none"))
                .withFix("measure when there is traffic"));
      }
      return compared(reading, now.get(), base.get());
    }

    private Outcome compared(CheckContext reading, BigDecimal now, BigDecimal base) {
      BigDecimal most = base.abs().multiply(BigDecimal.valueOf(percent)).movePointLeft(2);
      BigDecimal off = now.subtract(base);
      Evidence evidence =
          reading.evidence().with(VALUE, now.toPlainString()).with("before", base.toPlainString());
      return off.compareTo(most) <= 0 && (!belowToo || off.negate().compareTo(most) <= 0)
          ? Outcome.passed(evidence)
          : Outcome.failed(
              Finding.of("value.moved", "a number is not what it was")
                  .withExpected(name())
                  .withFound(now.toPlainString() + ", before " + base.toPlainString())
                  .withFix("find out what makes it so before going on"),
              evidence);
    }

    private static Optional<BigDecimal> number(Evidence evidence) {
      try {
        return evidence.fact(VALUE).map(BigDecimal::new);
      } catch (NumberFormatException none) {
        return Optional.empty();
      }
    }

    @Override
    public String toString() {
      return name();
    }
  }
}
