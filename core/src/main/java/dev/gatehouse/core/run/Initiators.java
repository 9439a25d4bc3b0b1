package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Quorum;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Refuses to begin what could never be agreed to by anybody but who begins it. */
final class Initiators {

  private Initiators() {}

  /**
   * @param names of who starts the run, and of the account
   */
  static void refuse(Plan plan, List<String> names) {
    Optional<People> people = plan.runbook().people();
    if (people.isEmpty()) {
      return;
    }
    Set<String> known = known(people.get(), names);
    for (BoundStep step : plan.steps()) {
      Optional<Quorum> quorum = quorum(step);
      if (quorum.isPresent() && !quorum.get().initiatorCounts()) {
        refuse(step, quorum.get(), people.get(), names, known);
      }
    }
  }

  /**
   * Without the people it was begun with, whoever resumes the run could vouch for anybody.
   *
   * @param record of a run that has begun
   */
  static void refuseWithoutPeople(RunRecord record, Plan plan) {
    if (record.said().people().isPresent() && plan.runbook().people().isEmpty()) {
      throw new Refusal(
          Finding.of("people.missing", "the run was begun with people, and they are missing now")
              .withExpected(record.said().people().get().toString())
              .withFound("a runbook that names nobody")
              .withFix("resume it with runbook.decidedBy(People.of(...))"));
    }
  }

  /**
   * What can never be agreed to any more, because too few are left who neither started nor resumed
   * the run. It is told and not refused: such a run must be resumed to be undone.
   */
  static List<Finding> tooFew(RunRecord record, Plan plan) {
    List<Finding> found = new ArrayList<>();
    Optional<People> people = plan.runbook().people();
    if (people.isEmpty()) {
      return found;
    }
    Set<String> known = known(people.get(), List.copyOf(record.said().initiators()));
    for (BoundStep step : plan.steps()) {
      boolean passed = record.step(step.name()).filter(one -> one.state().done()).isPresent();
      quorum(step)
          .filter(quorum -> !passed && !quorum.initiatorCounts())
          .map(quorum -> quorum.seat(people.get().rolesWithout(known)).open())
          .filter(open -> !open.isEmpty())
          .ifPresent(open -> found.add(tooFew(step, open, people.get(), known)));
    }
    return found;
  }

  private static Finding tooFew(
      BoundStep step, List<String> open, People people, Set<String> known) {
    return Finding.of(
            "approval.too-few",
            "'"
                + step.name()
                + "' cannot be agreed to any more: who starts or resumes a run does"
                + " not count")
        .withExpected("somebody else for " + String.join(", ", open))
        .withFound(people + ", of whom started or resumed it: " + new TreeSet<>(known))
        .withFix("resume it with more people in the runbook, or abort it");
  }

  private static Optional<Quorum> quorum(BoundStep step) {
    return step.step() instanceof Check check ? check.quorum() : Optional.empty();
  }

  private static Set<String> known(People people, List<String> names) {
    return names.stream().flatMap(who -> people.meantBy(who).stream()).collect(Collectors.toSet());
  }

  private static void refuse(
      BoundStep step, Quorum quorum, People people, List<String> names, Set<String> known) {
    if (known.isEmpty()) {
      throw new Refusal(
          Finding.of(
                  "approval.initiator-unknown",
                  "nobody knows who starts the run, so that nobody is kept from agreeing to it"
                      + " themselves")
              .withExpected("one of " + people)
              .withFound(String.join(", ", names))
              .withFix(
                  "runner.startedBy(\"name\"), or tell who that is: person(\"name\").knownAs(\""
                      + names.get(0)
                      + "\")"));
    }
    List<String> open = quorum.seat(people.rolesWithout(known)).open();
    if (!open.isEmpty()) {
      throw new Refusal(
          Finding.of(
                  "approval.initiator",
                  "only who starts the run could agree to '" + step.name() + "'")
              .withExpected("somebody else who is " + open.get(0))
              .withFound(String.join(", ", people.holding(open.get(0))))
              .withFix("have somebody else start it, or give another person that role"));
    }
  }
}
