package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.PartRecord;
import dev.gatehouse.core.journal.PartState;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;

/**
 * One random runbook, lived through once without trouble, and then again and again with up to three
 * deaths, power losses, full disks and I/O errors. What differs is wrong.
 */
final class CrashSchedule {

  /** What was lived through, and what was wrong with it. */
  record Result(int deaths, int effects, List<String> wrong) {}

  private final long shape;
  private final Mortal immortal;
  private final RunRecord expected;

  /** The runbook of that seed, lived through once without trouble. */
  CrashSchedule(long shape) {
    this.shape = shape;
    immortal = new Mortal(world -> RandomRunbook.of(world, shape), List.of(), 0, false);
    expected = immortal.live();
  }

  Result live(long seed) {
    Random random = new Random(seed * 0x9e3779b97f4a7c15L);
    List<Integer> until = new ArrayList<>();
    for (int deaths = 1 + random.nextInt(3); deaths > 0; deaths--) {
      until.add(1 + random.nextInt(until.isEmpty() ? immortal.points : 20));
    }
    Mortal mortal =
        new Mortal(
            world -> RandomRunbook.of(world, shape),
            until,
            random.nextLong(),
            random.nextBoolean());
    if (random.nextInt(4) == 0) {
      mortal.failing(1 + random.nextInt(24), random.nextInt(3));
    }
    RunRecord record = mortal.live();

    List<String> wrong = new ArrayList<>(mortal.wrong);
    wrong.addAll(immortal.wrong);
    List<String> effects = mortal.dialect.effects;
    if (new HashSet<>(effects).size() < effects.size()) {
      wrong.add("double: " + effects);
    }
    if (!effects.equals(immortal.dialect.effects)) {
      wrong.add("did " + effects + " instead of " + immortal.dialect.effects);
    }
    if (record.state() != expected.state()) {
      wrong.add("ended " + record.state() + " instead of " + expected.state());
    }
    record.steps().forEach(step -> lost(step, effects, wrong));
    record.steps().forEach(step -> parts(step, effects, wrong));
    String where = "runbook " + shape + ", schedule " + seed + ": ";
    return new Result(mortal.deaths, effects.size(), wrong.stream().map(where::concat).toList());
  }

  /** Each part is where the world has it. */
  private static void parts(StepRecord step, List<String> effects, List<String> wrong) {
    for (PartRecord part : step.parts().all()) {
      boolean applied = part.state() != PartState.PENDING;
      boolean undone = part.state() == PartState.UNDONE;
      boolean back = effects.contains("back " + part.name());
      if (applied != effects.contains(part.name())
          || undone != (step.state() == StepState.UNDONE && applied && !back)
          || (part.state() == PartState.TAKEN_BACK) != back) {
        wrong.add(part.name() + " is " + part.state() + " after " + effects);
      }
    }
    if (step.state() == StepState.FAILED_CLEAN && !step.parts().inEffect().isEmpty()) {
      wrong.add(step.name() + " is called clean with " + step.parts().text());
    }
  }

  private static void lost(StepRecord step, List<String> effects, List<String> wrong) {
    boolean seen =
        switch (step.line().effectClass()) {
          case TRANSACTIONAL, STATEMENT, EXTERNAL -> true;
          case READ, HUMAN, SEQUENCE -> false;
        };
    if (seen && step.state() == StepState.SUCCEEDED && !effects.contains(step.name())) {
      wrong.add("lost: " + step.name());
    }
    boolean own = step.coveredBy().isEmpty();
    if (seen
        && step.state() == StepState.UNDONE
        && own != effects.contains("undo " + step.name())) {
      wrong.add((own ? "undo lost: " : "undone although covered: ") + step.name());
    }
    if (!own && !effects.contains("undo " + step.coveredBy())) {
      wrong.add("covered by what did not happen: " + step.name());
    }
  }
}
