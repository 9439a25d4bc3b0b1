package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.words.Names;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The hours in which the target may be changed. A standing check: asked when its gate opens, again
 * before each later effect on the target, and inside a transaction just before it commits. WAITING
 * outside the window, with the moment at which it opens next.
 *
 * <p>Half-open: from the first moment of {@code from} to the last before {@code to}, by the clock
 * on the wall of its zone. {@code to} before {@code from} crosses midnight; the window then belongs
 * to the day on which it begins. Where the clock is put forward, the hour that does not exist is
 * not in the window; where it is put back, both passes of the repeated hour are. So 02:00 to 04:00
 * in Berlin lasts one hour on 2026-03-29 and three on 2026-10-25; a window that lies wholly within
 * the missing hour does not open that day; one within the repeated hour opens twice.
 *
 * <p>Where the server has a clock of its own, a difference of more than 2 s from the run's clock is
 * INCONCLUSIVE.
 *
 * <p>Immutable. Reads only the server's clock; needs no privilege.
 *
 * @since 0.1
 */
public final class MaintenanceWindow implements Check {
  private static final Duration LARGEST_SKEW = Duration.ofSeconds(2);

  private final WindowHours hours;
  private final Duration headroom;
  private final Optional<String> name;

  private MaintenanceWindow(WindowHours hours, Duration headroom, Optional<String> name) {
    this.hours = hours;
    this.headroom = headroom;
    this.name = name;
  }

  public static MaintenanceWindow of(String from, String to, ZoneId zone) {
    return new MaintenanceWindow(WindowHours.of(from, to, zone), Duration.ZERO, Optional.empty());
  }

  /**
   * The same window, closed already when less than that remains of it: the time kept free to go
   * back. A transaction that wants to commit later than that is rolled back. Default zero.
   *
   * @throws IllegalArgumentException when negative
   */
  public MaintenanceWindow withHeadroom(Duration toRemain) {
    if (toRemain.isNegative()) {
      throw new IllegalArgumentException("headroom is " + toRemain + ": zero or more");
    }
    return new MaintenanceWindow(hours, toRemain, name);
  }

  /** The same window, on these days only; the day is the one on which it begins. */
  public MaintenanceWindow on(DayOfWeek first, DayOfWeek... rest) {
    Set<DayOfWeek> days = EnumSet.of(first, rest);
    return new MaintenanceWindow(hours.on(days), headroom, name);
  }

  /**
   * The same window under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public MaintenanceWindow named(String newName) {
    return new MaintenanceWindow(hours, headroom, Optional.of(Names.checked(newName)));
  }

  @Override
  public String name() {
    return name.orElse("maintenance window " + hours);
  }

  @Override
  public boolean standing() {
    return true;
  }

  /**
   * @throws Refusal when it never opens with so much headroom
   */
  @Override
  public List<String> plan(CheckContext reading) {
    if (hours.nextOpening(reading.now(), headroom).isEmpty()) {
      throw new Refusal(neverOpens());
    }
    return List.of("open " + hours + ", with " + Names.print(headroom) + " to remain");
  }

  @Override
  public Outcome evaluate(CheckContext reading) throws Exception {
    Instant now = reading.now();
    Optional<Instant> server = reading.target().dialect().serverTime(reading.connection());
    if (server.isPresent()
        && Duration.between(now, server.get()).abs().compareTo(LARGEST_SKEW) > 0) {
      return Outcome.inconclusive(
          Finding.of("window.clock-skew", "the clocks of the run and of the server disagree")
              .withExpected("a difference of at most " + LARGEST_SKEW.toSeconds() + " s")
              .withFound("run " + now + ", server " + server.get())
              .withFix("set both clocks by NTP, then ask again"));
    }
    Optional<Instant> opening = hours.nextOpening(now, headroom);
    if (opening.isEmpty()) {
      return Outcome.inconclusive(neverOpens());
    }
    if (opening.get().isAfter(now)) {
      return Outcome.waiting(
          opening.get(), "window " + hours + " opens " + hours.print(opening.get()));
    }
    Instant closes = hours.closing(now).orElse(now);
    return Outcome.passed(
        Evidence.at(now)
            .with("closes", closes)
            .with(
                "remaining",
                Names.print(Duration.between(now, closes).truncatedTo(ChronoUnit.SECONDS))));
  }

  private Finding neverOpens() {
    return Finding.of("window.never", "the maintenance window never opens with so much headroom")
        .withExpected("a window longer than its headroom of " + Names.print(headroom))
        .withFound(hours.toString())
        .withFix("widen the window, or shorten withHeadroom(...)");
  }

  @Override
  public String toString() {
    return name();
  }
}
