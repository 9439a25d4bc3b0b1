package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.run.Freezes;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Keeps every runner that journals to a directory from starting on this run's target, until the
 * freeze is undone, or {@link #thaw} is reached. What the run does meanwhile it may do; runs that
 * were begun before are resumed, so that they can be undone. A run that ends in between leaves its
 * target frozen, which the next one is told with who, why and since when.
 *
 * <p>Immutable. Writes a file beside the journals, with the rights of the account this process runs
 * under; nothing in the target.
 *
 * @since 0.1
 */
public final class Freeze implements Change {
  private final Path journals;
  private final String why;
  private final String name;

  Freeze(Path journals, String why, String name) {
    this.journals = journals;
    this.why = why;
    this.name = name;
  }

  /** The same step under the name that the checklist has for it. */
  public Freeze named(String newName) {
    return new Freeze(journals, why, Names.checked(newName));
  }

  /** Its end as a step of its own, which an undo takes back by freezing again. */
  public Change thaw() {
    return thawing()
        .referringTo(List.of(this))
        .undoneBy(new Freeze(journals, why, name + " again"));
  }

  private ChangeWithoutUndo thawing() {
    return ChangeWithoutUndo.of("thaw: " + name, reading -> new Thawing(this));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Effect bind(CheckContext reading) {
    return new Freezing(this, reading.target().name());
  }

  @Override
  public Undo undo() {
    return new Undo.By(thawing().cannotBeUndone("it is itself an undo"));
  }

  /** A key begins with the name of its run, which has no slash. */
  private Freezes.Freezer run(CheckContext reading, String key, Step step) {
    String run = key.substring(0, key.indexOf('/'));
    return new Freezes.Freezer(
        run, String.join(", ", reading.historyOf(step).initiators().stream().sorted().toList()));
  }

  private Freezes freezes() {
    return Freezes.in(journals);
  }

  @Override
  public String toString() {
    return name;
  }

  private record Freezing(Freeze freeze, String target) implements Effect.External {
    @Override
    public Evidence apply(EffectContext working) throws Exception {
      Fingerprint database = working.target().dialect().identify(working.connection());
      Freezes.Freezer run = freeze.run(working, working.key(), freeze);
      freeze.freezes().freeze(working.target(), database, run, freeze.why, working.now());
      return working.evidence().with("frozen", target).with("by", run.who());
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) {
      return seen(reading, freeze.freezes().frozenBy(freeze.run(reading, key, freeze).run()));
    }

    @Override
    public List<String> preview() {
      return List.of(
          "freeze target '" + target + "' for runners journaling to " + freeze.journals,
          "because: " + freeze.why);
    }

    @Override
    public boolean touchesTarget() {
      return false;
    }
  }

  private record Thawing(Freeze freeze) implements Effect.External {
    @Override
    public Optional<String> comparison() {
      return Optional.of("by looking for the freeze");
    }

    @Override
    public Evidence apply(EffectContext working) {
      Freezes.Freezer run = freeze.run(working, working.key(), freeze);
      freeze.freezes().thaw(run, working.now());
      if (freeze.freezes().frozenBy(run.run())) {
        throw new StepFailed(
            Finding.of("target.frozen", "what '" + freeze.name + "' froze is frozen still")
                .withExpected("no freeze of run " + run.run() + " in " + freeze.journals)
                .withFound("one")
                .withFix("runner.thaw(target, who)"));
      }
      return working.evidence().with("thawed", working.target().name());
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) {
      return seen(reading, !freeze.freezes().frozenBy(freeze.run(reading, key, freeze).run()));
    }

    @Override
    public List<String> preview() {
      return List.of("thaw what '" + freeze.name + "' froze in " + freeze.journals);
    }

    @Override
    public boolean touchesTarget() {
      return false;
    }
  }

  private static ProbeResult seen(CheckContext reading, boolean so) {
    return new ProbeResult(
        so ? Kind.APPLIED : Kind.NOT_APPLIED, "looked for the freeze", reading.evidence());
  }
}
