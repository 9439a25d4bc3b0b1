package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Concurrency.Past;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.PoolRoom;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Lasting;
import dev.gatehouse.core.outcome.Quorum;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.outcome.Secret;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Binds a runbook to a target. Collects all refusals, so that they can be mended in one go. */
final class Planner {
  private final Runbook runbook;
  private final Target target;
  private final InstantSource clock;
  private final Optional<Outline> begun;
  private final Scrubber scrubber;
  private final StepLines lines;
  private final List<Finding> refusals = new ArrayList<>();
  private final Set<String> namesBefore = new HashSet<>();

  /**
   * @param begun of the run that has begun: its own effects may have taken away what its earlier
   *     checks were planned on, and that must not keep it from being resumed, undone or reported
   */
  Planner(Runbook runbook, Target target, InstantSource clock, Optional<Outline> begun) {
    this.runbook = runbook;
    this.target = target;
    this.clock = clock;
    this.begun = begun;
    this.scrubber = scrubber(runbook, target);
    this.lines = new StepLines(runbook, scrubber);
  }

  /** Knows every secret the runbook works with. */
  static Scrubber scrubber(Runbook runbook, Target target) {
    return Scrubber.of(
        secrets(runbook, target),
        target.coordinates().map(Target.Coordinates::names).orElse(List.of()));
  }

  private static List<Secret> secrets(Runbook runbook, Target target) {
    List<Secret> secrets = new ArrayList<>();
    target.coordinates().flatMap(Target.Coordinates::secret).ifPresent(secrets::add);
    for (Step step : runbook.steps()) {
      secrets.addAll(step.secrets());
      if (step instanceof Change change && change.undo() instanceof Undo.By by) {
        secrets.addAll(by.step().secrets());
      }
    }
    runbook.guards().forEach(guard -> secrets.addAll(guard.check().secrets()));
    return secrets;
  }

  Plan plan() {
    try (ReadingSession reading = ReadingSession.planning(target, clock, begun)) {
      Fingerprint fingerprint = fingerprint(reading);
      Past past = past(reading);
      if (begun.isPresent()) {
        reading.unsettled();
      }
      List<Finding> unprepared = unprepared();
      List<BoundStep> steps = new ArrayList<>();
      List<Outline.GateLine> gates = new ArrayList<>();
      for (Gate gate : runbook.gates()) {
        List<BoundStep> bound =
            gate.steps().stream().map(step -> bind(gate, step, reading)).toList();
        steps.addAll(bound);
        gates.add(new Outline.GateLine(gate.name(), bound.stream().map(BoundStep::line).toList()));
      }
      List<String> guards =
          runbook.guards().stream().flatMap(guard -> guard(guard, reading)).toList();
      Owed owed = new Owed(runbook);
      refusals.addAll(owed.refusals(clock.instant()));
      names(fingerprint).forEach(this::refuseSecret);
      refusals.addAll(RewindRules.refused(steps, scrubber));
      refusals.addAll(unprepared);
      if (!refusals.isEmpty()) {
        throw Refusal.of(Same.once(refusals));
      }
      Outline outline =
          new Outline(
              runbook.name(),
              target.name(),
              fingerprint,
              gates,
              guards,
              unseen(reading),
              owed.scrubbed(scrubber));
      String digest = digest(outline, steps);
      Outline told = begun.isPresent() ? outline : applied(outline, steps, digest, reading);
      return new Plan(runbook, target, told, digest, steps, scrubber, past);
    }
  }

  /** With what earlier runs committed by the same plan; no part of its digest. */
  private Outline applied(
      Outline outline, List<BoundStep> steps, String digest, ReadingSession reading) {
    if (!AppliedBefore.concerns(steps)) {
      return outline;
    }
    try {
      return new AppliedBefore(
              target.dialect().concurrency().markersOf(reading.connection(), digest))
          .told(outline, steps);
    } catch (SQLException e) {
      throw unreachable(target, e, scrubber);
    }
  }

  /**
   * What changes cannot begin without. Where the pool lends too few sessions, each step that wants
   * one would wait for it as long and say the same: nothing else is asked then.
   */
  private List<Finding> unprepared() {
    if (runbook.steps().stream().noneMatch(Change.class::isInstance)) {
      return List.of();
    }
    try {
      // A lease and an effect, and guards beside them.
      int sessions = runbook.guards().isEmpty() ? 2 : 3;
      target.dialect().concurrency().refuseUnprepared(target, sessions);
      return List.of();
    } catch (Refusal e) {
      List<Finding> found = e.findings().stream().map(scrubber::scrub).toList();
      if (found.stream().anyMatch(one -> one.code().equals(PoolRoom.TOO_SMALL))) {
        throw Refusal.of(found);
      }
      return found;
    } catch (SQLException e) {
      throw unreachable(target, e, scrubber);
    }
  }

  /** What a run is recognised by, and so is journaled and printed as it stands. */
  private Stream<String> names(Fingerprint fingerprint) {
    Stream<String> gates = runbook.gates().stream().map(Gate::name);
    Stream<String> guards = runbook.guards().stream().map(Guard::name);
    Stream<String> steps = runbook.steps().stream().map(Step::name);
    Stream<String> whole = Stream.of(runbook.name(), target.name(), fingerprint.database());
    return Stream.of(whole, gates, guards, steps).flatMap(these -> these);
  }

  private void refuseSecret(String name) {
    if (scrubber.refuses(name)) {
      Optional<Target.Coordinates> login =
          target.coordinates().filter(where -> where.secret().isPresent());
      boolean password = login.filter(where -> where.scrubber().refuses(name)).isPresent();
      String clean = scrubber.scrub(name);
      refusals.add(
          Finding.of(
                  "plan.secret-in-name",
                  password
                      ? "a name holds the password of the target's account: '" + clean + "'"
                      : "a name holds a secret: '" + clean + "'")
              .withExpected("names that may be printed and journaled")
              .withFound(clean)
              .withFix(
                  password
                      ? "give account '"
                          + login.orElseThrow().account()
                          + "' another password, or name it otherwise"
                      : "name it without the secret; a command takes it by"
                          + " withSecretOnStdin(...)"));
    }
  }

  private Fingerprint fingerprint(ReadingSession reading) {
    try {
      return reading.fingerprint();
    } catch (Refusal e) {
      throw Refusal.of(e.findings().stream().map(scrubber::scrub).toList());
    } catch (Exception e) {
      throw unreachable(target, e, scrubber);
    }
  }

  private List<String> unseen(ReadingSession reading) {
    try {
      return target.dialect().unseen(reading.connection()).stream()
          .map(what -> scrubber.scrub(Outline.UNKNOWN + what))
          .toList();
    } catch (SQLException e) {
      throw unreachable(target, e, scrubber);
    }
  }

  /** Before anything else is read: what changes from here on is noticed when the run begins. */
  private Past past(ReadingSession reading) {
    try {
      return target.dialect().concurrency().past(reading.connection());
    } catch (SQLException e) {
      throw unreachable(target, e, scrubber);
    }
  }

  static Refusal unreachable(Target target, Exception e, Scrubber scrubber) {
    return new Refusal(
        Finding.of("target.unreachable", "cannot read target '" + target.name() + "'")
            .withExpected("a session that can read it")
            .withFound(scrubber.describe(e))
            .withFix(
                "check that the server runs and the database is there, and address, account and"
                    + " password of the target"),
        scrubber.scrub(e));
  }

  private BoundStep bind(Gate gate, Step step, ReadingSession reading) {
    Optional<Effect> effect = Optional.empty();
    Optional<Effect> undo = Optional.empty();
    List<String> preview = List.of();
    try {
      refuseUnknownReferences(step);
      namesBefore.add(step.name());
      if (step instanceof Check check) {
        preview = check.plan(reading);
        check.quorum().ifPresent(quorum -> refuseNobody(step, quorum));
      } else if (step instanceof Change change) {
        Effect bound = change.bind(reading);
        effect = Optional.of(bound);
        preview = bound.preview();
        refuseSecretParts(bound);
        if (bound instanceof Effect.Human human) {
          refuseNobody(step, new Quorum(List.of(human.role()), true));
        }
        if (bound instanceof Effect.InSession || bound instanceof Effect.InSequence) {
          // What it drops its undo makes again: that this is there now is no reason to refuse.
          reading.unsettled();
        }
      }
    } catch (Exception e) {
      refuse(gate, step, e);
    }
    if (step instanceof Change change && change.undo() instanceof Undo.By by) {
      if (effect.isEmpty()) {
        // It is refused, and would have changed what its undo is bound to.
        namesBefore.add(step.name());
        reading.unsettled();
      }
      undo = undo(gate, step, by.step(), reading);
    }
    if (step instanceof Change && effect.map(Planner::mayMove).orElse(true)) {
      reading.unsettled();
    }
    return new BoundStep(gate.name(), step, lines.of(step, preview, effect, undo), effect, undo);
  }

  private Optional<Effect> undo(Gate gate, Step step, Change by, ReadingSession reading) {
    try {
      refuseUnknownReferences(by);
      by.rewindsTo().ifPresent(to -> refuseUnknown(by, to));
      Effect undo = by.bind(reading);
      if (undo instanceof Effect.Human human) {
        refuseNobody(by, new Quorum(List.of(human.role()), true));
      }
      RewindRules.refuseBeside(by, undo);
      return Optional.of(undo);
    } catch (Exception e) {
      refuse(gate, step, e);
      return Optional.empty();
    }
  }

  /** What parts are bound to is journaled as it stands, or they could not be bound again. */
  private void refuseSecretParts(Effect effect) {
    if (effect instanceof Effect.InSequence sequence) {
      sequence.parts().stream().map(Effect.InSequence.Part::bound).forEach(this::refuseSecret);
    }
  }

  /** What waits for somebody who does not exist waits for ever. */
  private void refuseNobody(Step step, Quorum quorum) {
    if (runbook.people().isEmpty()) {
      return;
    }
    People people = runbook.people().get();
    List<String> empty =
        quorum.places().stream().distinct().filter(role -> people.holding(role).isEmpty()).toList();
    List<String> open = quorum.seat(people.rolesWithout(Set.of())).open();
    if (!empty.isEmpty() || !open.isEmpty()) {
      throw new Refusal(
          Finding.of(
                  empty.isEmpty() ? "approval.too-few" : "approval.nobody",
                  empty.isEmpty()
                      ? "there are too few people for '" + step.name() + "'"
                      : "nobody is " + String.join(", nobody is ", empty))
              .withExpected("one person for each of: " + String.join(", ", quorum.places()))
              .withFound(people.toString())
              .withFix(
                  "give somebody the role: person(\"name\").as(\""
                      + (empty.isEmpty() ? open.get(0) : empty.get(0))
                      + "\")"));
    }
  }

  private static boolean mayMove(Effect effect) {
    return effect.touchesTarget() || effect instanceof Effect.Human;
  }

  private void refuseUnknownReferences(Step step) {
    step.refersTo().forEach(other -> refuseUnknown(step, other));
  }

  private void refuseUnknown(Step step, Step other) {
    if (!namesBefore.contains(other.name())) {
      throw new Refusal(
          Finding.of("runbook.reference", "'" + step.name() + "' uses a step that is not before it")
              .withExpected("'" + other.name() + "' in this gate or an earlier one")
              .withFound("no such step before it")
              .withFix("put '" + other.name() + "' into a gate before '" + step.name() + "'"));
    }
  }

  private void refuse(Gate gate, Step step, Exception e) {
    if (e instanceof Refusal refusal) {
      for (Finding finding : refusal.findings().stream().map(scrubber::scrub).toList()) {
        String where = scrubber.scrub("step '" + step.name() + "' of gate '" + gate.name() + "'");
        refusals.add(finding.withHeadline(where + Same.OF + finding.headline()));
      }
    } else {
      refusals.add(
          Finding.of(
                  "plan.broke",
                  scrubber.scrub(
                      "step '" + step.name() + "' of gate '" + gate.name() + "' cannot be planned"))
              .withFound(scrubber.describe(e))
              .withFix("see the cause; nothing was changed"));
    }
  }

  /** One sentence, and behind it what is UNKNOWN of it: that must stay out of the digest. */
  private Stream<String> guard(Guard guard, ReadingSession reading) {
    List<String> preview;
    try {
      preview = guard.check().plan(reading).stream().map(scrubber::scrub).toList();
    } catch (Exception e) {
      refuse(new Gate("guards", List.of(guard.check())), guard.check(), e);
      return Stream.empty();
    }
    Duration first = guard.startingAfter();
    String sentence =
        guard.name()
            + ": every "
            + Lasting.of(guard.every())
            + (first.isZero() ? "" : ", first after " + Lasting.of(first))
            + (guard.samples() == 1 ? "" : ", " + guard.samples() + " in a row")
            + ", then "
            + guard.onFailure()
            + "; without data "
            + guard.onNoData()
            + Outline.LOOKS_AT
            + String.join("; ", preview.stream().filter(line -> !Outline.unknown(line)).toList());
    return Stream.concat(Stream.of(sentence), preview.stream().filter(Outline::unknown));
  }

  /**
   * The version is left out: an upgrade between crash and resume does not change what is planned.
   */
  private static String digest(Outline outline, List<BoundStep> steps) {
    Map<String, Object> body = new HashMap<>(RecordCodec.of(outline.known()));
    body.remove("version");
    body.put(
        "standing",
        steps.stream()
            .filter(step -> step.step() instanceof Check check && check.standing())
            .map(BoundStep::name)
            .toList());
    return "sha256:" + Sha256.of(Json.canonical(body));
  }
}
