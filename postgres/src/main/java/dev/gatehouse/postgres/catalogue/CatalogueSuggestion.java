package dev.gatehouse.postgres.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Drift;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SQL that would take a difference back, where that is plain. Nothing here drops what may hold
 * data; and a change of which only a part has plain SQL has none.
 */
final class CatalogueSuggestion {
  /** Kinds whose definition is the statement that makes them. */
  private static final Set<String> STATEMENTS =
      Set.of("index", "trigger", "rule", "policy", "function", "procedure");

  /** Parts of a table that are dropped by a name of their own ON the table. */
  private static final Set<String> ON_TABLE = Set.of("trigger", "rule", "policy");

  private static final Map<String, String> GRANTED_ON =
      Map.of(
          "table", "TABLE",
          "view", "TABLE",
          "materialized view", "TABLE",
          "foreign table", "TABLE",
          "sequence", "SEQUENCE",
          "schema", "SCHEMA",
          "function", "FUNCTION",
          "procedure", "PROCEDURE",
          "domain", "DOMAIN",
          "enum", "TYPE");

  private static final Pattern PRIVILEGE =
      Pattern.compile("(NO )?([A-Z ]+) TO ((?:\"(?:[^\"]|\"\")*\"|[^ ]+))( WITH GRANT OPTION)?");

  private CatalogueSuggestion() {}

  static List<String> of(Drift drift) {
    if (drift instanceof Drift.Missing missing) {
      return made(missing.object());
    }
    if (drift instanceof Drift.Changed changed) {
      return mended(changed);
    }
    return dropped(drift.object());
  }

  private static List<String> made(CatalogueObject object) {
    String definition = object.definition();
    if (STATEMENTS.contains(object.kind())) {
      return List.of(definition.strip().replaceFirst(";\\z", "") + ";");
    }
    return switch (object.kind()) {
      case "constraint" ->
          List.of(
              "ALTER TABLE "
                  + object.of()
                  + " ADD CONSTRAINT "
                  + own(object)
                  + " "
                  + definition
                  + ";");
      case "domain constraint" ->
          List.of(
              "ALTER DOMAIN "
                  + object.of()
                  + " ADD CONSTRAINT "
                  + own(object)
                  + " "
                  + definition
                  + ";");
      case "view" -> List.of(view(object, "CREATE VIEW "));
      case "sequence" -> List.of("CREATE SEQUENCE " + object.name() + " " + definition + ";");
      case "enum" -> List.of("CREATE TYPE " + object.name() + " AS ENUM (" + definition + ");");
      case "composite type" ->
          List.of("CREATE TYPE " + object.name() + " AS (" + definition + ");");
      case "extension" ->
          List.of(
              "CREATE EXTENSION "
                  + object.name()
                  + " SCHEMA "
                  + object.facts().getOrDefault("inSchema", "public")
                  + " VERSION '"
                  + object.facts().getOrDefault("version", "")
                  + "';");
      case "schema" -> List.of("CREATE SCHEMA " + object.name() + ";");
      case "column" -> column(object);
      default -> List.of();
    };
  }

  private static List<String> column(CatalogueObject column) {
    Map<String, String> facts = column.facts();
    if (facts.containsKey("generated") || facts.containsKey("identity")) {
      return List.of();
    }
    StringBuilder sql =
        new StringBuilder("ALTER TABLE ")
            .append(column.of())
            .append(" ADD COLUMN ")
            .append(own(column))
            .append(' ')
            .append(facts.getOrDefault("type", ""));
    if (facts.containsKey("collation")) {
      sql.append(" COLLATE ").append(facts.get("collation"));
    }
    if (facts.containsKey("default")) {
      sql.append(" DEFAULT ").append(facts.get("default"));
    }
    return List.of(sql.append(facts.containsKey("notNull") ? " NOT NULL;" : ";").toString());
  }

  private static String view(CatalogueObject view, String verb) {
    String options = view.facts().getOrDefault("options", "");
    return verb
        + view.name()
        + (options.isEmpty() ? "" : " WITH (" + options + ")")
        + " AS"
        + (view.definition().startsWith(" ") ? "" : " ")
        + view.definition();
  }

  private static List<String> dropped(CatalogueObject object) {
    String kind = object.kind().toUpperCase(Locale.ROOT);
    if (ON_TABLE.contains(object.kind())) {
      return List.of("DROP " + kind + " " + own(object) + " ON " + object.of() + ";");
    }
    return switch (object.kind()) {
      case "constraint" ->
          List.of("ALTER TABLE " + object.of() + " DROP CONSTRAINT " + own(object) + ";");
      case "domain constraint" ->
          List.of("ALTER DOMAIN " + object.of() + " DROP CONSTRAINT " + own(object) + ";");
      case "invalid index" -> List.of("DROP INDEX " + object.name() + ";");
      case "index",
          "view",
          "materialized view",
          "function",
          "procedure",
          "extension",
          "event trigger",
          "publication" ->
          List.of("DROP " + kind + " " + object.name() + ";");
      default -> List.of();
    };
  }

  private static List<String> mended(Drift.Changed changed) {
    CatalogueObject object = changed.object();
    List<String> all = new ArrayList<>();
    for (Map.Entry<String, Drift.Fields> field : changed.fields().entrySet()) {
      List<String> some =
          field.getKey().equals("privileges")
              ? privileges(object, changed.other())
              : field(object, field.getKey(), field.getValue());
      if (some.isEmpty()) {
        return List.of();
      }
      all.addAll(some);
    }
    return all;
  }

  private static List<String> field(CatalogueObject object, String field, Drift.Fields values) {
    String expected = values.expected();
    String alter = "ALTER TABLE " + object.name();
    return switch (object.kind() + " " + field) {
      case "table rowSecurity" ->
          List.of(alter + (expected.isEmpty() ? " DISABLE" : " ENABLE") + " ROW LEVEL SECURITY;");
      case "table rowSecurityForced" ->
          List.of(alter + (expected.isEmpty() ? " NO FORCE" : " FORCE") + " ROW LEVEL SECURITY;");
      case "column notNull" -> column(object, (expected.isEmpty() ? "DROP" : "SET") + " NOT NULL");
      case "column default" ->
          column(object, expected.isEmpty() ? "DROP DEFAULT" : "SET DEFAULT " + expected);
      case "column type" -> column(object, "TYPE " + expected);
      case "trigger enabled" -> trigger(object, expected);
      case "extension version" ->
          List.of("ALTER EXTENSION " + object.name() + " UPDATE TO '" + expected + "';");
      case "view definition" -> List.of(view(object, "CREATE OR REPLACE VIEW "));
      case "function definition", "procedure definition" -> made(object);
      case "index definition",
          "trigger definition",
          "rule definition",
          "policy definition",
          "constraint definition",
          "domain constraint definition" -> {
        List<String> both = new ArrayList<>(dropped(object));
        both.addAll(made(object));
        yield both;
      }
      default -> field.equals("owner") ? owner(object) : List.of();
    };
  }

  private static List<String> column(CatalogueObject column, String what) {
    return List.of(
        "ALTER TABLE " + column.of() + " ALTER COLUMN " + own(column) + " " + what + ";");
  }

  private static List<String> trigger(CatalogueObject trigger, String enabled) {
    String verb =
        switch (enabled) {
          case "yes" -> "ENABLE";
          case "no" -> "DISABLE";
          case "always" -> "ENABLE ALWAYS";
          default -> "ENABLE REPLICA";
        };
    return List.of("ALTER TABLE " + trigger.of() + " " + verb + " TRIGGER " + own(trigger) + ";");
  }

  /** A sequence that belongs to a column has that table's owner and can have no other. */
  private static List<String> owner(CatalogueObject object) {
    if (!object.of().isEmpty()) {
      return List.of();
    }
    String kind = object.kind().equals("enum") ? "TYPE" : object.kind().toUpperCase(Locale.ROOT);
    return Set.of("RANGE", "COMPOSITE TYPE", "BASE TYPE", "DATABASE").contains(kind)
        ? List.of()
        : List.of("ALTER " + kind + " " + object.name() + " OWNER TO " + object.owner() + ";");
  }

  private static List<String> privileges(CatalogueObject expected, CatalogueObject found) {
    Set<String> missing = new HashSet<>(expected.privileges());
    found.privileges().forEach(missing::remove);
    Set<String> surplus = new HashSet<>(found.privileges());
    expected.privileges().forEach(surplus::remove);
    List<String> statements = new ArrayList<>();
    for (String privilege : surplus.stream().sorted().toList()) {
      if (!add(statements, expected, privilege, false)) {
        return List.of();
      }
    }
    for (String privilege : missing.stream().sorted().toList()) {
      if (!add(statements, expected, privilege, true)) {
        return List.of();
      }
    }
    return statements;
  }

  private static boolean add(
      List<String> statements, CatalogueObject object, String privilege, boolean wanted) {
    Matcher parts = PRIVILEGE.matcher(privilege);
    boolean ofColumn = object.kind().equals("column");
    String on = ofColumn ? "TABLE" : GRANTED_ON.getOrDefault(object.kind(), "");
    // What somebody else granted, only that role can take back.
    if (!parts.matches() || on.isEmpty()) {
      return false;
    }
    boolean grant = wanted == (parts.group(1) == null);
    String what = parts.group(2) + (ofColumn ? " (" + own(object) + ")" : "");
    String where = on + " " + (ofColumn ? object.of() : object.name());
    statements.add(
        (grant ? "GRANT " : "REVOKE ")
            + what
            + " ON "
            + where
            + (grant ? " TO " : " FROM ")
            + parts.group(3)
            + (grant && parts.group(4) != null ? parts.group(4) : "")
            + ";");
    return true;
  }

  /** The last part of its name. */
  private static String own(CatalogueObject object) {
    return object.name().substring(object.of().length() + 1);
  }
}
