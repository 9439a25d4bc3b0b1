package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.dialect.GrantMethod.InTransaction.Reversed;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import java.util.List;
import java.util.Optional;

/** Takes back exactly what a change of grants did, by what that reported or left in the target. */
record UndoGrants(GrantChange of) implements Change {

  @Override
  public String name() {
    return "undo: " + of.name();
  }

  @Override
  public List<Step> refersTo() {
    return List.of(of);
  }

  @Override
  public Undo undo() {
    return new Undo.CannotBeUndone("it is itself an undo");
  }

  @Override
  public Effect bind(CheckContext reading) throws Exception {
    GrantMethod method = GrantChange.method(of.name(), reading.target());
    return method instanceof GrantMethod.InSequence sequence
        ? of.sequence(reading, sequence).backwards()
        : new Reversing(of, (GrantMethod.InTransaction) method);
  }

  private record Reversing(Change of, GrantMethod.InTransaction method)
      implements Effect.InTransaction {
    @Override
    public List<String> preview() {
      return List.of(
          "the inverse of each statement it executed, and the access control lists compared");
    }

    @Override
    public Optional<String> comparison() {
      return Optional.of("by the access control lists of before");
    }

    @Override
    public Evidence apply(EffectContext working) throws Exception {
      Reversed reversed = method.reverse(working.connection(), inverse(working));
      Evidence evidence =
          working
              .evidence()
              .with("statements", reversed.statements().size())
              .with("executed", GrantEffect.cut(reversed.statements()));
      return reversed.notes().isEmpty()
          ? evidence
          : evidence.with("notes", GrantEffect.cut(reversed.notes()));
    }

    private String inverse(EffectContext working) throws Exception {
      Optional<Evidence> told = working.evidenceOf(of);
      Optional<String> digest = told.flatMap(one -> one.fact(GrantEffect.DIGEST));
      Optional<String> inverse = told.flatMap(one -> one.fact(GrantEffect.INVERSE));
      // A name may hold the text of a secret, and was scrubbed then.
      if (inverse.isPresent() && digest.equals(inverse.map(GrantEffect::digest))) {
        return inverse.get();
      }
      // Such a one, a long one, or a change of which only the marker was found after a crash.
      Optional<String> key = told.flatMap(one -> one.fact(GrantEffect.KEY));
      Optional<String> kept =
          key.isEmpty() ? Optional.empty() : method.kept(working.connection(), key.get());
      if (kept.isEmpty()
          || digest.filter(known -> !known.equals(GrantEffect.digest(kept.get()))).isPresent()) {
        throw new StepFailed(
            Finding.of("grants.no-inverse", "what '" + of.name() + "' did is not known")
                .withExpected("what it left in the target under " + key.orElse("its key"))
                .withFound(kept.isEmpty() ? "nothing" : "a text that the journal does not know")
                .withFix("compare grants with those before the run, and take them back by hand"));
      }
      return kept.get();
    }
  }
}
