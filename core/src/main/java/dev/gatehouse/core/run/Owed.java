package dev.gatehouse.core.run;

import dev.gatehouse.core.model.FollowUp;
import dev.gatehouse.core.model.HandOver;
import dev.gatehouse.core.model.Incident;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Scrubber;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What a runbook says of its hand-over, as it is planned. */
record Owed(Runbook runbook) {

  /** An incident that has not begun, and what nobody owes. */
  List<Finding> refusals(Instant now) {
    List<Finding> refusals = new ArrayList<>();
    runbook
        .handOver()
        .incident()
        .filter(incident -> incident.began().isAfter(now))
        .ifPresent(
            incident ->
                refusals.add(
                    Finding.of("incident.future", "the incident has not begun yet")
                        .withExpected("a moment before " + now)
                        .withFound("began " + incident.began())
                        .withFix("say when it began: incident(began, good)")));
    runbook
        .people()
        .ifPresent(
            people ->
                runbook.handOver().followUps().stream()
                    .filter(owed -> nobody(people, owed))
                    .forEach(owed -> refusals.add(nobody(owed))));
    return refusals;
  }

  private static boolean nobody(People people, FollowUp owed) {
    return people.holding(owed.by()).isEmpty() && people.knownAs(owed.by()).isEmpty();
  }

  private static Finding nobody(FollowUp owed) {
    return Finding.of("follow-up.nobody", "nobody owes '" + owed.what() + "'")
        .withExpected("somebody who is, or has the role, " + owed.by())
        .withFound("none of the people of this runbook")
        .withFix("give somebody the role: person(\"name\").as(\"" + owed.by() + "\")");
  }

  HandOver scrubbed(Scrubber scrubber) {
    HandOver told = runbook.handOver();
    return new HandOver(
        told.incident()
            .map(
                one ->
                    new Incident(
                        one.began(),
                        one.good(),
                        one.exposed().stream().map(scrubber::scrub).toList())),
        told.closure(),
        told.followUps().stream()
            .map(
                one ->
                    new FollowUp(
                        scrubber.scrub(one.what()), scrubber.scrub(one.by()), one.within()))
            .toList());
  }
}
