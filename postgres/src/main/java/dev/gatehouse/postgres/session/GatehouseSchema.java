package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Concurrency.Marker;
import dev.gatehouse.core.dialect.Concurrency.Past;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The schema gatehouse: who holds the lease, and which transactions committed. */
public final class GatehouseSchema {
  private static final List<String> MAKE =
      List.of(
          "CREATE TABLE IF NOT EXISTS gatehouse.lease (one boolean PRIMARY KEY CHECK (one),"
              + " epoch bigint NOT NULL, holder text NOT NULL, since timestamptz NOT NULL,"
              + " pid integer NOT NULL)",
          "CREATE TABLE IF NOT EXISTS gatehouse.marker (key text PRIMARY KEY, run text NOT NULL,"
              + " step text NOT NULL, plan text NOT NULL, head text NOT NULL,"
              + " at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp())");

  private static final String READY =
      "SELECT count(*) = 2 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE n.nspname = 'gatehouse' AND c.relname IN ('lease', 'marker')";

  private static final String KEPT =
      "kept AS (SELECT c.* FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE n.nspname = 'gatehouse' AND c.relname IN ('lease', 'marker', 'kept'))";

  /**
   * Who owns the schema or a table of it, or may create there, can have code run with our rights. A
   * superuser is a member of every role, so that says nothing about whom to trust.
   */
  private static final String STRANGERS =
      "WITH "
          + KEPT
          + ", may (what, role, fix) AS (SELECT 'schema gatehouse, owner ', nspowner, %1$s"
          + " FROM pg_namespace WHERE nspname = 'gatehouse'"
          + " UNION ALL SELECT 'table gatehouse.' || relname || ', owner ', relowner, %1$s"
          + " FROM kept UNION ALL SELECT 'CREATE on schema gatehouse for ', x.grantee,"
          + " 'REVOKE CREATE ON SCHEMA gatehouse FROM ' FROM pg_namespace n"
          + " CROSS JOIN LATERAL aclexplode(n.nspacl) x"
          + " WHERE n.nspname = 'gatehouse' AND x.privilege_type = 'CREATE')"
          + " SELECT o.what || coalesce(quote_ident(r.rolname), 'PUBLIC') AS found,"
          + " CASE WHEN o.fix = %1$s"
          + " THEN o.fix ELSE o.fix || coalesce(quote_ident(r.rolname), 'PUBLIC') END AS fix"
          + " FROM may o LEFT JOIN pg_roles r ON r.oid = o.role"
          + " CROSS JOIN (SELECT b.rolname FROM pg_database JOIN pg_roles b ON b.oid = datdba"
          + " WHERE datname = current_database()) d"
          + " CROSS JOIN (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) me"
          + " WHERE (r.rolsuper OR r.rolname = d.rolname"
          + " OR (NOT me.rolsuper AND pg_has_role(r.oid, 'MEMBER'))) IS NOT TRUE"
          + " ORDER BY 1 DESC";

  private static final String MADE_AGAIN =
      "find out who made it; when no run is open: DROP SCHEMA gatehouse CASCADE; it is made again";

  /** What comes between a statement of ours and the table it names, whoever put it there. */
  private static final String BETWEEN =
      "WITH "
          + KEPT
          + " SELECT 'trigger ' || quote_ident(tgname) || ' on ' || tgrelid::regclass AS found,"
          + " 'DROP TRIGGER ' || quote_ident(tgname) || ' ON ' || tgrelid::regclass AS fix"
          + " FROM pg_trigger WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM kept)"
          + " UNION ALL SELECT 'rule ' || quote_ident(rulename) || ' on ' || ev_class::regclass,"
          + " 'DROP RULE ' || quote_ident(rulename) || ' ON ' || ev_class::regclass"
          + " FROM pg_rewrite JOIN kept ON kept.oid = ev_class WHERE kept.relkind = 'r'"
          + " UNION ALL SELECT 'row security on ' || oid::regclass,"
          + " 'ALTER TABLE ' || oid::regclass || ' DISABLE ROW LEVEL SECURITY'"
          + " FROM kept WHERE relrowsecurity"
          + " UNION ALL SELECT oid::regclass || ' is no plain table', "
          + "'when no run is open: DROP SCHEMA gatehouse CASCADE; it is made again'"
          + " FROM kept WHERE relkind <> 'r' ORDER BY 1";

  /** Only runs that change grants have it. */
  private static final String MAKE_KEPT =
      "CREATE TABLE IF NOT EXISTS gatehouse.kept (key text PRIMARY KEY, text text NOT NULL,"
          + " at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp())";

  private static final String IS_KEPT = "SELECT to_regclass('gatehouse.kept') IS NOT NULL";

  private static final String MARKED =
      "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE n.nspname = 'gatehouse' AND c.relname = 'marker')";

  private static final String MAY_CREATE =
      "SELECT CASE WHEN to_regnamespace('gatehouse') IS NULL"
          + " THEN has_database_privilege(current_database(), 'CREATE')"
          + " ELSE has_schema_privilege('gatehouse', 'CREATE, USAGE') END";

  private static final String RIGHTS =
      "SELECT has_schema_privilege('gatehouse', 'USAGE') AND (SELECT bool_and("
          + "has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND"
          + " has_table_privilege(c.oid, 'UPDATE')) FROM pg_class c JOIN pg_namespace n"
          + " ON n.oid = c.relnamespace WHERE n.nspname = 'gatehouse'"
          + " AND c.relname IN ('lease', 'marker', 'kept')) AS complete,"
          + " quote_ident(current_user) AS account";

  private static final String SEEN =
      "SELECT count(*) = 2 AS there, coalesce(bool_and(c.relkind = 'r' AND NOT"
          + " c.relrowsecurity AND has_schema_privilege(n.oid, 'USAGE') AND"
          + " has_table_privilege(c.oid, 'SELECT')), true) AS readable FROM pg_class c JOIN"
          + " pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'gatehouse' AND"
          + " c.relname IN ('lease', 'marker')";

  private record Stranger(String found, String fix) {
    static Stranger of(Row row) {
      return new Stranger(row.text("found"), row.text("fix"));
    }
  }

  private GatehouseSchema() {}

  /**
   * @throws Refusal when others could have code run with our rights, by a trigger or by a view
   */
  static boolean isReady(Connection connection) throws SQLException {
    refuseStrangers(connection);
    return Queries.isTrue(connection, READY);
  }

  /**
   * Whether {@link #ensure} may make what is missing; writes nothing.
   *
   * @throws Refusal when it may not, or may not use what is there
   */
  static void refuseUnprepared(Connection connection) throws SQLException {
    if (isReady(connection)) {
      refuseWithoutRights(connection);
    } else if (!Queries.isTrue(connection, MAY_CREATE)) {
      throw new Refusal(missing(connection));
    }
  }

  /** Makes schema and tables where they are missing. */
  public static void ensure(Connection connection) throws SQLException {
    if (isReady(connection)) {
      refuseWithoutRights(connection);
      return;
    }
    try {
      // IF NOT EXISTS asks for the right to create what exists already
      if (Queries.isTrue(connection, "SELECT to_regnamespace('gatehouse') IS NULL")) {
        Queries.run(connection, "CREATE SCHEMA gatehouse");
      }
      for (String statement : MAKE) {
        Queries.run(connection, statement);
      }
    } catch (SQLException e) {
      if (SqlStates.is(e, SqlStates.INSUFFICIENT_PRIVILEGE)) {
        throw new Refusal(missing(connection), e);
      }
      throw e;
    }
  }

  /**
   * Keeps others from putting anything between us and the table until the transaction ends, and
   * looks whether somebody did before.
   *
   * @throws Refusal when somebody did
   */
  static void hold(Connection connection, String table) throws SQLException {
    Queries.run(connection, "LOCK TABLE ONLY gatehouse." + table + " IN ROW EXCLUSIVE MODE");
    refuseStrangers(connection);
  }

  private static void refuseStrangers(Connection connection) throws SQLException {
    refuse(
        Queries.rows(connection, STRANGERS.formatted("'" + MADE_AGAIN + "'"), Stranger::of),
        Finding.of("postgres.foreign-schema", "schema gatehouse belongs to somebody else")
            .withExpected(
                "the owner of the database, a superuser, or, where this account is none, a role"
                    + " it is a member of: triggers of others would run with its rights"));
    refuse(
        Queries.rows(connection, BETWEEN, Stranger::of),
        Finding.of("postgres.altered-schema", "the tables of schema gatehouse were altered")
            .withExpected("no trigger, rule or row security: they could swallow or change a row"));
  }

  private static void refuse(List<Stranger> strangers, Finding finding) {
    if (!strangers.isEmpty()) {
      throw new Refusal(
          finding
              .withFound(strangers.stream().map(Stranger::found).collect(Collectors.joining("\n")))
              .withFix(
                  strangers.stream()
                      .map(Stranger::fix)
                      .distinct()
                      .collect(Collectors.joining(";\n"))));
    }
  }

  /** Another account may have made the schema. */
  private static void refuseWithoutRights(Connection connection) throws SQLException {
    Row rights = Queries.one(connection, RIGHTS);
    if (!rights.isTrue("complete")) {
      String account = rights.text("account");
      throw new Refusal(
          Finding.of("postgres.no-rights", "schema gatehouse may not be used by this account")
              .withExpected("USAGE on the schema; SELECT, INSERT, UPDATE on its tables")
              .withFound("not all of them for " + account)
              .withFix(
                  ("GRANT USAGE ON SCHEMA gatehouse TO %1$s; GRANT SELECT, INSERT, UPDATE ON"
                          + " ALL TABLES IN SCHEMA gatehouse TO %1$s")
                      .formatted(account)));
    }
  }

  private static Finding missing(Connection connection) throws SQLException {
    String account = "the account";
    String database = "the database";
    if (connection.getAutoCommit()) {
      Row names =
          Queries.one(
              connection,
              "SELECT quote_ident(current_user) AS account,"
                  + " quote_ident(current_database()) AS database");
      account = names.text("account");
      database = names.text("database");
    }
    return Finding.of("postgres.no-schema", "schema gatehouse is missing and may not be created")
        .withExpected("CREATE on " + database + ", or the schema made by somebody who has it")
        .withFound("permission denied for " + account)
        .withFix("CREATE SCHEMA gatehouse AUTHORIZATION " + account);
  }

  static void write(Connection connection, Marker marker) throws SQLException {
    Queries.execute(
        connection,
        "INSERT INTO gatehouse.marker (key, run, step, plan, head) VALUES (?, ?, ?, ?, ?)",
        marker.key(),
        marker.run(),
        marker.step(),
        marker.plan(),
        marker.head());
  }

  static Optional<Marker> read(Connection connection, String key) throws SQLException {
    refuseStrangers(connection);
    if (!Queries.isTrue(connection, MARKED)) {
      return Optional.empty();
    }
    return Queries.first(
        connection,
        "SELECT key, run, step, plan, head FROM gatehouse.marker WHERE key = ?",
        GatehouseSchema::marker,
        key);
  }

  private static Marker marker(Row row) {
    return new Marker(
        row.text("key"), row.text("run"), row.text("step"), row.text("plan"), row.text("head"));
  }

  /**
   * Those of a plan, for a session that reads; none where it may not see them, as {@link #past}.
   */
  static List<Marker> ofPlan(Connection connection, String plan) throws SQLException {
    Row seen = Queries.one(connection, SEEN);
    return seen.isTrue("there") && seen.isTrue("readable")
        ? Queries.rows(
            connection,
            "SELECT key, run, step, plan, head FROM gatehouse.marker WHERE plan = ?",
            GatehouseSchema::marker,
            plan)
        : List.of();
  }

  /** What a session that reads may see of it; it trusts nobody who could have made it. */
  static Past past(Connection connection) throws SQLException {
    boolean held =
        Queries.isTrue(
            connection,
            "SELECT EXISTS (SELECT FROM pg_locks WHERE " + Latch.holds(Latch.LEASE) + ")");
    Row seen = Queries.one(connection, SEEN);
    if (!seen.isTrue("readable")) {
      return new Past(-1, true, -1);
    }
    if (!seen.isTrue("there")) {
      return new Past(0, held, 0);
    }
    Row row =
        Queries.one(
            connection,
            "SELECT coalesce((SELECT epoch FROM gatehouse.lease), 0) AS epoch,"
                + " (SELECT count(*) FROM gatehouse.marker) AS markers");
    return new Past(row.number("epoch"), held, row.number("markers"));
  }

  /**
   * While planning: whether {@link #keep} will be able to. A schema that is missing will be made.
   *
   * @throws Refusal when somebody else made the schema, without the table
   */
  public static void requireKeeping(Connection connection) throws SQLException {
    Row seen =
        Queries.one(
            connection,
            "SELECT CASE WHEN n.oid IS NULL THEN true ELSE has_schema_privilege(n.oid, 'CREATE')"
                + " OR EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname ="
                + " 'kept') END AS can, quote_ident(current_user) AS account FROM (SELECT 1) AS one"
                + " LEFT JOIN pg_namespace n ON n.nspname = 'gatehouse'");
    if (!seen.isTrue("can")) {
      throw new Refusal(
          Finding.of("postgres.no-rights", "what is there before could not be kept")
              .withExpected("a table gatehouse.kept, or CREATE on the schema")
              .withFound("neither for " + seen.text("account"))
              .withFix(
                  "as the owner of the schema: "
                      + MAKE_KEPT
                      + "; GRANT SELECT, INSERT, UPDATE ON gatehouse.kept TO "
                      + seen.text("account")));
    }
  }

  /** Keeps a text with the open transaction; a second one under the same key takes its place. */
  public static void keep(Connection connection, String key, String text) throws SQLException {
    ensure(connection);
    if (!Queries.isTrue(connection, IS_KEPT)) {
      try {
        Queries.run(connection, MAKE_KEPT);
      } catch (SQLException e) {
        if (SqlStates.is(e, SqlStates.INSUFFICIENT_PRIVILEGE)) {
          throw new Refusal(missing(connection), e);
        }
        throw e;
      }
    }
    hold(connection, "kept");
    Queries.execute(
        connection,
        "INSERT INTO gatehouse.kept (key, text) VALUES (?, ?)"
            + " ON CONFLICT (key) DO UPDATE SET text = excluded.text",
        key,
        text);
  }

  /** What was kept under that key. */
  public static Optional<String> kept(Connection connection, String key) throws SQLException {
    refuseStrangers(connection);
    if (!Queries.isTrue(connection, IS_KEPT)) {
      return Optional.empty();
    }
    return Queries.column(connection, "SELECT text FROM gatehouse.kept WHERE key = ?", key).stream()
        .findFirst();
  }
}
