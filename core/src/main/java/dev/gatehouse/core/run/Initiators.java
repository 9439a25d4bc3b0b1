package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Quorum;
import dev.gatehouse.core.outcome.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    Set<String> known =
        names.stream()
            .flatMap(who -> people.get().knownAs(who).stream())
            .map(Person::name)
            .collect(Collectors.toSet());
    for (BoundStep step : plan.steps()) {
      Optional<Quorum> quorum =
          step.step() instanceof Check check ? check.quorum() : Optional.empty();
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
