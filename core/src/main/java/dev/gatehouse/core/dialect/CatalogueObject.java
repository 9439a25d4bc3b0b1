package dev.gatehouse.core.dialect;

import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One thing a database is made of, in words that stay the same wherever the same thing is made: no
 * internal numbers, no statistics.
 *
 * <p>Immutable.
 *
 * @param kind such as {@code table}, {@code column}, {@code policy}
 * @param schema that holds it; empty where the product or the kind has none
 * @param name unique among its kind, quoted where SQL wants it
 * @param of the table, domain or the like that it is a part of and goes with; empty when it stands
 *     for itself
 * @param definition the engine's own text; empty where the facts say all
 * @param owner empty where the kind has none
 * @param privileges one sentence each, sorted, such as {@code SELECT TO analyst_ro}
 * @param facts what else there is to know, by name; what is not so is left out
 * @since 0.1
 */
public record CatalogueObject(
    String kind,
    String schema,
    String name,
    String of,
    String definition,
    String owner,
    List<String> privileges,
    Map<String, String> facts) {

  /** By kind, then by name. */
  static final Comparator<CatalogueObject> ORDER =
      Comparator.comparing(CatalogueObject::kind).thenComparing(CatalogueObject::name);

  private static final String UNREAD = "unread";

  public CatalogueObject {
    privileges = privileges.stream().sorted().toList();
    facts = Collections.unmodifiableMap(new TreeMap<>(facts));
  }

  /**
   * Stands for all objects of these kinds where the account may not read them: whether there are
   * any is not known, and nothing that compares them may pass.
   *
   * @param name of all of them in one word, such as {@code grants}
   * @param needed the privilege by which they would be read
   */
  public static CatalogueObject unread(String name, Set<String> kinds, String needed) {
    String sorted = String.join(",", new TreeSet<>(kinds));
    return new CatalogueObject(
        UNREAD, "", name, "", sorted, "", List.of(), Map.of("needed", needed));
  }

  /** The kinds that were not read, where it stands for some; else empty. */
  public Set<String> unreadKinds() {
    return kind.equals(UNREAD) ? Set.of(definition.split(",")) : Set.of();
  }

  /** Everything but kind and name as texts to compare, by the name of the field. */
  public Map<String, String> fields() {
    Map<String, String> fields = new LinkedHashMap<>();
    put(fields, "of", of);
    put(fields, "definition", definition);
    put(fields, "owner", owner);
    fields.putAll(facts);
    put(fields, "privileges", String.join(", ", privileges));
    return fields;
  }

  private static void put(Map<String, String> fields, String name, String text) {
    if (!text.isEmpty()) {
      fields.put(name, text);
    }
  }

  /** What people call it. */
  public String words() {
    return kind + " " + name;
  }

  /** As one line of canonical JSON; what is empty is left out. */
  String line() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", kind);
    json.put("name", name);
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, "schema", schema);
    put(texts, "of", of);
    put(texts, "definition", definition);
    put(texts, "owner", owner);
    json.putAll(texts);
    if (!privileges.isEmpty()) {
      json.put("privileges", privileges);
    }
    if (!facts.isEmpty()) {
      json.put("facts", facts);
    }
    return new String(Json.canonical(json), StandardCharsets.UTF_8);
  }

  /**
   * @throws Refusal when it is not a line that {@link #line} wrote
   */
  static CatalogueObject parse(String line) {
    Map<String, Object> json = Json.parse(line.getBytes(StandardCharsets.UTF_8));
    Map<String, String> facts = new LinkedHashMap<>();
    if (json.get("facts") instanceof Map<?, ?> map) {
      map.forEach((name, value) -> facts.put(String.valueOf(name), String.valueOf(value)));
    }
    List<String> privileges =
        json.get("privileges") instanceof List<?> list
            ? list.stream().map(String::valueOf).toList()
            : List.of();
    CatalogueObject object =
        new CatalogueObject(
            text(json, "kind"),
            text(json, "schema"),
            text(json, "name"),
            text(json, "of"),
            text(json, "definition"),
            text(json, "owner"),
            privileges,
            facts);
    if (object.kind().isEmpty() || object.name().isEmpty() || !object.line().equals(line)) {
      throw new Refusal(
          Finding.of("baseline.line", "this is no line of a baseline")
              .withExpected(object.line())
              .withFound(line)
              .withFix("take the line as it was written, or record the baseline again"));
    }
    return object;
  }

  private static String text(Map<String, Object> json, String name) {
    return json.get(name) instanceof String text ? text : "";
  }

  @Override
  public String toString() {
    return words();
  }
}
