package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.report.HandOverFacts.Restored;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@link HandOverText} says, for machines; what is not known is left out. */
final class HandOverJson {

  private HandOverJson() {}

  static Map<String, Object> of(RunRecord run) {
    HandOverFacts known = new HandOverFacts(run);
    Map<String, Object> body = new LinkedHashMap<>();
    known
        .told()
        .incident()
        .ifPresent(
            incident -> {
              body.put("incidentBegan", incident.began().toString());
              body.put("dataGoodUntil", incident.good().toString());
              body.put("exposed", incident.exposed());
            });
    known.restored().ifPresent(restored -> body.put("restored", restored(restored)));
    known.recovery().ifPresent(took -> body.put("recoveryMillis", took.toMillis()));
    known
        .closed()
        .ifPresent(
            closed -> {
              body.put("closedFrom", closed.from().toString());
              closed.until().ifPresent(until -> body.put("closedUntil", until.toString()));
            });
    List<Map<String, Object>> owed =
        Obligation.of(run).stream().map(HandOverJson::obligation).toList();
    body.put("owed", owed);
    return body;
  }

  private static Map<String, Object> restored(Restored restored) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("step", restored.step());
    body.put("begun", restored.begun().toString());
    body.put("ended", restored.ended().toString());
    body.put("provenAfterCrash", restored.proven());
    restored.snapshotAt().ifPresent(at -> body.put("snapshotAt", at.toString()));
    body.put("changesReplayed", restored.replayed());
    restored.lost().ifPresent(lost -> body.put("lostAtMostMillis", lost.toMillis()));
    return body;
  }

  private static Map<String, Object> obligation(Obligation one) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("what", one.what());
    body.put("by", one.by());
    body.put("due", one.due().toString());
    return body;
  }
}
