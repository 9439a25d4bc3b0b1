package dev.gatehouse.core.journal;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Need;
import dev.gatehouse.core.outcome.Subject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How values of the model are written into records, and read back. For the rooms of core; what is
 * told to others is told by {@link RunRecord}.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class RecordCodec {

  private RecordCodec() {}

  /** An outline as JSON values. */
  public static Map<String, Object> of(Outline outline) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("runbook", outline.runbook());
    body.put("target", outline.target());
    body.put("product", outline.fingerprint().product());
    body.put("version", outline.fingerprint().version());
    body.put("server", outline.fingerprint().server());
    body.put("database", outline.fingerprint().database());
    body.put("session", outline.fingerprint().session());
    body.put("guards", outline.guards());
    body.put(
        "gates",
        outline.gates().stream()
            .map(
                gate ->
                    Map.<String, Object>of(
                        "name", gate.name(),
                        "steps", gate.steps().stream().map(RecordCodec::step).toList()))
            .toList());
    HandOverCodec.put(body, outline.handOver());
    return body;
  }

  private static Map<String, Object> step(Outline.StepLine step) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", step.name());
    body.put("symbol", step.symbol());
    body.put("class", step.effectClass().name());
    body.put("preview", step.preview());
    body.put("undo", step.undo());
    body.put("undoPreview", step.undoPreview());
    body.put("reach", step.reach().name());
    step.rewind().ifPresent(rewind -> body.put("rewind", rewind(rewind)));
    step.compared().ifPresent(compared -> body.put("compared", compared(compared)));
    if (!step.parts().isEmpty()) {
      body.put("parts", step.parts().stream().map(RecordCodec::part).toList());
    }
    return body;
  }

  private static Map<String, Object> part(Outline.PartLine part) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", part.name());
    body.put("takenBackAlone", part.takenBackAlone());
    if (!part.bound().isEmpty()) {
      body.put("bound", part.bound());
    }
    return body;
  }

  private static Map<String, Object> compared(Outline.Compared compared) {
    return Map.of("how", compared.how(), "here", compared.here());
  }

  private static Map<String, Object> rewind(Outline.Rewind rewind) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("by", rewind.by());
    rewind.to().ifPresent(step -> body.put("to", step));
    return body;
  }

  /** The outline those JSON values tell. */
  public static Outline outline(Map<String, Object> body) {
    return new Outline(
        text(body, "runbook"),
        text(body, "target"),
        new Fingerprint(
            text(body, "product"),
            text(body, "version"),
            text(body, "server"),
            text(body, "database"),
            body.get("session") instanceof String session ? session : ""),
        maps(body, "gates").stream()
            .map(
                gate ->
                    new Outline.GateLine(
                        text(gate, "name"),
                        maps(gate, "steps").stream().map(RecordCodec::stepLine).toList()))
            .toList(),
        texts(body, "guards"),
        List.of(),
        HandOverCodec.handOver(body));
  }

  private static Outline.StepLine stepLine(Map<String, Object> step) {
    return new Outline.StepLine(
        text(step, "name"),
        text(step, "symbol"),
        EffectClass.valueOf(text(step, "class")),
        texts(step, "preview"),
        text(step, "undo"),
        texts(step, "undoPreview"),
        // Journals of before there were rewinds say nothing of it.
        step.containsKey("reach") ? Reach.valueOf(text(step, "reach")) : Reach.UNKNOWN,
        Optional.of(map(step, "rewind")).filter(told -> !told.isEmpty()).map(RecordCodec::rewind),
        maps(step, "parts").stream()
            .map(
                part ->
                    new Outline.PartLine(
                        text(part, "name"), flag(part, "takenBackAlone"), text(part, "bound")))
            .toList(),
        Optional.of(map(step, "compared"))
            .filter(told -> !told.isEmpty())
            .map(told -> new Outline.Compared(text(told, "how"), flag(told, "here"))));
  }

  private static Outline.Rewind rewind(Map<String, Object> told) {
    return new Outline.Rewind(
        text(told, "by"), Optional.of(text(told, "to")).filter(step -> !step.isEmpty()));
  }

  /** Findings as JSON values. */
  public static List<Map<String, Object>> of(List<Finding> findings) {
    return findings.stream().map(RecordCodec::finding).toList();
  }

  private static Map<String, Object> finding(Finding finding) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("code", finding.code());
    body.put("headline", finding.headline());
    body.put("expected", finding.expected());
    body.put("found", finding.found());
    body.put("fix", finding.fix());
    if (!finding.subjects().isEmpty()) {
      body.put("subjects", finding.subjects().stream().map(RecordCodec::subject).toList());
    }
    return body;
  }

  private static Map<String, Object> subject(Subject subject) {
    return Map.of("who", subject.who(), "what", subject.what(), "on", subject.on());
  }

  /** The findings of a record; none when it has none. */
  public static List<Finding> findings(Map<String, Object> body) {
    return maps(body, "findings").stream()
        .map(
            finding ->
                new Finding(
                    text(finding, "code"),
                    text(finding, "headline"),
                    text(finding, "expected"),
                    text(finding, "found"),
                    text(finding, "fix"),
                    subjects(finding)))
        .toList();
  }

  private static List<Subject> subjects(Map<String, Object> finding) {
    return maps(finding, "subjects").stream()
        .map(one -> new Subject(text(one, "who"), text(one, "what"), text(one, "on")))
        .toList();
  }

  /** Needs as JSON values. */
  public static List<Map<String, Object>> ofNeeds(List<Need> needs) {
    return needs.stream()
        .map(
            need ->
                Map.<String, Object>of(
                    "role", need.role(), "question", need.question(), "typing", need.typing()))
        .toList();
  }

  static List<Need> needs(Map<String, Object> body) {
    return maps(body, "needs").stream()
        .map(need -> new Need(text(need, "role"), text(need, "question"), text(need, "typing")))
        .toList();
  }

  /** People as JSON values. */
  public static List<Map<String, Object>> ofPeople(People people) {
    return people.all().stream()
        .map(
            person ->
                Map.<String, Object>of(
                    "name", person.name(),
                    "key", person.key().orElse(""),
                    "accounts", person.accounts(),
                    "roles", person.roles()))
        .toList();
  }

  static Optional<People> people(Map<String, Object> body) {
    List<Person> all =
        maps(body, "people").stream()
            .map(
                one ->
                    new Person(
                        text(one, "name"),
                        Optional.of(text(one, "key")).filter(key -> !key.isEmpty()),
                        texts(one, "accounts"),
                        texts(one, "roles")))
            .toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(People.of(all));
  }

  /** Evidence as JSON values. */
  public static Map<String, Object> of(Evidence evidence) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("takenAt", evidence.takenAt().toString());
    body.put("facts", new LinkedHashMap<String, Object>(evidence.facts()));
    if (!evidence.kept().isEmpty()) {
      body.put("kept", evidence.kept().stream().sorted().toList());
    }
    return body;
  }

  /** The evidence that such values tell. */
  public static Evidence evidence(Map<String, Object> value) {
    Map<String, String> facts = new LinkedHashMap<>();
    map(value, "facts").forEach((name, fact) -> facts.put(name, String.valueOf(fact)));
    return new Evidence(
        Instant.parse(text(value, "takenAt")), facts, Set.copyOf(texts(value, "kept")));
  }

  /** A text field; empty when absent. */
  public static String text(Map<String, Object> body, String field) {
    return body.get(field) instanceof String text ? text : "";
  }

  /** A yes-or-no field; no when absent. */
  public static boolean flag(Map<String, Object> body, String field) {
    return Boolean.TRUE.equals(body.get(field));
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Map<String, Object> body, String field) {
    return body.get(field) instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }

  @SuppressWarnings("unchecked")
  static List<Map<String, Object>> maps(Map<String, Object> body, String field) {
    return body.get(field) instanceof List<?> list ? (List<Map<String, Object>>) list : List.of();
  }

  @SuppressWarnings("unchecked")
  static List<String> texts(Map<String, Object> body, String field) {
    return body.get(field) instanceof List<?> list ? (List<String>) list : List.of();
  }
}
