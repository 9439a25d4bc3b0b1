package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Concurrency.Past;
import dev.gatehouse.core.dialect.Lease;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;

/** Plans that were made before another run may have changed the target. */
final class Outdated {
  private Outdated() {}

  /**
   * Refuses to begin what was planned for a target that may be another by now. What only reads is
   * none the worse for it.
   *
   * @param lease of the run that is about to begin
   */
  static void refuse(Plan plan, Lease lease, InstantSource clock) {
    Optional<String> found = plan.exitCode() == 0 ? Optional.empty() : since(plan, lease, clock);
    if (found.isPresent()) {
      throw new Refusal(
          Finding.of(
                  "plan.outdated",
                  "another run was at work on '"
                      + plan.target().name()
                      + "' since this was planned")
              .withExpected("the target as it was planned for, after lease " + plan.past().epoch())
              .withFound(found.get())
              .withFix(
                  "plan again: Plan.of(runbook, target); see what it does now, and start that"));
    }
  }

  private static Optional<String> since(Plan plan, Lease lease, InstantSource clock) {
    Past planned = plan.past();
    if (lease.epoch() != planned.epoch() + 1) {
      return Optional.of("this would be lease " + lease.epoch());
    }
    if (planned.held() && lease.replaced().isEmpty()) {
      return Optional.of(
          "it was planned while the holder of lease " + planned.epoch() + " was at work");
    }
    // Who was replaced had been silent: what it may have committed before that left a marker.
    return planned.held() && markers(plan, clock) != planned.markers()
        ? Optional.of("the holder that was replaced has committed since")
        : Optional.empty();
  }

  private static long markers(Plan plan, InstantSource clock) {
    try (ReadingSession reading = ReadingSession.planning(plan.target(), clock)) {
      return plan.target().dialect().concurrency().past(reading.connection()).markers();
    } catch (SQLException e) {
      throw Planner.unreachable(plan.target(), e, plan.scrubber());
    }
  }
}
