package dev.gatehouse.dsl.access;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Secret;
import java.util.ArrayList;
import java.util.List;

/**
 * A check whose known findings do not fail it. Everything else of it is the check's own.
 *
 * @param check is asked for all its findings, because a cut list could not be told apart
 */
record KnownCheck(Check check, KnownFindings known) implements Check {

  /** The check that is left when nothing is known of it. */
  static Check bare(Check check) {
    return check instanceof KnownCheck wrapped ? bare(wrapped.check()) : check;
  }

  @Override
  public String name() {
    return check.name();
  }

  @Override
  public List<Step> refersTo() {
    return check.refersTo();
  }

  @Override
  public List<Secret> secrets() {
    return check.secrets();
  }

  @Override
  public boolean standing() {
    return check.standing();
  }

  @Override
  public Check watching() {
    return new KnownCheck(check.watching(), known);
  }

  /** What is known is part of the digest: a run is not resumed with another list. */
  @Override
  public List<String> plan(CheckContext reading) throws Exception {
    List<String> lines = new ArrayList<>(check.plan(reading));
    lines.add("without what is known in " + known + ": " + known.read());
    return lines;
  }

  @Override
  public Outcome evaluate(CheckContext reading) throws Exception {
    return AccessAnswers.few(known.leftOutOf(check.name(), AccessCheck.whole(check, reading)));
  }

  @Override
  public String toString() {
    return check + ", but for what is known in " + known;
  }
}
