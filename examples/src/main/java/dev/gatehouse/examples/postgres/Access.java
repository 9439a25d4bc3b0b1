package dev.gatehouse.examples.postgres;

import static dev.gatehouse.dsl.Gatehouse.actingAs;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Privilege.SELECT;

import dev.gatehouse.dsl.NamedCheck;

/**
 * The questions about access that the documents asked of information_schema, asked of the server.
 */
final class Access {
  private Access() {}

  /**
   * The documents listed grants to names like {@code vh_%}: what comes through PUBLIC, a role, or a
   * column was not among them.
   */
  static NamedCheck noWritesAcrossTheBoundary() {
    return noRows(
        "no vh role can write to eng",
        """
        select r.rolname || ' can ' || p.privilege || ' ' || c.oid::regclass
        from pg_roles r
        cross join pg_class c
        cross join (values ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')) p (privilege)
        where r.rolname ^@ 'vh_' and not r.rolsuper
          and c.relnamespace = 'eng'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f')
          and (has_table_privilege(r.oid, c.oid, p.privilege)
            or p.privilege in ('INSERT', 'UPDATE') and has_any_column_privilege(r.oid, c.oid, p.privilege))
        """);
  }

  static NamedCheck rowSecurityOnSensitiveTables() {
    return noRows(
        "every sensitive table has row security, forced",
        """
        select oid::regclass from pg_class
        where relkind in ('r', 'p') and relname ~ 'sensitive'
          and relnamespace in ('eng'::regnamespace, 'vh'::regnamespace)
          and not (relrowsecurity and relforcerowsecurity)
        """);
  }

  static NamedCheck sensitiveTablesExist() {
    return rows("""
            select oid from pg_class where relkind in ('r', 'p') and relname ~ 'sensitive'
              and relnamespace in ('eng'::regnamespace, 'vh'::regnamespace)
            """)
        .areAtLeast(2);
  }

  /** The documents counted any error as a denial, and a role that was never assumed as well. */
  static NamedCheck analystIsDeniedTheTables() {
    return actingAs("analyst_ro").isDenied(SELECT).on("eng.strategic_directives_v2");
  }

  /** Trial compilation: the role executes them, with the privileges it has. */
  static NamedCheck analystReadsTheViews() {
    return actingAs("analyst_ro")
        .can(SELECT)
        .on("views.eng_governance_summary", "views.vh_linkage_status");
  }
}
