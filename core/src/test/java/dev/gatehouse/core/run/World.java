package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.testkit.FakeDialect;
import dev.gatehouse.core.testkit.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A fake target, a settable clock and a journal directory: what an engine test needs. */
final class World {
  final FakeDialect dialect = new FakeDialect();
  final SettableClock clock = SettableClock.at("2026-11-21T10:00:00Z");
  final List<String> points = new ArrayList<>();
  final Path journals;
  Runner runner;

  World(Path journals) {
    this.journals = journals;
    runner = Runner.journalingTo(journals).withClock(clock).withPoints(points::add);
  }

  /** One gate for each step, named after it. */
  static Runbook runbook(Step... steps) {
    List<Gate> gates = new ArrayList<>();
    for (Step step : steps) {
      gates.add(new Gate("gate of " + step.name(), List.of(step)));
    }
    return new Runbook("test", gates, List.of());
  }

  Run start(Runbook runbook) {
    return runner.start(Plan.of(runbook, dialect.target(), clock));
  }

  Run start(Step... steps) {
    return start(runbook(steps));
  }

  RunRecord run(Step... steps) {
    try (Run run = start(steps)) {
      return run.toEnd();
    }
  }

  Run resume(Path journal, Step... steps) {
    return runner.resume(runbook(steps), dialect.target(), journal);
  }

  /** What another process sees after this one died, or gave up its lease by closing. */
  Run resume(Run before, Runbook runbook) {
    return runner.resume(runbook, dialect.target(), before.journal());
  }

  /** Journal records of a type, from the file. */
  static long count(Path journal, String type) throws IOException {
    return Files.readAllLines(journal).stream()
        .filter(line -> line.contains("\"type\":\"" + type + "\""))
        .count();
  }

  List<String> effects() {
    return dialect.effects;
  }
}
