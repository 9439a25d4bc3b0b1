package dev.gatehouse.examples.undo;

import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.sql;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.dsl.backup.BackUp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A runbook of up to eight changes and one that fails: the same for the same seed. */
final class RandomUndo {

  /** What a change is, for the undoing. */
  enum Kind {
    /** Changes the target and has an undo of its own. */
    OWN,
    /** Changes the target and cannot be undone. */
    FOREVER,
    /** Changes the target in nothing that matters. */
    IDLE,
    /** Makes a file, which its undo removes. */
    OUTSIDE,
    /** Makes a file, and nothing removes it. */
    OUTSIDE_FOREVER,
    BACKUP,
    /** Changes the target and is undone by restoring a backup of this run. */
    REWIND,
    /** Changes the target and is undone by restoring a backup of before this run. */
    EARLIER,
    /** Restores a backup of this run; its undo restores what was there before. */
    RESTORE
  }

  /** How the run fails. */
  enum End {
    CHECK,
    BROKEN_TRANSACTION,
    HALF_OUTSIDE,
    HALF_OUTSIDE_FOREVER
  }

  /**
   * One change.
   *
   * @param add what it adds to each value; 0 when it doubles them
   * @param back the place of the backup that it or its undo restores; -1 for before the run
   */
  record Act(String name, Kind kind, long add, int back) {
    boolean inTarget() {
      return switch (kind) {
        case OWN, FOREVER, IDLE, REWIND, EARLIER, RESTORE -> true;
        case OUTSIDE, OUTSIDE_FOREVER, BACKUP -> false;
      };
    }

    boolean rewinds() {
      return kind == Kind.REWIND || kind == Kind.EARLIER || kind == Kind.RESTORE;
    }

    boolean undoable() {
      return kind == Kind.OWN || kind == Kind.OUTSIDE || rewinds();
    }

    boolean matters() {
      return kind != Kind.IDLE && kind != Kind.BACKUP;
    }
  }

  final List<Act> acts = new ArrayList<>();
  final End end;
  private final Random random;

  private RandomUndo(long seed) {
    random = new Random(seed * 0x9e3779b97f4a7c15L);
    int size = 1 + random.nextInt(8);
    List<Integer> backups = new ArrayList<>();
    for (int at = 0; at < size; at++) {
      Act act = act("s" + at, backups);
      acts.add(act);
      if (act.kind == Kind.BACKUP) {
        backups.add(at);
      }
    }
    end = End.values()[random.nextInt(End.values().length)];
    if (end == End.HALF_OUTSIDE) {
      acts.add(new Act("s" + size, Kind.OUTSIDE, 0, 0));
    } else if (end == End.HALF_OUTSIDE_FOREVER) {
      acts.add(new Act("s" + size, Kind.OUTSIDE_FOREVER, 0, 0));
    }
  }

  static RandomUndo of(long seed) {
    return new RandomUndo(seed);
  }

  private Act act(String name, List<Integer> backups) {
    long add = random.nextBoolean() ? 0 : 1 + random.nextInt(9);
    int one = random.nextInt(100);
    if (one < 28) {
      return new Act(name, Kind.OWN, add, 0);
    } else if (one < 34) {
      return new Act(name, Kind.FOREVER, 1 + random.nextInt(9), 0);
    } else if (one < 38) {
      return new Act(name, Kind.IDLE, 0, 0);
    } else if (one < 48) {
      return new Act(name, Kind.OUTSIDE, 0, 0);
    } else if (one < 50) {
      return new Act(name, Kind.OUTSIDE_FOREVER, 0, 0);
    } else if (one < 54) {
      return new Act(name, Kind.EARLIER, add, -1);
    } else if (backups.isEmpty() || one < 66) {
      return new Act(name, Kind.BACKUP, 0, 0);
    }
    int back = backups.get(random.nextInt(backups.size()));
    return one < 90 ? new Act(name, Kind.REWIND, add, back) : new Act(name, Kind.RESTORE, 0, back);
  }

  boolean needsEarlier() {
    return acts.stream().anyMatch(act -> act.kind == Kind.EARLIER);
  }

  /** The steps, the one that fails last. */
  List<Step> steps(UndoWorld world) {
    List<Step> steps = new ArrayList<>();
    Instant earlier = Instant.now();
    for (Act act : acts) {
      boolean last = steps.size() == acts.size() - 1;
      steps.add(step(act, world, steps, earlier, last));
    }
    if (end == End.CHECK) {
      steps.add(UndoWorld.failing());
    } else if (end == End.BROKEN_TRANSACTION) {
      steps.add(
          inOneTransaction(sql("update a set cents = 0"), sql("insert into nowhere values (1)"))
              .named("Broken")
              .cannotBeUndone("test"));
    }
    return steps;
  }

  private Step step(Act act, UndoWorld world, List<Step> before, Instant earlier, boolean last) {
    boolean half = last && (end == End.HALF_OUTSIDE || end == End.HALF_OUTSIDE_FOREVER);
    return switch (act.kind) {
      case OWN -> changing(act).undoneBy(inOneTransaction(sql(inverse(act))).named(undo(act)));
      case FOREVER -> changing(act).cannotBeUndone("test");
      case IDLE ->
          inOneTransaction(sql("update a set cents = cents"))
              .named(act.name)
              .nothingToUndo("it changes nothing");
      case OUTSIDE -> file(act, world, half).undoneBy(noFile(act, world));
      case OUTSIDE_FOREVER -> file(act, world, half).cannotBeUndone("test");
      case BACKUP -> world.backup(act.name);
      case REWIND ->
          changing(act).undoneBy(restore((BackUp) before.get(act.back)).named(undo(act)));
      case EARLIER ->
          changing(act)
              .undoneBy(
                  restore(fromCatalogue(world.work.resolve("vault")).at(earlier)).named(undo(act)));
      case RESTORE -> restore((BackUp) before.get(act.back)).named(act.name);
    };
  }

  private static String undo(Act act) {
    return "undo " + act.name;
  }

  private static ChangeWithoutUndo changing(Act act) {
    String to = act.add == 0 ? "cents * 2" : "cents + " + act.add;
    return inOneTransaction(sql("update a set cents = " + to)).named(act.name);
  }

  private static String inverse(Act act) {
    return "update a set cents = " + (act.add == 0 ? "cents / 2" : "cents - " + act.add);
  }

  private static ChangeWithoutUndo file(Act act, UndoWorld world, boolean half) {
    return ChangeWithoutUndo.of(
        act.name, reading -> new FileEffect(world.work.resolve(act.name), true, half));
  }

  private static Change noFile(Act act, UndoWorld world) {
    return ChangeWithoutUndo.of(
            undo(act), reading -> new FileEffect(world.work.resolve(act.name), false, false))
        .cannotBeUndone("it is itself an undo");
  }

  @Override
  public String toString() {
    return acts + ", then " + end;
  }
}
