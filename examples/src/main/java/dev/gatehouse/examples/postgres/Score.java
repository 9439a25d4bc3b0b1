package dev.gatehouse.examples.postgres;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseAccess.actingAs;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.REFERENCES;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.TRIGGER;
import static dev.gatehouse.dsl.access.Privilege.TRUNCATE;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.mutation.MutationClaim;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/**
 * How many mutants the documents' own style of check notices, and how many the full expectations
 * do, on the same policies and grants.
 */
final class Score {
  private static final List<String> SCRIPTS =
      List.of(
          "migrations/eng/001_base_tables.sql",
          "migrations/eng/002_governance_tables.sql",
          "migrations/eng/003_rls_policies.sql",
          "migrations/vh/001_base_tables.sql",
          "migrations/vh/002_linkage_tables.sql",
          "views/eng_governance_views.sql",
          "views/vh_readonly_views.sql",
          "policies/eng_rls_policies.sql",
          "policies/vh_rls_policies.sql");

  private static final String MINE = "(tenant = current_setting('app.tenant', true))";

  /** A table with one policy for each command, as applications have it. */
  private static final String TENANTS =
      """
      create schema app;
      create table app.doc (id integer primary key, tenant text not null, author text not null, note text);
      insert into app.doc values (1, 'A', 'x', 'one'), (2, 'A', 'y', 'two'), (3, 'B', 'x', 'three'), (4, 'B', 'y', null);
      alter table app.doc owner to app_owner;
      alter table app.doc enable row level security, force row level security;
      create policy doc_read on app.doc for select using %1$s;
      create policy doc_add on app.doc for insert with check %1$s;
      create policy doc_write on app.doc for update using %1$s with check %1$s;
      create policy doc_remove on app.doc for delete using %1$s;
      grant usage on schema app to app_rw, app_owner;
      grant select, insert, update, delete on app.doc to app_rw;
      """
          .formatted(MINE);

  private static final String LINE = "%-24s %-24s %7s %7s %8s %7s %9s %12s %7s %8s%n";

  private final Target target;
  private final Path work;

  Score(Target target, Path work) {
    this.target = target;
    this.work = work;
  }

  int print(Path scripts) throws Exception {
    prepare(scripts);
    System.out.printf(
        LINE,
        "policies and grants of",
        "expectations",
        "mutants",
        "killed",
        "survived",
        "pruned",
        "stillborn",
        "inconclusive",
        "score",
        "seconds");
    MutationClaim documents =
        Postgres.mutationOf("{eng,vh,views}.*").forRoles("vh_app", "analyst_ro");
    measure("examples/db", "as the documents check", documents, documentsStyle());
    Evidence first = measure("examples/db", "full", documents, full());
    MutationClaim tenants = Postgres.mutationOf("app.*").forRoles("app_rw");
    measure("a table of tenants", "as the documents check", tenants, documentsStyleOfTenants());
    Evidence last = measure("a table of tenants", "full", tenants, fullOfTenants());
    for (Evidence evidence : List.of(first, last)) {
      System.out.println("\nwhat the full ones did not notice:");
      System.out.println(evidence.fact("survivors").orElse("(nothing)"));
    }
    return 0;
  }

  private void prepare(Path scripts) throws Exception {
    try (Connection connection = target.dialect().openWriting(target);
        Statement statement = connection.createStatement()) {
      for (String script : SCRIPTS) {
        statement.execute(Files.readString(scripts.resolve(script)));
      }
      for (String role : List.of("app_rw", "app_owner")) {
        statement.execute(
            "do $$ begin create role %s nologin; exception when duplicate_object then null; end $$"
                .formatted(role));
      }
      statement.execute(TENANTS);
      statement.execute(
          "do $$ begin execute format('alter database %I set gatehouse.disposable = ''yes''',"
              + " current_database()); end $$");
    }
  }

  private Evidence measure(
      String world, String style, MutationClaim mutants, List<Check> expectations) {
    Check mutation =
        mutants
            .against(
                expectations.get(0),
                expectations.subList(1, expectations.size()).toArray(Check[]::new))
            .requireScore(0.001)
            .named("mutants");
    RunRecord record =
        Runner.journalingTo(work.resolve("journals"))
            .run(Plan.of(runbook(world + ", " + style, gate("Noticed", mutation)), target));
    Evidence evidence =
        record
            .step("mutants")
            .flatMap(step -> step.evidence())
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        record.step("mutants").orElseThrow().findings().toString()));
    Map<String, String> facts = evidence.facts();
    System.out.printf(
        LINE,
        world,
        style,
        facts.get("mutants"),
        facts.get("killed"),
        facts.get("survived"),
        facts.get("pruned"),
        facts.get("stillborn"),
        facts.get("inconclusive"),
        facts.get("score"),
        facts.get("seconds"));
    return evidence;
  }

  /** Grants by the grantee's name, a count of flags, and one denial. */
  private static List<Check> documentsStyle() {
    return List.of(
        noRows(
            "no grants across the boundary",
            "select 1 from information_schema.role_table_grants where table_schema = 'eng'"
                + " and grantee like 'vh_%' and privilege_type in ('INSERT', 'UPDATE', 'DELETE')"),
        rows("select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                + " where n.nspname in ('eng', 'vh') and c.relname like '%sensitive%' and c.relrowsecurity")
            .are(2)
            .named("row security is on"),
        Access.analystIsDeniedTheTables());
  }

  private static List<Check> full() {
    return List.of(
        Access.rowSecurityOnSensitiveTables(),
        Postgres.rowSecurity().policyFor(SELECT, INSERT, UPDATE, DELETE).on("{eng,vh}.*sensitive*"),
        grantee("vh_app").hasNoEscalation(),
        grantee("analyst_ro").hasNoEscalation(),
        grantee("vh_app").mayOnly(SELECT).on("eng.teams"),
        grantee("vh_app").may(SELECT).on("eng.teams"),
        grantee("vh_app")
            .mayNot(SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER)
            .on("eng.s*"),
        grantee("vh_app").mayOnly(SELECT, INSERT, UPDATE).on("vh.ventures"),
        grantee("vh_app").mayOnly(SELECT, INSERT, UPDATE).on("vh.ingest_runs"),
        grantee("vh_app").may(SELECT, INSERT, UPDATE).on("vh.ventures"),
        grantee("vh_app").may(SELECT, INSERT, UPDATE).on("vh.ingest_runs"),
        grantee("vh_app").mayOnly(SELECT, INSERT, DELETE).on("vh.directive_links"),
        grantee("vh_app").may(SELECT, INSERT, DELETE).on("vh.directive_links"),
        grantee("vh_app")
            .mayNot(SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER)
            .on("vh.sensitive_terms"),
        grantee("vh_app").mayNot(SELECT, INSERT, UPDATE, DELETE).on("views.*"),
        grantee("vh_app").mayNot(SELECT, INSERT, UPDATE, DELETE).on("audit.*"),
        grantee("analyst_ro").mayOnly(SELECT).on("views.*"),
        grantee("analyst_ro").may(SELECT).on("views.*"),
        grantee("analyst_ro")
            .mayNot(SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER)
            .on("{eng,vh,audit}.*")
            .acceptingThrough("views.*", "the views show what analysts are meant to see"),
        grantee("public")
            .mayNot(SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER)
            .on("{eng,vh,views}.*"),
        Access.analystReadsTheViews(),
        actingAs("vh_app").can(SELECT).on("eng.teams", "vh.ventures"));
  }

  private static List<Check> documentsStyleOfTenants() {
    return List.of(
        noRows(
            "no grants across the boundary",
            "select 1 from information_schema.role_table_grants where table_schema = 'eng'"
                + " and grantee like 'app_%' and privilege_type in ('INSERT', 'UPDATE', 'DELETE')"),
        rows("select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                + " where n.nspname = 'app' and c.relrowsecurity")
            .are(1)
            .named("row security is on"),
        actingAs("analyst_ro").isDenied(SELECT).on("app.doc"));
  }

  private static List<Check> fullOfTenants() {
    return List.of(
        Postgres.rowSecurity().forcedOn("app.*"),
        Postgres.rowSecurity().policyFor(SELECT, INSERT, UPDATE, DELETE).on("app.*"),
        grantee("app_rw").hasNoEscalation(),
        grantee("app_rw").mayOnly(SELECT, INSERT, UPDATE, DELETE).on("app.*"),
        grantee("app_rw").may(SELECT, INSERT, UPDATE, DELETE).on("app.doc"),
        grantee("app_rw").mayNot(SELECT, INSERT, UPDATE, DELETE, TRUNCATE).on("{eng,vh,audit}.*"),
        actingAs("app_rw").can(SELECT).on("app.doc"),
        Postgres.rowSecurity()
            .on("app.doc")
            .by("tenant")
            .actingAs("app_rw")
            .separates("app.tenant", "A", "B"));
  }
}
