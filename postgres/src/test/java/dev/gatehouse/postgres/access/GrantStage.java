package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.Gatehouse.gate;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Gatehouse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** A shop whose grants are changed by runs. */
record GrantStage(Stage stage, Path journals) {
  static final String STEP = "Grants";

  static final String[] ROLES = {"app", "owner", "other", "grp"};

  static final String[] SHOP = {
    "create schema shop authorization {owner}",
    "set role {owner}",
    "create table shop.ks_a (id serial, v text)",
    "create table shop.ks_b (id integer generated always as identity, v text)",
    "create table shop.node (id integer, v text)",
    "reset role"
  };

  static Runbook runbook(Change change) {
    return Gatehouse.runbook("Gate A", gate("Least privilege", change));
  }

  static Runbook thenFailing(Change change) {
    return Gatehouse.runbook(
        "Gate A",
        gate("Least privilege", change),
        gate("Judged", Gatehouse.noRows("never", "select 1")));
  }

  Plan plan(Change change) {
    return Plan.of(runbook(change), stage.target());
  }

  /** The step's part of the plan, with the short names. */
  String preview(Change change) {
    return stage.shortened(
        plan(change).outline().steps().get(0).preview().stream().collect(Collectors.joining("\n")));
  }

  /** Code, head, what was found and the fix. */
  String refusal(Change change) {
    try {
      plan(change);
      return "planned";
    } catch (Refusal e) {
      return stage.shortened(
          e.findings().stream().map(Finding::text).collect(Collectors.joining("\n")));
    }
  }

  RunRecord run(Change change) {
    return Runner.journalingTo(journals).run(plan(change));
  }

  RunRecord runAndUndo(Change change) {
    return Runner.journalingTo(journals).run(Plan.of(thenFailing(change), stage.target()));
  }

  RunRecord resume(Runbook runbook, Target target, Path journal) {
    try (Run run = Runner.journalingTo(journals).resume(runbook, target, journal)) {
      return run.toEnd();
    }
  }

  /** Every entry of every access control list, as texts; what is NULL as the default that it is. */
  Set<String> acl() throws SQLException {
    return acl(stage.admin());
  }

  static Set<String> acl(Connection admin) throws SQLException {
    Set<String> all = new TreeSet<>();
    try (Statement statement = admin.createStatement();
        ResultSet rows =
            statement.executeQuery(
                """
                select 'rel ' || c.oid || ' ' || a::text from pg_class c,
                  unnest(coalesce(c.relacl, acldefault(
                    (case relkind when 'S' then 's' else 'r' end)::"char", c.relowner))) a
                  where c.relkind in ('r','p','v','m','f','S')
                    and c.relnamespace not in (select oid from pg_namespace where nspname = 'gatehouse')
                union all select 'col ' || attrelid || '.' || attnum || ' ' || a::text
                  from pg_attribute, unnest(attacl) a
                union all select 'schema ' || n.oid || ' ' || a::text
                  from pg_namespace n, unnest(coalesce(nspacl, acldefault('n', nspowner))) a
                  where nspname <> 'gatehouse'
                union all select 'fun ' || p.oid || ' ' || a::text
                  from pg_proc p, unnest(coalesce(proacl, acldefault('f', proowner))) a
                  where p.oid >= 16384 or proacl is not null
                union all select 'def ' || defaclrole || ' ' || defaclnamespace || ' '
                  || defaclobjtype::text || ' ' || a::text from pg_default_acl, unnest(defaclacl) a
                union all select 'member ' || roleid || ' ' || member || ' ' || admin_option
                  from pg_auth_members
                union all select 'role ' || rolname || rolsuper || rolcanlogin from pg_roles
                """)) {
      while (rows.next()) {
        all.add(rows.getString(1));
      }
    }
    return all;
  }
}
