package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.dsl.words.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Waits that long from when its turn came, as the journal has it: a crash neither shortens nor
 * begins it anew, and somebody may stop the run meanwhile.
 *
 * <p>Immutable. Reads the journal only.
 *
 * @since 0.1
 */
public final class WaitTimer implements Check {
  private final Duration time;
  private final Optional<String> name;

  private WaitTimer(Duration time, Optional<String> name) {
    this.time = time;
    this.name = name;
  }

  /**
   * That long.
   *
   * @throws IllegalArgumentException when it is not above zero
   */
  public static WaitTimer of(Duration time) {
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException("time is " + time + ": above zero");
    }
    return new WaitTimer(time, Optional.empty());
  }

  /** The same under the name that the checklist has for it. */
  public WaitTimer named(String newName) {
    return new WaitTimer(time, Optional.of(Names.checked(newName)));
  }

  @Override
  public String name() {
    return name.orElse("wait timer of " + Names.print(time));
  }

  @Override
  public List<String> plan(CheckContext reading) {
    return List.of("wait " + Names.print(time) + " from when it is asked");
  }

  @Override
  public Outcome evaluate(CheckContext reading) {
    Instant now = reading.now();
    Optional<Instant> since = reading.historyOf(this).since();
    Instant end = since.orElse(now).plus(time);
    return since.isPresent() && !now.isBefore(end)
        ? Outcome.passed(reading.evidence().with("since", since.get()))
        : Outcome.waiting(end, "wait timer of " + Names.print(time));
  }

  @Override
  public String toString() {
    return name();
  }
}
