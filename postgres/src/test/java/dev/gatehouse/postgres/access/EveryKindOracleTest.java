package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random grants on what is no table: each verdict against the attempt, or the server's answer. */
class EveryKindOracleTest {
  private static final List<String> ROLES = List.of("a", "b", "c", "o");

  /** Before a statement that begins so the server is asked and nothing is tried. */
  private static final String ASK = "ask ";

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  /**
   * One privilege on one object.
   *
   * @param grant as GRANT names the object
   * @param attempt needs the privilege, and nothing else that is not there
   */
  private record Use(Kind kind, String object, String privilege, String grant, String attempt) {}

  @ParameterizedTest
  @MethodSource("engines")
  void random_grants_are_as_the_server_has_them(EngineUnderTest engine) throws SQLException {
    compare(engine, 4);
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void a_hundred_random_grants_are_as_the_server_has_them(EngineUnderTest engine)
      throws SQLException {
    compare(engine, 100);
  }

  private static void compare(EngineUnderTest engine, int graphs) throws SQLException {
    List<String> differences = new ArrayList<>();
    int cells = 0;
    int allowed = 0;
    for (int seed : RandomGraph.seeds(graphs)) {
      try (Stage stage = stage(engine)) {
        Random random = new Random(seed);
        List<Use> uses = uses(stage);
        List<String> done = grants(stage, random, uses);
        EffectiveAccess access = stage.access();
        for (String role : ROLES) {
          for (Use use : uses) {
            AccessObject object = new AccessObject(use.kind(), use.object());
            Verdict verdict = access.verdict(stage.role(role), use.privilege(), object);
            boolean server = server(stage, role, use);
            boolean listed =
                access.allowed(stage.role(role), object).contains(use.privilege())
                    && access.objects(use.kind(), "*").contains(object);
            boolean open = access.notDenied(stage.role(role), object).contains(use.privilege());
            cells++;
            allowed += server ? 1 : 0;
            boolean usable = access.obstacles(stage.role(role), use.privilege(), object).isEmpty();
            if (server != (verdict instanceof Verdict.Allowed && usable)
                || (listed && usable) != server
                || open
                    == (verdict instanceof Verdict.Denied
                        || verdict instanceof Verdict.Unsupported)) {
              differences.add(
                  "%s: %s %s: server %s, listed %s, %s %s"
                      .formatted(seed, role, use, server, listed, verdict, done));
            }
          }
        }
      }
    }
    System.out.printf("%s: %d graphs, %d cells, %d allowed%n", engine, graphs, cells, allowed);
    assertThat(differences).isEmpty();
    assertThat(allowed).isGreaterThan(cells / 5).isLessThan(cells * 4 / 5);
  }

  private static Stage stage(EngineUnderTest engine) throws SQLException {
    Stage stage =
        Stage.of(engine, "a", "b", "c", "o")
            .run(
                "revoke all on schema public from public",
                "create schema s",
                "create schema open",
                "grant all on schema open to public",
                "create type s.mood as enum ('sad', 'ok')",
                "create domain s.\"D 1\" as integer",
                "create type s.pair as (a integer, b integer)",
                "create function s.f(integer, text) returns integer language sql as 'select 1'",
                "create sequence s.q",
                "create table s.t (id integer, \"pass word\" text)",
                "create foreign data wrapper w",
                "create server srv foreign data wrapper w",
                "select lo_create(424242)");
    return stage.run("grant temporary on database " + stage.database() + " to public");
  }

  private static List<Use> uses(Stage stage) throws SQLException {
    List<Use> uses = new ArrayList<>();
    for (String type : List.of("s.mood", "s.\"D 1\"", "s.pair")) {
      String attempt = "create table open.x (c " + type + ")";
      uses.add(new Use(Kind.TYPE, type, "USAGE", "type " + type, attempt));
    }
    String function = "create function open.g() returns integer language %s as '%s'";
    uses.add(
        new Use(
            Kind.LANGUAGE,
            "plpgsql",
            "USAGE",
            "language plpgsql",
            function.formatted("plpgsql", "begin end")));
    uses.add(
        new Use(Kind.LANGUAGE, "internal", "USAGE", "", function.formatted("internal", "now")));
    uses.add(
        new Use(
            Kind.FOREIGN_SERVER,
            "srv",
            "USAGE",
            "foreign server srv",
            "create foreign table open.x () server srv"));
    uses.add(
        new Use(
            Kind.FOREIGN_DATA_WRAPPER,
            "w",
            "USAGE",
            "foreign data wrapper w",
            "create server x foreign data wrapper w"));
    uses.add(
        new Use(
            Kind.LARGE_OBJECTS,
            "424242",
            "SELECT",
            "large object 424242",
            "select lo_get(424242)"));
    uses.add(
        new Use(
            Kind.LARGE_OBJECTS,
            "424242",
            "UPDATE",
            "large object 424242",
            "select lo_put(424242, 0, 'x')"));
    uses.add(
        new Use(
            Kind.TABLESPACE,
            "pg_default",
            "CREATE",
            "tablespace pg_default",
            ASK + "has_tablespace_privilege('{role}', 'pg_default', 'CREATE')"));
    for (String right : List.of("CONNECT", "CREATE", "TEMPORARY")) {
      String database = stage.database();
      String ask = ASK + "has_database_privilege('{role}', '" + database + "', '" + right + "')";
      uses.add(new Use(Kind.DATABASE, database, right, "database " + database, ask));
    }
    uses.add(new Use(Kind.SCHEMA, "s", "USAGE", "schema s", "select 's.q'::regclass"));
    uses.add(
        new Use(
            Kind.SCHEMA,
            "s",
            "CREATE",
            "schema s",
            ASK + "has_schema_privilege('{role}', 's', 'CREATE')"));
    uses.add(
        new Use(
            Kind.ROUTINE, "s.f(integer, text)", "EXECUTE", "function s.f", "select s.f(1, '')"));
    // By its oid, for which no schema is asked.
    String q = oid(stage) + "::oid";
    uses.add(new Use(Kind.SEQUENCE, "s.q", "USAGE", "sequence s.q", "select nextval(" + q + ")"));
    uses.add(
        new Use(Kind.SEQUENCE, "s.q", "UPDATE", "sequence s.q", "select setval(" + q + ", 5)"));
    String select = ASK + "has_sequence_privilege('{role}', " + q + ", 'SELECT')";
    uses.add(new Use(Kind.SEQUENCE, "s.q", "SELECT", "sequence s.q", select));
    uses.add(
        new Use(
            Kind.COLUMN,
            "s.t.\"pass word\"",
            "SELECT",
            "(\"pass word\") s.t",
            "select \"pass word\" from s.t"));
    if (stage.major() >= 15) {
      parameters(uses);
    }
    return uses;
  }

  private static long oid(Stage stage) throws SQLException {
    try (Statement statement = stage.admin().createStatement();
        ResultSet row = statement.executeQuery("select 's.q'::regclass::oid")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static void parameters(List<Use> uses) {
    for (String name : List.of("work_mem", "log_min_duration_statement", "log_checkpoints")) {
      String set = "set local " + name + (name.equals("work_mem") ? " = 128" : " = 1");
      String ask = ASK + "has_parameter_privilege('{role}', '" + name + "', 'ALTER SYSTEM')";
      uses.add(new Use(Kind.PARAMETER, name, "SET", "parameter " + name, set));
      uses.add(new Use(Kind.PARAMETER, name, "ALTER SYSTEM", "parameter " + name, ask));
    }
  }

  private static List<String> grants(Stage stage, Random random, List<Use> uses)
      throws SQLException {
    List<String> done = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Use use = uses.get(random.nextInt(uses.size()));
      if (random.nextInt(6) == 0) {
        done.add("grant {%s} to {c}".formatted(ROLES.get(random.nextInt(2))));
      } else if (!use.grant().isEmpty()) {
        done.add(grant(random, use));
      }
    }
    done.add("alter type s.mood owner to {o}");
    done.add("alter sequence s.q owner to {o}");
    for (String sql : done) {
      stage.run(sql);
    }
    return done;
  }

  /** The server's own objects would keep what everybody was granted. */
  private static String grant(Random random, Use use) {
    boolean shared = use.kind() == Kind.TABLESPACE || use.kind() == Kind.PARAMETER;
    String role = "{" + ROLES.get(random.nextInt(ROLES.size())) + "}";
    String grantee = !shared && random.nextInt(4) == 0 ? "public" : role;
    String what = use.privilege() + " on " + use.grant();
    if (use.kind() == Kind.COLUMN) {
      what = use.privilege() + " (\"pass word\") on s.t";
    }
    return random.nextInt(3) == 0
        ? "revoke " + what + " from " + grantee + " cascade"
        : "grant " + what + " to " + grantee;
  }

  private static boolean server(Stage stage, String role, Use use) throws SQLException {
    if (!use.attempt().startsWith(ASK)) {
      return stage.attempt(role, use.attempt()).equals("ok");
    }
    String question = use.attempt().substring(ASK.length()).replace("{role}", stage.role(role));
    try (Statement statement = stage.admin().createStatement();
        ResultSet row = statement.executeQuery("select " + question)) {
      row.next();
      return row.getBoolean(1);
    }
  }
}
