package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.PartRecord;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.model.Outline.Compared;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A run for machines: one JSON object with {@code "schema": 1}. Fields may be added within a
 * schema; none is renamed, removed or given another meaning. Instants are ISO 8601 in UTC,
 * durations milliseconds, and what is not known is left out.
 *
 * <p>Texts are told exactly, with every character that a terminal would act on written as its JSON
 * escape, so that the file can be shown as it is. Reads no database and needs no privilege. As
 * thread-safe as the record it is given.
 *
 * @since 0.1
 */
public final class RunJson {

  /** Version of what the fields mean. */
  public static final int SCHEMA = 1;

  private RunJson() {}

  /**
   * The run as indented JSON, lines ended by {@code \n}.
   *
   * @param head the journal's signed head
   */
  public static String of(RunRecord run, String head) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("schema", SCHEMA);
    body.put("run", run.run());
    body.put("runbook", run.outline().runbook());
    body.put("state", run.state().name());
    body.put("exitCode", run.state().exitCode());
    body.put("closed", run.state().closed());
    body.put("plan", run.plan());
    body.put("head", head);
    body.put("initiator", run.initiator());
    if (!run.facts().isEmpty()) {
      body.put("facts", new LinkedHashMap<String, Object>(run.facts()));
    }
    body.put("opened", run.opened().toString());
    body.put("last", run.last().toString());
    body.put("elapsedMillis", Duration.between(run.opened(), run.last()).toMillis());
    put(body, "wakeAt", run.wakeAt());
    body.put("target", target(run));
    body.put("counts", Counts.of(run).byWord());
    body.put("gates", run.outline().gates().stream().map(gate -> gate(run, gate.name())).toList());
    body.put("applied", run.applied().stream().map(StepRecord::name).toList());
    if (!HowUndone.unknown(run).isEmpty()) {
      body.put("notCompared", HowUndone.unknown(run).stream().map(StepRecord::name).toList());
    }
    body.put("guards", run.outline().guards());
    body.put("tripped", tripped(run));
    if (!run.notices().left().isEmpty()) {
      Map<String, Object> left = new LinkedHashMap<>();
      run.notices().left().forEach((channel, one) -> left.put(channel, (long) one.count()));
      body.put("notTold", left);
    }
    body.put("remarks", run.remarks().stream().map(RunJson::remark).toList());
    body.put("handOver", HandOverJson.of(run));
    return visible(Json.pretty(wellFormed(body)));
  }

  private static Map<String, Object> target(RunRecord run) {
    Map<String, Object> target = new LinkedHashMap<>();
    target.put("name", run.outline().target());
    target.put("product", run.outline().fingerprint().product());
    target.put("version", run.outline().fingerprint().version());
    target.put("server", run.outline().fingerprint().server());
    target.put("database", run.outline().fingerprint().database());
    return target;
  }

  private static Map<String, Object> gate(RunRecord run, String name) {
    Map<String, Object> gate = new LinkedHashMap<>();
    gate.put("name", name);
    gate.put("open", run.openGates().contains(name));
    gate.put(
        "steps",
        run.steps().stream().filter(step -> step.gate().equals(name)).map(RunJson::step).toList());
    return gate;
  }

  private static Map<String, Object> step(StepRecord record) {
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("name", record.name());
    step.put("symbol", record.line().symbol());
    step.put("class", record.line().effectClass().name());
    step.put("state", record.state().name());
    put(step, "begun", record.begun());
    put(step, "ended", record.ended());
    put(step, "recheckAt", record.recheckAt());
    put(step, "who", record.who());
    put(step, "reason", record.reason());
    put(step, "session", record.session());
    step.put("accepted", record.accepted());
    step.put("recovered", record.recovered());
    put(step, "undo", record.line().undo());
    record
        .line()
        .compared()
        .filter(Compared::here)
        .ifPresent(by -> step.put("undoCompared", by.how()));
    put(step, "coveredBy", record.coveredBy());
    if (HowUndone.isUnknown(record)) {
      step.put("undoneAsWritten", true);
    }
    if (!record.parts().isEmpty()) {
      step.put("parts", record.parts().all().stream().map(RunJson::part).toList());
    }
    record.evidence().ifPresent(evidence -> step.put("evidence", evidence(evidence)));
    step.put("findings", findings(record.findings()));
    return step;
  }

  private static Map<String, Object> part(PartRecord record) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("name", record.name());
    part.put("state", record.state().name());
    part.put("takenBackAlone", record.takenBackAlone());
    put(part, "ended", record.ended());
    return part;
  }

  private static Map<String, Object> evidence(Evidence proof) {
    Map<String, Object> evidence = new LinkedHashMap<>();
    evidence.put("takenAt", proof.takenAt().toString());
    evidence.put("facts", new LinkedHashMap<String, Object>(proof.facts()));
    return evidence;
  }

  private static List<Map<String, Object>> findings(List<Finding> findings) {
    List<Map<String, Object>> all = new ArrayList<>();
    for (Map<String, Object> values : RecordCodec.of(findings)) {
      Map<String, Object> finding = new LinkedHashMap<>();
      for (String field : List.of("code", "headline", "expected", "found", "fix")) {
        put(finding, field, RecordCodec.text(values, field));
      }
      if (values.get("subjects") instanceof List<?> subjects) {
        finding.put("subjects", subjects);
      }
      all.add(finding);
    }
    return all;
  }

  private static List<Map<String, Object>> tripped(RunRecord run) {
    List<Map<String, Object>> tripped = new ArrayList<>();
    run.trippedGuards()
        .forEach(
            (name, guarded) -> {
              Map<String, Object> guard = new LinkedHashMap<>();
              guard.put("name", name);
              guard.put("reaction", guarded.reaction());
              guard.put("confirmed", guarded.confirmed());
              guard.put("findings", findings(guarded.findings()));
              tripped.add(guard);
            });
    return tripped;
  }

  private static Map<String, Object> remark(RunRecord.Remark said) {
    Map<String, Object> remark = new LinkedHashMap<>();
    remark.put("at", said.at().toString());
    remark.put("text", said.text());
    return remark;
  }

  private static void put(Map<String, Object> body, String name, String text) {
    if (!text.isEmpty()) {
      body.put(name, text);
    }
  }

  private static void put(Map<String, Object> body, String name, Optional<Instant> at) {
    at.ifPresent(instant -> body.put(name, instant.toString()));
  }

  /** Text cut in the middle of a character must not cost the whole report. */
  private static Map<String, Object> wellFormed(Map<?, ?> object) {
    Map<String, Object> clean = new LinkedHashMap<>();
    object.forEach((name, value) -> clean.put((String) whole(name), whole(value)));
    return clean;
  }

  private static Object whole(Object value) {
    if (value instanceof String text) {
      return new String(text.codePoints().map(RunJson::replaced).toArray(), 0, length(text));
    } else if (value instanceof Map<?, ?> map) {
      return wellFormed(map);
    }
    return value instanceof List<?> list ? list.stream().map(RunJson::whole).toList() : value;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static int replaced(int codePoint) {
    return Character.getType(codePoint) == Character.SURROGATE ? 0xFFFD : codePoint;
  }

  /** Outside strings JSON has no such characters but its own line ends. */
  private static String visible(String json) {
    StringBuilder visible = new StringBuilder(json.length());
    json.codePoints()
        .forEach(
            c -> {
              if (Plain.acts(c) && c != '\n') {
                visible.append(Plain.escape(c));
              } else {
                visible.appendCodePoint(c);
              }
            });
    return visible.toString();
  }
}
