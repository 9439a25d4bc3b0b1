package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.columns;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;
import static dev.gatehouse.postgres.access.UsabilityTest.mended;
import static dev.gatehouse.postgres.access.UsabilityTest.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.access.AccessCheck;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the engine itself calls and takes when a row is written: each is asked for, or is not. */
class InsertUsabilityTest {

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(InsertUsabilityTest.class);
  }

  /** A table of owner's that app may write to. */
  private static Stage stage(EngineUnderTest engine, String... more) throws SQLException {
    return UsabilityTest.stage(engine)
        .run(
            "grant create on schema eng to {other}",
            "set role {owner}",
            "create table eng.s (id serial, v text)",
            "reset role",
            "grant insert, update on eng.s to {app}")
        .run(more);
  }

  private static AccessCheck inserting(Stage stage, String table) {
    return grantee(stage.role("app")).may(INSERT).on(table);
  }

  private static void passes(Stage stage, String sql) throws SQLException {
    stage.run("grant usage on sequence eng.s_id_seq to {app}");
    assertThat(said(stage, inserting(stage, "eng.s"))).isEmpty();
    assertThat(stage.attempt("app", sql)).as(sql).isEqualTo("ok");
  }

  private static void fails(Stage stage, String sql, String why) throws SQLException {
    stage.run("grant usage on sequence eng.s_id_seq to {app}");
    mended(stage, inserting(stage, "eng.s"), sql, why);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_sequence_of_a_serial_column_is_forgotten(EngineUnderTest engine) throws SQLException {
    try (Stage stage = stage(engine, "create view eng.w as select * from eng.s")) {
      stage.run(
          "alter view eng.w owner to {owner}",
          "grant insert on eng.w to {app}",
          "create view eng.own as select * from eng.s",
          "alter view eng.own owner to {owner}",
          "alter view eng.own alter id set default 7",
          "grant insert on eng.own to {app}");
      assertThat(said(stage, inserting(stage, "eng.s")))
          .isEqualTo(
              """
              app may do less than it should with eng.s
                expected  app may INSERT on eng.s
                found     INSERT is granted, and of no use: for a row without a value for column id, the default of column id of eng.s does USAGE on sequence eng.s_id_seq, and app has no USAGE on sequence eng.s_id_seq
                fix       GRANT USAGE ON SEQUENCE eng.s_id_seq TO app
                code      privileges.missing""");
      // who gives each column a value needs no sequence, and says so
      AccessCheck all = grantee(stage.role("app")).may(INSERT).on(columns("eng.s.*"));
      assertThat(said(stage, all)).isEmpty();
      assertThat(stage.attempt("app", "insert into eng.s values (9, 'x')")).isEqualTo("ok");
      // nor does a view that has a number of its own
      assertThat(said(stage, inserting(stage, "eng.own"))).isEmpty();
      assertThat(stage.attempt("app", "insert into eng.own (v) values ('x')")).isEqualTo("ok");
      mended(stage, inserting(stage, "eng.w"), "insert into eng.w (v) values ('x')", "no USAGE");
      passes(stage, "insert into eng.s (v) values ('x')");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_default_or_what_it_calls_in_turn(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(
            engine,
            "set role {other}",
            "create function private.deep() returns text begin atomic select id::text from"
                + " private.secret; end",
            "create function eng.outer() returns text begin atomic select private.deep(); end",
            "reset role",
            "alter table eng.s alter v set default eng.outer()")) {
      String sql = "insert into eng.s (id) values (1)";
      fails(stage, sql, "private.deep() does SELECT on private.secret as whoever calls it");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_is_asked_only_sometimes_is_not_told(EngineUnderTest engine) throws SQLException {
    try (Stage stage =
        stage(
            engine,
            "create function eng.reads(t text) returns text begin atomic select id::text from"
                + " private.secret; end",
            "create function eng.strict(t text) returns text strict begin atomic select id::text"
                + " from private.secret; end",
            "create function eng.case(t text) returns text begin atomic select case when t = 'never'"
                + " then eng.reads(t) else t end; end",
            "create function eng.first(t text) returns text begin atomic select coalesce(t,"
                + " eng.reads(t)); end",
            "create function eng.less(t text) returns boolean begin atomic select row(t,"
                + " eng.reads(t)) < row('a'::text, 'b'::text); end",
            "alter table eng.s add check (v is not null or eng.reads(v) is null)",
            "alter table eng.s add check (eng.strict(null) is null)",
            "alter table eng.s alter v set default eng.case('x')",
            "alter table eng.s add f text default eng.first('x')",
            "alter table eng.s add l boolean default eng.less('x')",
            "create table eng.parent (id integer primary key)",
            "insert into eng.parent values (1)",
            "alter table eng.s add i integer generated always as identity",
            "alter table eng.s add p integer default 1 references eng.parent")) {
      passes(stage, "insert into eng.s (id) values (1)");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_generated_column_and_a_domain(EngineUnderTest engine) throws SQLException {
    // what a session of others built into its plans before is not asked for: not in SQL, volatile
    String up =
        "create function private.up(t text) returns text language plpgsql immutable as"
            + " 'begin return t; end'";
    String revoked = "revoke execute on function private.up(text) from public";
    String sql = "insert into eng.s (v) values ('x')";
    try (Stage stage =
        stage(
            engine,
            up,
            "alter table eng.s add g text generated always as (private.up(v)) stored",
            revoked)) {
      fails(stage, sql, "app has no EXECUTE on private.up");
    }
    try (Stage stage =
        stage(
            engine,
            up.replace("immutable", "volatile"),
            "create domain eng.d as text check (private.up('') = '')",
            "alter table eng.s add d eng.d",
            revoked)) {
      fails(stage, sql, "app has no EXECUTE on private.up");
    }
  }

  private static Stage audited(EngineUnderTest engine, String how, String when, String does)
      throws SQLException {
    return stage(
        engine,
        "create table private.\"Log\" (id integer)",
        """
        create function eng.audit() returns trigger language plpgsql %s as $$
        declare at timestamptz := now(); -- begin
        begin
          /* who; when */ new.v := coalesce(new.v, 'insert into eng.t');
          %s
          return new;
        end $$"""
            .formatted(how, does),
        "create trigger audit before %s execute function eng.audit()".formatted(when));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void an_audit_trigger_that_runs_as_whoever_writes(EngineUnderTest engine) throws SQLException {
    String logs = "insert into private.\"Log\" values (1);";
    String row = "insert or update of id on eng.s for each row";
    String writing = "insert into eng.s (v) values ('x')";
    try (Stage stage = audited(engine, "", row, logs)) {
      stage.run("grant usage on sequence eng.s_id_seq to {app}");
      stage.run("grant insert on private.\"Log\" to {app}");
      mended(stage, inserting(stage, "eng.s"), writing, "app has no USAGE on schema private");
    }
    try (Stage stage = audited(engine, "", row, logs)) {
      stage.run("grant usage on schema private to {app}");
      fails(
          stage,
          writing,
          "eng.audit() does INSERT on private.\"Log\" as whoever calls it, and app has no INSERT");
    }
    try (Stage stage = audited(engine, "", row, logs)) {
      AccessCheck updating = grantee(stage.role("app")).may(UPDATE).on("eng.s");
      assertThat(said(stage, updating)).isEmpty();
      stage.run("insert into eng.s values (1, 'y')");
      assertThat(stage.attempt("app", "update eng.s set v = 'z'")).isEqualTo("ok");
    }
    try (Stage stage = audited(engine, "security definer", row, logs)) {
      passes(stage, writing);
    }
    try (Stage stage = audited(engine, "", row + " when (new.v = 'never')", logs)) {
      passes(stage, writing);
    }
    try (Stage stage = audited(engine, "", row, "if new.v = 'never' then " + logs + " end if;")) {
      passes(stage, writing);
    }
    String caught = "begin " + logs + " exception when others then null; end;";
    try (Stage stage = audited(engine, "", row, caught)) {
      passes(stage, writing);
    }
    try (Stage stage = audited(engine, "", row + " when (private.ok())", "")) {
      fails(stage, writing, "app has no EXECUTE on private.ok");
    }
  }
}
