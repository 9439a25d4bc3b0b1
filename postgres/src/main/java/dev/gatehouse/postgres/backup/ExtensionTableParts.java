package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Triggers, rules, constraints, indexes and defaults on tables of extensions. A dump holds none of
 * them, whoever put them there: those that stand stay with their table, and what goes with a
 * function of people's, or with an extension that is made again, nothing brings back.
 *
 * @param definitions by the table, as the server prints them
 */
record ExtensionTableParts(Map<String, List<String>> definitions) {
  private static final int MOST = 20;

  private static final String PARTS =
      """
      WITH ours AS (SELECT c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
          x.extname FROM pg_depend d JOIN pg_class c ON c.oid = d.objid
          JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_extension x ON x.oid = d.refobjid
          WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_extension'::regclass
          AND d.deptype = 'e' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')),
      part (classid, oid, rel, what, definition) AS (
        SELECT 'pg_trigger'::regclass, oid, tgrelid, 'trigger ' || quote_ident(tgname),
          pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL SELECT 'pg_rewrite'::regclass, oid, ev_class, 'rule ' || quote_ident(rulename),
          pg_get_ruledef(oid) FROM pg_rewrite WHERE rulename <> '_RETURN'
        UNION ALL SELECT 'pg_constraint'::regclass, oid, conrelid,
          'constraint ' || quote_ident(conname),
          'CONSTRAINT ' || quote_ident(conname) || ' ' || pg_get_constraintdef(oid)
          FROM pg_constraint WHERE conrelid <> 0
        UNION ALL SELECT 'pg_class'::regclass, indexrelid, indrelid,
          'index ' || indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index
        UNION ALL SELECT 'pg_attrdef'::regclass, f.oid, adrelid,
          'default of column ' || quote_ident(a.attname),
          quote_ident(a.attname) || ' DEFAULT ' || pg_get_expr(adbin, adrelid)
          FROM pg_attrdef f JOIN pg_attribute a ON a.attrelid = adrelid AND a.attnum = adnum)
      """;

  private static final String ALL =
      PARTS
          + "SELECT ours.name, part.definition FROM part JOIN ours ON ours.oid = part.rel"
          + " ORDER BY 1, 2";

  /** What stands on something that is no extension's goes when that is dropped. */
  private static final String ENDANGERED =
      PARTS
          + """
          SELECT DISTINCT part.what || ' on ' || ours.name AS what, ours.extname AS extension
          FROM part JOIN ours ON ours.oid = part.rel
          JOIN pg_depend d ON d.classid = part.classid AND d.objid = part.oid
            AND d.deptype IN ('n', 'a') AND d.refobjid >= 16384
          WHERE d.refclassid IN ('pg_proc'::regclass, 'pg_class'::regclass, 'pg_type'::regclass,
            'pg_operator'::regclass, 'pg_opclass'::regclass, 'pg_collation'::regclass)
          AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.refclassid
            AND e.objid = d.refobjid AND e.deptype = 'e')
          AND NOT (d.refclassid = 'pg_class'::regclass AND d.refobjid IN (SELECT indexrelid
            FROM pg_index WHERE indrelid IN (SELECT oid FROM ours)))
          AND NOT (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT t.oid FROM pg_type t
            WHERE t.typrelid IN (SELECT oid FROM ours)))
          ORDER BY 1
          """;

  private record Endangered(String what, String extension) {
    static Endangered of(Row row) {
      return new Endangered(row.text("what"), row.text("extension"));
    }
  }

  static ExtensionTableParts of(Connection session) throws SQLException {
    Map<String, List<String>> definitions = new LinkedHashMap<>();
    for (Row row : Queries.rows(session, ALL, each -> each)) {
      definitions
          .computeIfAbsent(row.text("name"), table -> new ArrayList<>())
          .add(row.text("definition"));
    }
    return new ExtensionTableParts(definitions);
  }

  /** What would go with objects of people's. */
  static List<String> endangered(Connection session) throws SQLException {
    return Queries.rows(session, ENDANGERED, Endangered::of).stream()
        .map(Endangered::what)
        .toList();
  }

  /**
   * @param kept whether an extension stays
   * @throws Refusal when something on its tables would not
   */
  static void refuseEndangered(Connection session, Predicate<String> kept) throws SQLException {
    List<String> lost =
        Queries.rows(session, ENDANGERED, Endangered::of).stream()
            .filter(one -> kept.test(one.extension()))
            .map(Endangered::what)
            .toList();
    if (!lost.isEmpty()) {
      throw new Refusal(
          Finding.of("restore.extension-parts", "a restore would lose what no dump holds")
              .withExpected(
                  "nothing on tables of extensions that stands on functions or tables of your own")
              .withFound(shown(lost))
              .withFix(
                  "keep their definitions, drop them before the restore and create them again"
                      + " behind it; or restore beside the target"));
    }
  }

  /**
   * Of tables that are there still.
   *
   * @throws StepFailed when something is not there any more
   */
  void requireKept(Connection session) throws SQLException {
    Map<String, List<String>> now = of(session).definitions();
    List<String> tables =
        Queries.column(session, PARTS + "SELECT DISTINCT name FROM ours ORDER BY 1");
    List<String> lost = new ArrayList<>();
    definitions.forEach(
        (table, parts) -> {
          if (tables.contains(table)) {
            parts.stream()
                .filter(part -> !now.getOrDefault(table, List.of()).contains(part))
                .forEach(part -> lost.add(table + ": " + part));
          }
        });
    if (!lost.isEmpty()) {
      throw new StepFailed(
          Finding.of("restore.extension-parts", "a restore would lose what no dump holds")
              .withExpected("all that stands on tables of extensions, as it was")
              .withFound(shown(lost))
              .withFix(
                  "drop it before the restore and create it again behind it; or restore beside the"
                      + " target"));
    }
  }

  private static String shown(List<String> lost) {
    return String.join("\n", lost.subList(0, Math.min(MOST, lost.size())))
        + (lost.size() > MOST ? "\n... and " + (lost.size() - MOST) + " more" : "");
  }
}
