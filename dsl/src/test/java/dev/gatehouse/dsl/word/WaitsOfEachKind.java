package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseOperations.acknowledge;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.atLeast;
import static dev.gatehouse.dsl.GatehouseOperations.freeze;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.signOff;
import static dev.gatehouse.dsl.GatehouseOperations.waitTimer;
import static dev.gatehouse.dsl.word.Assembly.STEP;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Need;
import dev.gatehouse.core.run.Freezes;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Question;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.dsl.operation.Freeze;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A run that waits in each way there is, and people who say each thing once and never again. */
final class WaitsOfEachKind {
  private static final List<String> VOICES = List.of("ada", "bob", "carol", "nora");

  /** Where a process dies. */
  private static final class Death extends Error {
    private static final long serialVersionUID = 1L;
  }

  final Assembly all;
  final Set<String> spoken = new HashSet<>();

  /** What went wrong on the way; nothing should. */
  final List<String> wrong = new ArrayList<>();

  private final Runbook book;
  int points;
  int deaths;
  private int left;

  /**
   * @param left points until it dies, once; 0 never
   */
  WaitsOfEachKind(Path where, int left) throws Exception {
    this.all = new Assembly(where);
    this.left = left;
    this.book = waiting();
  }

  private WaitsOfEachKind(int left, Assembly all) {
    this.all = all;
    this.left = left;
    this.book = all.book(UndoneByPeopleTest.BY_HAND, change("two"), Assembly.approved());
  }

  /** A run that is aborted while it waits, and waits for what only a person takes back. */
  static WaitsOfEachKind undone(Path where, int left) throws Exception {
    return new WaitsOfEachKind(left, new Assembly(where));
  }

  private Runbook waiting() {
    Freeze frozen = freeze(all.journals).because("incident 7").named("frozen");
    return runbook(
            "words",
            gate("frozen", frozen),
            gate("timer", waitTimer(ofMinutes(5))),
            gate(
                "approval",
                noRows("nothing done", "select 1 from done"),
                approval("go?")
                    .by(atLeast(2, "senior engineer"), one("product owner"))
                    .validFor(ofHours(9))
                    .notBefore(ofMinutes(2))
                    .typing("RESTORE")
                    .named(STEP)),
            gate("person", acknowledge("the lamp is on?").by("reader")),
            gate("one", change("one"), waitTimer(ofMinutes(2))),
            gate("hold", change("hold"), waitTimer(ofMinutes(3))),
            gate("thawed", frozen.thaw()),
            gate("signed", signOff("all well?").by(one("reader")).validFor(ofHours(9))))
        .guardedBy(
            Guard.of(noRows("one is quiet", only("one")), ofSeconds(10))
                .onFailure(Guard.Reaction.CONFIRM),
            Guard.of(noRows("nothing holds", only("hold")), ofSeconds(10))
                .onFailure(Guard.Reaction.HOLD))
        .decidedBy(all.people);
  }

  private static String only(String what) {
    return "select 1 from done where what = '" + what + "'";
  }

  private void reached(String point) {
    points++;
    if (--left == 0) {
      throw new Death();
    }
  }

  /** Nothing when it died before there was a run. */
  @Nullable Run live() throws Exception {
    @Nullable Run run = null;
    for (int turn = 0; turn < 300; turn++) {
      try {
        if (run == null) {
          run = all.runner().withPoints(this::reached).start(Plan.of(book, all.shop, all.clock));
        }
        Tick tick = run.advance();
        if (tick instanceof Tick.Done) {
          return run;
        }
        look(run);
        if (!confirmed(run, tick) && !aborted(run) && !spoke(run) && !healed(run)) {
          all.clock.advance(ofMinutes(1));
        }
      } catch (Death death) {
        deaths++;
        if (run == null) {
          return null;
        }
        run.close();
        run = all.runner().withPoints(this::reached).resume(book, all.shop, run.journal());
      }
    }
    throw new AssertionError("it waits for ever: " + all.done() + " " + spoken);
  }

  /** Between the two steps the target is frozen, whoever died meanwhile. */
  private void look(Run run) {
    boolean begun = succeeded(run, "frozen");
    boolean over = succeeded(run, "thaw: frozen");
    if (Freezes.in(all.journals).frozenBy(run.record().run()) != (begun && !over)) {
      wrong.add("frozen " + begun + ", thawed " + over);
    }
  }

  private static boolean succeeded(Run run, String step) {
    return run.record().step(step).filter(is -> is.state() == StepState.SUCCEEDED).isPresent();
  }

  private boolean confirmed(Run run, Tick tick) {
    if (tick instanceof Tick.NeedsInput asked
        && asked.questions().get(0).kind() == Question.Kind.CONFIRM) {
      if (!spoken.add("confirm")) {
        throw new AssertionError("asked to confirm once more");
      }
      all.of(run, "nora").confirm("one is quiet", "seen");
      return true;
    }
    return false;
  }

  private boolean aborted(Run run) {
    boolean may = run.record().step("two").isPresent() && spoken.add("abort");
    if (may) {
      all.of(run, "bob").abort("wrong orders");
    }
    return may;
  }

  private boolean spoke(Run run) throws Exception {
    for (StepRecord step : run.record().steps()) {
      for (Need need : step.needs()) {
        for (String who : VOICES) {
          boolean holds = all.people.named(who).orElseThrow().roles().contains(need.role());
          if (holds && spoken.add(who + " of " + step.name())) {
            if (step.state() == StepState.UNDOING) {
              all.beside("delete from done where what = '" + step.name() + "'");
            }
            all.of(run, who).yes(step.name(), need.role(), need.typing());
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Somebody sees to what holds the run. */
  private boolean healed(Run run) throws Exception {
    boolean held = run.record().trippedGuards().containsKey("nothing holds");
    if (held && all.done().contains("hold")) {
      all.beside("delete from done where what = 'hold'");
      all.clock.advance(ofMinutes(1));
      return true;
    }
    return false;
  }
}
