package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What stands beside "equal": all that neither a dump nor a comparison reaches, if there is any.
 */
final class NotCompared {
  /** Name of the fact, in evidence and in the manifest. */
  static final String FACT = "not compared";

  /** Name of the fact about the database itself. */
  static final String DATABASE = "not in a dump: the database itself";

  /** What CREATE DATABASE grants. */
  private static final List<String> USUAL = List.of("CONNECT TO PUBLIC", "TEMPORARY TO PUBLIC");

  private static final int MOST = 20;

  private static final Map<String, String> KINDS =
      Map.of(
          "foreign table", "rows of foreign tables",
          "materialized view", "rows of materialized views, which a restore computes anew",
          "user mapping", "options of user mappings");

  private static final String INHERITED =
      "order of columns of tables that inherit, of which a dump puts the parent's first";

  /** Tables and sequences that belong to an extension and are none of its configuration. */
  private static final String OF_EXTENSIONS =
      "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n"
          + " ON n.oid = c.relnamespace JOIN pg_depend d ON d.classid = 'pg_class'::regclass"
          + " AND d.objid = c.oid AND d.deptype = 'e' WHERE c.relkind IN ('r', 'S')"
          + " AND NOT EXISTS ("
          + ExtensionRows.CONFIGURATION
          + ") ORDER BY 1";

  /** A superuser's dump has them, an ordinary account's leaves them out with a warning. */
  private static final String SUBSCRIPTIONS =
      "SELECT quote_ident(s.subname) FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid"
          + " WHERE d.datname = current_database() ORDER BY 1";

  /** A dump knows neither this schema nor what the languages of the server itself are granted. */
  private static final String UNDUMPED =
      """
      SELECT i.type || ' ' || i.identity FROM (
        SELECT 'pg_language'::regclass AS class, oid, lanacl AS acl, acldefault('l', lanowner) AS usual
          FROM pg_language WHERE NOT lanispl AND oid < 16384
        UNION ALL SELECT 'pg_namespace'::regclass, oid, nspacl, acldefault('n', nspowner)
          || makeaclitem(0, nspowner, 'USAGE', false)
          FROM pg_namespace WHERE nspname = 'information_schema'
        UNION ALL SELECT 'pg_class'::regclass, oid, relacl, acldefault('r', relowner)
          || CASE WHEN NOT starts_with(relname, '_pg_')
            THEN ARRAY[makeaclitem(0, relowner, 'SELECT', false)] ELSE '{}' END
          FROM pg_class WHERE relnamespace = 'information_schema'::regnamespace
            AND relkind IN ('r', 'v')
        UNION ALL SELECT 'pg_proc'::regclass, oid, proacl, acldefault('f', proowner)
          FROM pg_proc WHERE pronamespace = 'information_schema'::regnamespace
        UNION ALL SELECT 'pg_type'::regclass, oid, typacl, acldefault('T', typowner)
          FROM pg_type WHERE typnamespace = 'information_schema'::regnamespace) o
      LEFT JOIN pg_init_privs p ON p.classoid = o.class AND p.objoid = o.oid AND p.objsubid = 0
      CROSS JOIN LATERAL (SELECT coalesce(o.acl, o.usual) AS now,
        coalesce(p.initprivs, o.usual) AS first) a
      CROSS JOIN LATERAL pg_identify_object(o.class, o.oid, 0) i
      WHERE o.acl IS DISTINCT FROM p.initprivs AND NOT (a.now @> a.first AND a.first @> a.now)
      ORDER BY 1
      """;

  private NotCompared() {}

  /** In words; empty when all was. */
  static String of(Connection session, Baseline catalogue) throws SQLException {
    Map<String, List<String>> names = new TreeMap<>();
    for (CatalogueObject object : catalogue.objects()) {
      String kind = KINDS.get(object.kind());
      if (kind != null) {
        names.computeIfAbsent(kind, key -> new ArrayList<>()).add(object.name());
      }
      if (object.facts().containsKey("parents") && !object.facts().containsKey("partitionBound")) {
        names.computeIfAbsent(INHERITED, key -> new ArrayList<>()).add(object.name());
      }
    }
    List<String> ofExtensions = Queries.column(session, OF_EXTENSIONS);
    if (!ofExtensions.isEmpty()) {
      names.put("tables and sequences of extensions that no dump holds", ofExtensions);
    }
    List<String> onExtensions = ExtensionTableParts.endangered(session);
    if (!onExtensions.isEmpty()) {
      names.put("what people put on tables of extensions, which no dump holds", onExtensions);
    }
    List<String> undumped = Queries.column(session, UNDUMPED);
    if (!undumped.isEmpty()) {
      names.put("privileges that no dump holds", undumped);
    }
    List<String> subscriptions = Queries.column(session, SUBSCRIPTIONS);
    if (!subscriptions.isEmpty()) {
      names.put("subscriptions, which only a superuser's dump holds", subscriptions);
    }
    List<String> words = new ArrayList<>();
    names.forEach((kind, of) -> words.add(kind + ": " + shown(of)));
    return String.join("; ", words);
  }

  /**
   * Settings, privileges and comment of the database, as the backup read them: recorded among the
   * definitions, and restored by people alone. Empty when it has none.
   */
  static String database(Baseline catalogue) {
    return itself(catalogue)
        .map(
            object -> {
              List<String> words = new ArrayList<>();
              if (!object.privileges().equals(USUAL)) {
                words.add("privileges " + orNone(String.join(", ", object.privileges())));
              }
              new TreeMap<>(object.facts()).forEach((name, fact) -> words.add(name + " " + fact));
              return line(String.join("; ", words));
            })
        .orElse("");
  }

  /** The same of both sides where they differ: a restore in place leaves them as they are. */
  static String database(Baseline recorded, Baseline found) {
    String before = database(recorded);
    String now = database(found);
    return before.equals(now) ? "" : "recorded: " + orNone(before) + ", is: " + orNone(now);
  }

  private static String orNone(String text) {
    return text.isEmpty() ? "none" : text;
  }

  private static Optional<CatalogueObject> itself(Baseline catalogue) {
    return catalogue.objects().stream().filter(o -> o.kind().equals("database")).findFirst();
  }

  /** What people wrote must not end the line that it is shown in. */
  private static String line(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  private static String shown(List<String> names) {
    return String.join(", ", names.subList(0, Math.min(MOST, names.size())))
        + (names.size() > MOST ? " and " + (names.size() - MOST) + " more" : "");
  }
}
