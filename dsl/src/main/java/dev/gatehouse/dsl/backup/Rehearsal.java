package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.sql.BehindStatements;
import dev.gatehouse.dsl.words.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Restores a backup beside everything in use, executes changes on the copy as a run would, undoes
 * them by their own undo, and compares what is left with what was there before: every row of every
 * table, every state and every definition. Only then it succeeds, so that {@code
 * noOlderThan(ofHours(24), rehearsal)} is a hard stop.
 *
 * <p>Refused while planning: a change that touches anything but the target, one without an undo,
 * one that uses what other steps report (such as a restore of this run's backup, which a drill
 * rehearses), and statements that would leave the copy, as far as texts tell, theirs and those of
 * the routines that they or triggers run: roles, other databases, files and programs of the server.
 * A text that is made while it runs tells nothing, and is refused. On MySQL and MariaDB so is a
 * name with a database before it, the target's own included, because there the copy has another.
 *
 * <p>Reports {@code changes}, {@code seconds}, {@code tables} and {@code rows}.
 *
 * <p>Immutable. Does not touch the target. Needs what a restore drill needs, and on the copy what
 * the changes need.
 *
 * @since 0.1
 */
public final class Rehearsal implements Change {
  private final List<Change> changes;
  private final ArtifactSource source;
  private final DrillPlace place;
  private final List<Check> proving;
  private final String name;

  private Rehearsal(
      List<Change> changes,
      ArtifactSource source,
      DrillPlace place,
      List<Check> proving,
      String name) {
    this.changes = changes;
    this.source = source;
    this.place = place;
    this.proving = proving;
    this.name = name;
  }

  static Rehearsal of(List<Change> changes, ArtifactSource source, DrillPlace place) {
    String names = String.join(", ", changes.stream().map(Change::name).toList());
    return new Rehearsal(changes, source, place, List.of(), Names.of("rehearsal of " + names));
  }

  /** The same, asking these of the changed copy before it is undone; all must pass. */
  public Rehearsal proving(Check first, Check... rest) {
    return new Rehearsal(changes, source, place, Names.list(first, rest), name);
  }

  /**
   * The same under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public Rehearsal named(String newName) {
    return new Rehearsal(changes, source, place, proving, Names.checked(newName));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Step> refersTo() {
    return source.needed();
  }

  @Override
  public List<Change> rehearses() {
    return changes;
  }

  @Override
  public List<Secret> secrets() {
    return Stream.<Step>concat(changes.stream(), proving.stream())
        .flatMap(step -> step.secrets().stream())
        .toList();
  }

  @Override
  public Undo undo() {
    return new Undo.NothingToUndo("a rehearsal leaves the target as it is");
  }

  @Override
  public Effect bind(CheckContext reading) throws Exception {
    BackupMethod method = Artifacts.method(name, reading.target());
    Scratch scratch = place.scratch(reading);
    method.preflightDrill(reading.target(), scratch);
    place.refuseUnwritable();
    List<String> statements = new ArrayList<>();
    for (Change change : changes) {
      statements.addAll(statements(change, reading));
    }
    List<String> beyond = method.beyondCopy(statements, reading.connection());
    if (!beyond.isEmpty()) {
      throw refused("what it does would leave the copy", "the copy alone", beyond);
    }
    List<String> preview = new ArrayList<>();
    preview.add("restore " + source.words() + " of vault " + source.place() + " " + place.words());
    changes.forEach(change -> preview.add("there: '" + change.name() + "', then its undo"));
    preview.addAll(statements);
    proving.forEach(check -> preview.add("between the two: " + check.name()));
    preview.add("compare every row, state and definition with before");
    return new RehearsalEffect(
        changes, proving, source, method, place, scratch, List.copyOf(preview));
  }

  /** All that is executed for a change and its undo. */
  private List<String> statements(Change change, CheckContext reading) throws Exception {
    if (!change.refersTo().isEmpty()) {
      throw refused(
          "'" + change.name() + "' uses what other steps report",
          "a change and an undo that need no other step",
          change.refersTo().stream().map(Step::name).toList());
    }
    if (!(change.undo() instanceof Undo.By by)) {
      throw refused(
          "'" + change.name() + "' has no undo to rehearse",
          "undoneBy(...)",
          List.of(change.undo().toString()));
    }
    List<String> lines = new ArrayList<>();
    for (Change one : List.of(change, by.step())) {
      Effect effect = one.bind(new BehindStatements(reading));
      if (effect.reach() != Reach.TARGET) {
        throw refused(
            "'" + one.name() + "' touches more than the target",
            "what is in the target and nowhere else",
            List.of("" + effect.effectClass()));
      }
      lines.addAll(effect.preview());
    }
    return lines;
  }

  private Refusal refused(String headline, String expected, List<String> found) {
    return new Refusal(
        Finding.of("rehearsal.beyond", headline)
            .withExpected(expected)
            .withFound(String.join("\n", found))
            .withFix(
                "rehearse it by hand on a server of its own, or leave it out of '" + name + "'"));
  }

  @Override
  public String toString() {
    return name;
  }
}
