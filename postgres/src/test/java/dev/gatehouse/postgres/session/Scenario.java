package dev.gatehouse.postgres.session;

import dev.gatehouse.core.model.Runbook;
import java.util.Arrays;
import java.util.stream.Stream;

/** What a {@link Victim} executes. */
interface Scenario {
  String name();

  Runbook runbook();

  static Scenario of(String name) {
    return Stream.concat(Arrays.stream(SlowStep.values()), Arrays.stream(Stoppage.values()))
        .filter(scenario -> scenario.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
