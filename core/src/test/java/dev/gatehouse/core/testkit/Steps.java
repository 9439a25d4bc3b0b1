package dev.gatehouse.core.testkit;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Effect.InSequence.Part;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Steps for tests of the engine, acting on a {@link FakeDialect}'s world. */
public final class Steps {

  /** The work of an effect. */
  @FunctionalInterface
  public interface Work {
    void on(EffectContext working) throws Exception;
  }

  /** What a probe finds. */
  @FunctionalInterface
  public interface Probe {
    ProbeResult.Kind look(String key) throws Exception;
  }

  private record Asked(String name, Function<CheckContext, Outcome> answer, boolean standing)
      implements Check {
    @Override
    public List<String> plan(CheckContext reading) {
      return List.of("ask " + name);
    }

    @Override
    public Outcome evaluate(CheckContext reading) {
      return answer.apply(reading);
    }
  }

  private record Transactional(String name, Work work) implements Effect.InTransaction {
    @Override
    public Evidence apply(EffectContext working) throws Exception {
      work.on(working);
      return working.evidence().with("did", name);
    }

    @Override
    public boolean once() {
      return true;
    }

    @Override
    public List<String> preview() {
      return List.of("do " + name);
    }
  }

  private record Outside(String name, boolean touchesTarget, Work work, Probe probe)
      implements Effect.External {
    @Override
    public Evidence apply(EffectContext working) throws Exception {
      work.on(working);
      return working.evidence().with("did", name);
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) throws Exception {
      return new ProbeResult(
          probe.look(key), "looked at the world", reading.evidence().with("did", name));
    }

    @Override
    public List<String> preview() {
      return List.of("run " + name);
    }
  }

  private record Session(String name, Work work, Probe probe) implements Effect.InSession {
    @Override
    public Evidence apply(EffectContext working) throws Exception {
      work.on(working);
      return working.evidence().with("did", name);
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) throws Exception {
      return new ProbeResult(
          probe.look(key), "looked at the world", reading.evidence().with("did", name));
    }

    @Override
    public List<String> preview() {
      return List.of("execute " + name);
    }
  }

  private record OfParts(List<Part> parts) implements Effect.InSequence {}

  private record FakePart(String name, Work work, Probe probe, Optional<Part> inverse)
      implements Part {
    @Override
    public Evidence apply(EffectContext working) throws Exception {
      work.on(working);
      return working.evidence().with("did", name);
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) throws Exception {
      return new ProbeResult(
          probe.look(key), "looked at the world", reading.evidence().with("did", name));
    }

    @Override
    public List<String> preview() {
      return List.of("execute " + name);
    }
  }

  private record Rewinding(Change change, Step to) implements Change {
    @Override
    public String name() {
      return change.name();
    }

    @Override
    public Effect bind(CheckContext reading) throws Exception {
      return change.bind(reading);
    }

    @Override
    public Undo undo() {
      return change.undo();
    }

    @Override
    public Optional<Step> rewindsTo() {
      return Optional.of(to);
    }
  }

  private Steps() {}

  /** An undo that claims to put the whole target back to what that step told. */
  public static Change rewinding(ChangeWithoutUndo undo, Step to) {
    return new Rewinding(undo.cannotBeUndone("it is itself an undo"), to);
  }

  public static Check check(String name, Function<CheckContext, Outcome> answer) {
    return new Asked(name, answer, false);
  }

  public static Check standing(String name, Function<CheckContext, Outcome> answer) {
    return new Asked(name, answer, true);
  }

  public static Check passing(String name) {
    return check(name, reading -> Outcome.passed(reading.evidence()));
  }

  public static Check failing(String name) {
    return check(name, reading -> Outcome.failed(finding(name), reading.evidence()));
  }

  public static Finding finding(String name) {
    return Finding.of("test." + name, name + " does not hold")
        .withExpected("it holds")
        .withFound("it does not")
        .withFix("make it hold");
  }

  public static ChangeWithoutUndo transactional(String name, Work work) {
    return ChangeWithoutUndo.of(name, reading -> new Transactional(name, work));
  }

  /** A transaction whose effect on the world is its name. */
  public static ChangeWithoutUndo transactional(String name, FakeDialect world) {
    return transactional(name, working -> world.doInTransaction(name));
  }

  public static ChangeWithoutUndo external(String name, Work work, Probe probe) {
    return ChangeWithoutUndo.of(name, reading -> new Outside(name, true, work, probe));
  }

  public static ChangeWithoutUndo external(
      String name, boolean touchesTarget, Work work, Probe probe) {
    return ChangeWithoutUndo.of(name, reading -> new Outside(name, touchesTarget, work, probe));
  }

  /** An external effect that is done or not done, under its key. */
  public static ChangeWithoutUndo external(String name, FakeDialect world) {
    return external(
        name,
        working -> {
          working.progress().reached("begun");
          world.doNow(name);
          working.progress().reached("ended");
        },
        key -> done(world, name));
  }

  public static ChangeWithoutUndo inSession(String name, Work work, Probe probe) {
    return ChangeWithoutUndo.of(name, reading -> new Session(name, work, probe));
  }

  public static ChangeWithoutUndo inSession(String name, FakeDialect world) {
    return inSession(name, w -> world.doNow(name), key -> done(world, name));
  }

  /** A change that takes effect part by part. */
  public static ChangeWithoutUndo sequence(String name, List<Part> parts) {
    return ChangeWithoutUndo.of(name, reading -> new OfParts(List.copyOf(parts)));
  }

  public static Part part(String name, Work work, Probe probe, Optional<Part> inverse) {
    return new FakePart(name, work, probe, inverse);
  }

  /** A part whose effect on the world is its name, and that stays. */
  public static Part part(String name, FakeDialect world) {
    return part(name, working -> world.doNow(name), key -> done(world, name), Optional.empty());
  }

  /** The same, taken back by an effect {@code back name}. */
  public static Part partWithInverse(String name, FakeDialect world) {
    return part(
        name,
        working -> world.doNow(name),
        key -> done(world, name),
        Optional.of(part("back " + name, world)));
  }

  public static ChangeWithoutUndo human(String name, String question, String role) {
    return ChangeWithoutUndo.of(name, reading -> new Effect.Human(question, role));
  }

  /** Whether an effect of that name happened. */
  public static ProbeResult.Kind done(FakeDialect world, String name) {
    return world.effects.contains(name) ? ProbeResult.Kind.APPLIED : ProbeResult.Kind.NOT_APPLIED;
  }
}
