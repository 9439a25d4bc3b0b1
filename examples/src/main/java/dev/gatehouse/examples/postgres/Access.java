package dev.gatehouse.examples.postgres;

import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.GatehouseAccess.actingAs;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.TRUNCATE;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;

import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.dsl.access.PrivilegeCheck;
import dev.gatehouse.postgres.Postgres;

/**
 * The questions about access that the documents asked of information_schema, where only the names
 * of grantees like {@code vh_%} were looked at: what comes through PUBLIC, a role, a column or a
 * view was not among them.
 */
final class Access {
  private Access() {}

  static PrivilegeCheck noWritesAcrossTheBoundary() {
    return grantee("vh_*")
        .mayNot(INSERT, UPDATE, DELETE, TRUNCATE)
        .on("eng.*")
        .named("no vh role can write to eng");
  }

  static NamedCheck rowSecurityOnSensitiveTables() {
    return Postgres.rowSecurity()
        .forcedOn("{eng,vh}.*sensitive*")
        .named("every sensitive table has row security, forced");
  }

  static NamedCheck sensitiveTablesExist() {
    return rows("""
            select oid from pg_class where relkind in ('r', 'p') and relname ~ 'sensitive'
              and relnamespace in ('eng'::regnamespace, 'vh'::regnamespace)
            """)
        .areAtLeast(2)
        .named("both sensitive tables are there");
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

  /** What the catalogue says of every table, where an attempt would only tell of those tried. */
  static PrivilegeCheck analystReadsNothingElse() {
    return grantee("analyst_ro")
        .mayNot(SELECT)
        .on("eng.*")
        .acceptingThrough("views.*", "the views show what analysts are meant to see");
  }
}
