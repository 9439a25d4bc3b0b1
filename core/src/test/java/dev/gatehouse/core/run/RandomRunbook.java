package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.external;
import static dev.gatehouse.core.testkit.Steps.failing;
import static dev.gatehouse.core.testkit.Steps.finding;
import static dev.gatehouse.core.testkit.Steps.human;
import static dev.gatehouse.core.testkit.Steps.passing;
import static dev.gatehouse.core.testkit.Steps.rewinding;
import static dev.gatehouse.core.testkit.Steps.standing;
import static dev.gatehouse.core.testkit.Steps.transactional;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Effect.InSequence;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.Steps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Up to six steps of all classes, some of which fail: the same for the same seed. */
final class RandomRunbook {
  private final Mortal world;
  private final Random random;
  private final List<Change> before = new ArrayList<>();

  private RandomRunbook(Mortal world, long seed) {
    this.world = world;
    this.random = new Random(seed);
  }

  static Runbook of(Mortal world, long seed) {
    return new RandomRunbook(world, seed).runbook();
  }

  private Runbook runbook() {
    List<Gate> gates = new ArrayList<>();
    List<Step> steps = new ArrayList<>();
    int size = 1 + random.nextInt(6);
    for (int i = 0; i < size; i++) {
      steps.add(step("s" + i));
      if (i == size - 1 || random.nextBoolean()) {
        gates.add(new Gate("g" + gates.size(), steps));
        steps = new ArrayList<>();
      }
    }
    return new Runbook("random", gates, List.of());
  }

  private Step step(String name) {
    return switch (random.nextInt(19)) {
      case 0 -> passing(name);
      case 1 -> standing(name, reading -> Outcome.passed(reading.evidence()));
      case 2 -> waiting(name);
      case 3 -> failing(name);
      case 4 -> undoable(breaking(name), name);
      case 5 -> undoable(refusing(name), name);
      case 6 -> halfDone(name).undoneBy(effect("undo " + name));
      case 16, 17 -> undoable(sequence(name, 0), name);
      case 18 -> undoable(sequence(name, 1 + random.nextInt(4)), name);
      case 7 -> human(name, "done?", "dba").undoneBy(human("undo " + name, "undone?", "dba"));
      default -> undoable(effect(name), name);
    };
  }

  private Step waiting(String name) {
    Instant until = Instant.parse("2026-11-21T10:00:00Z").plusSeconds(random.nextInt(7200));
    return check(
        name,
        reading ->
            reading.now().isBefore(until)
                ? Outcome.waiting(until, "not yet")
                : Outcome.passed(reading.evidence()));
  }

  private Change undoable(ChangeWithoutUndo change, String name) {
    Change undoable =
        switch (random.nextInt(8)) {
          case 0 -> change.cannotBeUndone("test");
          case 1 -> change.nothingToUndo("test");
          case 2, 3 -> undoneByRewind(change, name);
          default -> change.undoneBy(effect("undo " + name));
        };
    before.add(undoable);
    return undoable;
  }

  /** To any change before it: a check may be asked again, and tell a later state then. */
  private Change undoneByRewind(ChangeWithoutUndo change, String name) {
    ChangeWithoutUndo undo = effect("undo " + name);
    return before.isEmpty()
        ? change.undoneBy(undo)
        : change.undoneBy(rewinding(undo, before.get(random.nextInt(before.size()))));
  }

  private ChangeWithoutUndo effect(String name) {
    return switch (random.nextInt(4)) {
      case 0 -> outside(name, false);
      case 1 -> ChangeWithoutUndo.of(name, reading -> new Statement(world, name));
      default ->
          transactional(
              name,
              working -> {
                world.dialect.doInTransaction(name);
                world.reached();
              });
    };
  }

  private ChangeWithoutUndo outside(String name, boolean half) {
    String effect = half ? "half " + name : name;
    return external(
        name,
        working -> {
          world.reached();
          world.requireIntent(of(name));
          world.dialect.doNow(effect);
          world.reached();
          if (half) {
            throw new StepFailed(finding(name));
          }
        },
        key -> {
          boolean there = world.dialect.effects.contains(effect);
          ProbeResult.Kind done = half ? ProbeResult.Kind.PARTIAL : ProbeResult.Kind.APPLIED;
          return there ? done : ProbeResult.Kind.NOT_APPLIED;
        });
  }

  /** An undo is recorded under the name of the step it undoes. */
  private static String of(String name) {
    return name.replace("undo ", "");
  }

  /**
   * Up to four parts, most of which can be taken back; that one breaks, before or behind its
   * effect.
   */
  private ChangeWithoutUndo sequence(String name, int breaking) {
    int size = Math.max(breaking, 1 + random.nextInt(4));
    boolean half = random.nextBoolean();
    List<InSequence.Part> parts = new ArrayList<>();
    for (int number = 1; number <= size; number++) {
      String part = name + "." + number;
      boolean breaks = number == breaking;
      parts.add(
          Steps.part(
              part,
              working -> {
                world.requirePartIntent(part);
                if (!breaks || half) {
                  world.dialect.doNow(part);
                }
                world.reached();
                if (breaks) {
                  throw new StepFailed(finding(part));
                }
              },
              key ->
                  breaks && world.dialect.effects.contains(part)
                      ? ProbeResult.Kind.PARTIAL
                      : Steps.done(world.dialect, part),
              random.nextInt(4) == 0 ? Optional.empty() : Optional.of(back(part))));
    }
    return Steps.sequence(name, parts);
  }

  private InSequence.Part back(String part) {
    String name = "back " + part;
    return Steps.part(
        name,
        working -> {
          world.requirePartIntent(part);
          world.dialect.doNow(name);
          world.reached();
        },
        key -> Steps.done(world.dialect, name),
        Optional.empty());
  }

  private ChangeWithoutUndo halfDone(String name) {
    return outside(name, true);
  }

  private ChangeWithoutUndo breaking(String name) {
    return transactional(
        name,
        working -> {
          world.dialect.doInTransaction(name);
          world.reached();
          throw new StepFailed(finding(name));
        });
  }

  private ChangeWithoutUndo refusing(String name) {
    return external(
        name,
        working -> {
          throw new StepFailed(finding(name));
        },
        key -> ProbeResult.Kind.NOT_APPLIED);
  }

  private record Statement(Mortal world, String name) implements Effect.InSession {
    @Override
    public Evidence apply(EffectContext working) {
      world.requireIntent(of(name));
      world.dialect.doNow(name);
      world.reached();
      return working.evidence();
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) {
      boolean there = world.dialect.effects.contains(name);
      return new ProbeResult(
          there ? ProbeResult.Kind.APPLIED : ProbeResult.Kind.NOT_APPLIED,
          "looked",
          reading.evidence());
    }

    @Override
    public List<String> preview() {
      return List.of("execute " + name);
    }
  }
}
