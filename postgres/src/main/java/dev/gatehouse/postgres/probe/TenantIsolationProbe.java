package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.access.AccessSnapshot;
import dev.gatehouse.postgres.policy.OtherWays;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Relation;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Tries a separation: each role, with each tenant, by each way. */
final class TenantIsolationProbe {

  /** The role, or one it can become; whether it can switch the table's row security off. */
  private record Becoming(
      String name, boolean superuser, boolean bypasses, boolean owner, boolean forced) {

    static Becoming of(Row row) {
      return new Becoming(
          row.text("rolname"),
          row.isTrue("rolsuper"),
          row.isTrue("rolbypassrls"),
          row.isTrue("owner"),
          row.isTrue("relforcerowsecurity"));
    }
  }

  private final TenantIsolation claim;
  private final ProbeSession session;
  private final IsolationReport breaches;

  TenantIsolationProbe(TenantIsolation claim, ProbeSession session, IsolationReport breaches) {
    this.claim = claim;
    this.session = session;
    this.breaches = breaches;
  }

  void run() throws SQLException {
    Connection admin = session.admin();
    List<Relation> tree = claim.tree(admin);
    Relation table = tree.get(0);
    refuseLarge(table);
    List<String> keys = TenantRows.keysOf(admin, table);
    String by = TenantRows.columnOf(admin, table, claim);
    List<TenantContext> contexts = TenantContexts.of(claim, admin, breaches, tree, by);
    List<TenantRows> rows = new ArrayList<>();
    for (Relation relation : tree) {
      if (relation.columns(admin).containsAll(columns(keys, by))) {
        rows.add(TenantRows.of(admin, relation, keys, by, claim));
      } else {
        breaches.remark(relation.words() + " has not all columns of the key: not tried");
      }
    }
    EffectiveAccess access = AccessSnapshot.read(admin);
    OtherWays.Known ways = new OtherWays.Known(access, names(tree), claim.accepted());
    List<TableProbe> probes = new ArrayList<>();
    List<PathProbe> paths = new ArrayList<>();
    for (ActingSubject who : roles(table)) {
      breaches.counted("roles");
      for (TenantRows of : rows) {
        grants(who, of.relation());
        probes.add(TableProbe.of(claim, session, breaches, who, of));
      }
      paths.add(
          PathProbe.of(ProbeContext.of(claim, session, breaches, who, rows.get(0)), rows, ways));
    }
    // one after the other, because a setting that was ever set in a session is never unset again
    for (TenantContext context : contexts) {
      for (TableProbe probe : probes) {
        probe.in(context);
      }
      for (PathProbe path : paths) {
        path.in(context);
      }
    }
  }

  /** As the server prints them. */
  private Set<String> names(List<Relation> tree) throws SQLException {
    Object[] oids = tree.stream().map(relation -> Long.valueOf(relation.oid())).toArray();
    return Set.copyOf(
        Queries.column(
            session.admin(),
            "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c"
                + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ANY (?::oid[])",
            session.admin().createArrayOf("oid", oids)));
  }

  private static List<String> columns(List<String> keys, String by) {
    List<String> all = new ArrayList<>(keys);
    all.add(SqlNames.quoted(by));
    return all;
  }

  private void refuseLarge(Relation table) throws SQLException {
    String rows = Queries.pinned(session.admin(), "SELECT count(*) FROM " + table.quoted());
    if (Long.parseLong(rows) > TenantIsolation.MOST_ROWS) {
      throw new Refusal(
          Finding.of("rowsecurity.too-large", table.words() + " is too large to try writes on")
              .withExpected("at most " + TenantIsolation.MOST_ROWS + " rows")
              .withFound(rows)
              .withFix("ask this of a restored copy with fewer rows"));
    }
  }

  /** The role, and what it can become; what no policy applies to is told at once. */
  private List<ActingSubject> roles(Relation table) throws SQLException {
    String set =
        session.admin().getMetaData().getDatabaseMajorVersion() >= 16 ? "'SET'" : "'MEMBER'";
    List<ActingSubject> roles = new ArrayList<>();
    for (Becoming one :
        Queries.rows(
            session.admin(),
            "SELECT r.rolname, r.rolsuper, r.rolbypassrls, pg_has_role(r.oid, c.relowner, 'MEMBER')"
                + " AS owner, c.relforcerowsecurity FROM pg_roles me JOIN pg_roles r ON r.oid ="
                + " me.oid OR NOT me.rolsuper AND pg_has_role(me.oid, r.oid, "
                + set
                + ") CROSS JOIN pg_class c WHERE me.rolname = ?::text AND c.oid = ?::oid"
                + " ORDER BY r.oid <> me.oid, r.rolname COLLATE \"C\"",
            Becoming::of,
            claim.role(),
            table.oid())) {
      String name = one.name();
      boolean itself = name.equals(claim.role());
      ActingSubject who =
          new ActingSubject(name, itself ? "" : claim.role() + ", by SET ROLE " + name + ",");
      if (one.superuser() || one.bypasses()) {
        String what = one.superuser() ? "SUPERUSER" : "BYPASSRLS";
        breaches.found(
            "rowsecurity.bypass",
            "no policy applies to " + who,
            "roles that policies apply to",
            name + " has " + what,
            itself
                ? "ALTER ROLE " + SqlNames.quoted(name) + " NO" + what
                : "REVOKE " + SqlNames.quoted(name) + " FROM " + SqlNames.quoted(claim.role()));
        continue;
      }
      if (one.owner() && one.forced()) {
        breaches.remark(who + " owns " + table.words() + " and can switch row security off");
      }
      roles.add(who);
    }
    return roles;
  }

  /** What asks no policy. */
  private void grants(ActingSubject who, Relation relation) throws SQLException {
    for (String privilege : new TreeSet<>(List.of("TRUNCATE", "REFERENCES", "TRIGGER"))) {
      boolean has =
          Queries.isTrue(
              session.admin(),
              "SELECT has_table_privilege(?::text, ?::oid, ?)",
              who.role(),
              relation.oid(),
              privilege);
      if (has && privilege.equals("TRUNCATE")) {
        breaches.found(
            "rowsecurity.truncate",
            who + " can empty " + relation.words() + " for all tenants",
            "no TRUNCATE, which asks no policy",
            "TRUNCATE on " + relation.words(),
            "REVOKE TRUNCATE ON " + relation.quoted() + " FROM " + who.role());
      } else if (has) {
        breaches.remark(
            who + " has " + privilege + " on " + relation.words() + ", which asks no policy");
      }
    }
  }
}
