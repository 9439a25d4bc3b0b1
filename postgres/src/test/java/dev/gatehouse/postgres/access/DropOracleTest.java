package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects that depend on each other, with random owners: who can make which of them go away. */
class DropOracleTest {
  private static final List<String> ROLES = List.of("a", "b", "c", "d");

  /**
   * One object.
   *
   * @param there a condition that holds while it exists
   */
  private record Thing(Kind kind, String name, String drop, String there) {
    AccessObject object() {
      return new AccessObject(kind, name);
    }
  }

  private static final List<Thing> THINGS =
      List.of(
          relation(Kind.TABLE, "s.parent", "table"),
          relation(Kind.TABLE, "u.leaf", "table"),
          relation(Kind.TABLE, "s.base", "table"),
          relation(Kind.TABLE, "u.child", "table"),
          relation(Kind.TABLE, "s.plain", "table"),
          relation(Kind.TABLE, "u.of_type", "table"),
          relation(Kind.TABLE, "u.with_column", "table"),
          relation(Kind.TABLE, "u.referring", "table"),
          relation(Kind.TABLE, "u.on_table", "view"),
          relation(Kind.TABLE, "s.on_view", "view"),
          relation(Kind.TABLE, "u.stored", "materialized view"),
          relation(Kind.TABLE, "u.of_function", "view"),
          relation(Kind.SEQUENCE, "s.plain_id_seq", "sequence"),
          relation(Kind.SEQUENCE, "s.q", "sequence"),
          routine("s.f()"),
          routine("u.of_row(s.plain)"),
          routine("u.of_array(s.plain[])"),
          routine("u.of_domain(s.d)"),
          type("s.d", "domain"),
          type("s.mood", "type"),
          type("s.pair", "type"),
          type("u.deeper", "domain"));

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  private static Thing relation(Kind kind, String name, String word) {
    return new Thing(kind, name, word + " " + name, "to_regclass('" + name + "') is not null");
  }

  private static Thing routine(String name) {
    String plain = name.substring(name.indexOf('.') + 1, name.indexOf('('));
    String there = "exists (select from pg_proc where proname = '" + plain + "')";
    return new Thing(Kind.ROUTINE, name, "function " + name, there);
  }

  private static Thing type(String name, String word) {
    return new Thing(Kind.TYPE, name, word + " " + name, "to_regtype('" + name + "') is not null");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whoever_can_drop_it_is_known(EngineUnderTest engine) throws SQLException {
    compare(engine, 3);
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void whoever_can_drop_it_is_known_in_a_hundred_databases(EngineUnderTest engine)
      throws SQLException {
    compare(engine, 100);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_the_owner_of_a_parent_does_to_its_parts_is_known(EngineUnderTest engine)
      throws SQLException {
    try (Stage stage = stage(engine)) {
      stage.run(
          "alter table s.parent owner to {a}",
          "alter table s.base owner to {a}",
          "grant create on schema s, u to {a}");
      assertThat(stage.attempt("a", "alter table s.parent detach partition u.leaf"))
          .isEqualTo("ok");
      assertThat(stage.attempt("a", "create index on s.parent (a)")).isEqualTo("ok");
      assertThat(stage.attempt("a", "alter table s.parent add column x integer"))
          .isEqualTo("42501");
      for (String act : List.of("ALTER", "INDEX")) {
        assertThat(stage.say("a", act, "u.leaf")).contains("a owns s.parent, and DETACH");
        assertThat(stage.say("a", act, "u.child")).contains("does not own");
        assertThat(stage.say("b", act, "u.leaf")).contains("does not own");
      }
    }
  }

  private static void compare(EngineUnderTest engine, int databases) throws SQLException {
    List<String> differences = new ArrayList<>();
    int cells = 0;
    int dropped = 0;
    for (int seed : RandomGraph.seeds(databases)) {
      try (Stage stage = stage(engine)) {
        List<String> owners = owners(stage, new Random(seed));
        EffectiveAccess access = stage.access();
        for (String role : ROLES) {
          Set<Thing> gone = gone(stage, role);
          for (Thing thing : THINGS) {
            List<Path> paths = access.paths(stage.role(role), "DROP", thing.object());
            cells++;
            dropped += gone.contains(thing) ? 1 : 0;
            if (paths.stream().anyMatch(Path::open) != gone.contains(thing)) {
              differences.add(
                  "%s: %s on %s: server %s, %s; %s"
                      .formatted(seed, role, thing, gone.contains(thing), paths, owners));
            }
          }
        }
      }
    }
    System.out.printf("%s: %d cells, %d could be dropped%n", engine, cells, dropped);
    assertThat(differences).isEmpty();
    assertThat(dropped).isGreaterThan(cells / 5).isLessThan(cells * 4 / 5);
  }

  private static Stage stage(EngineUnderTest engine) throws SQLException {
    return Stage.of(engine, "a", "b", "c", "d")
        .run(
            "do $$ begin execute format('grant create on database %I to {a}, {b}, {c}',"
                + " current_database()); end $$",
            "create schema s",
            "create schema u",
            "grant usage on schema s, u to public",
            "create table s.parent (a integer) partition by list (a)",
            "create table u.leaf partition of s.parent for values in (1)",
            "create table s.base (a integer)",
            "create table u.child () inherits (s.base)",
            "create table s.plain (id serial primary key)",
            "create domain s.d as integer",
            "create domain u.deeper as s.d",
            "create type s.mood as enum ('sad', 'ok')",
            "create type s.pair as (a integer, b s.mood)",
            "create table u.of_type of s.pair",
            "create table u.with_column (a s.d, b s.mood)",
            "create table u.referring (a integer references s.plain)",
            "create view u.on_table as select id from s.plain",
            "create view s.on_view as select id from u.on_table",
            "create materialized view u.stored as select id from s.on_view",
            "create sequence s.q",
            "create function s.f() returns integer language sql as 'select 1'",
            "create view u.of_function as select s.f() as n",
            "create function u.of_row(s.plain) returns integer language sql as 'select 1'",
            "create function u.of_array(s.plain[]) returns integer language sql as 'select 1'",
            "create function u.of_domain(s.d) returns integer language sql as 'select 1'");
  }

  private static List<String> owners(Stage stage, Random random) throws SQLException {
    List<String> done = new ArrayList<>();
    for (Thing thing : THINGS) {
      if (!thing.name().equals("s.plain_id_seq") && random.nextInt(3) > 0) {
        done.add("alter " + thing.drop() + " owner to " + role(random));
      }
    }
    for (String schema : List.of("s", "u")) {
      if (random.nextInt(4) == 0) {
        done.add("alter schema " + schema + " owner to " + role(random));
      }
    }
    if (random.nextBoolean()) {
      done.add("grant {a} to {d}");
    }
    extension(random, done);
    for (String sql : done) {
      stage.run(sql);
    }
    return done;
  }

  /** Some of them belong to an extension, which one of the roles or the administrator owns. */
  private static void extension(Random random, List<String> done) {
    if (random.nextInt(3) > 0) {
      done.add("drop extension plpgsql");
      done.add("set role " + role(random));
      done.add("create extension plpgsql schema pg_catalog");
      done.add("reset role");
    }
    for (Thing thing : THINGS) {
      if (random.nextInt(12) == 0 && !thing.drop().equals("sequence s.plain_id_seq")) {
        done.add("alter extension plpgsql add " + thing.drop());
      }
    }
    if (random.nextInt(6) == 0) {
      done.add("alter extension plpgsql add schema u");
    }
  }

  private static String role(Random random) {
    return "{" + ROLES.get(random.nextInt(3)) + "}";
  }

  /** Each DROP that the role is let do, one at a time, and what is missing afterwards. */
  private static Set<Thing> gone(Stage stage, String role) throws SQLException {
    List<String> drops = new ArrayList<>(List.of("schema s", "schema u", "extension plpgsql"));
    THINGS.forEach(thing -> drops.add(thing.drop()));
    Set<Thing> gone = new HashSet<>();
    stage.admin().setAutoCommit(false);
    try (Statement statement = stage.admin().createStatement()) {
      for (String drop : drops) {
        statement.execute("set local role " + stage.role(role));
        try {
          statement.execute("drop " + drop + " cascade");
          statement.execute("reset role");
          for (Thing thing : THINGS) {
            try (ResultSet row = statement.executeQuery("select " + thing.there())) {
              row.next();
              if (!row.getBoolean(1)) {
                gone.add(thing);
              }
            }
          }
        } catch (SQLException e) {
          // a member goes with its extension only
          assertThat(e.getSQLState()).as(drop + ": " + e.getMessage()).isIn("42501", "2BP01");
        }
        stage.admin().rollback();
      }
    } finally {
      stage.admin().rollback();
      stage.admin().setAutoCommit(true);
    }
    return gone;
  }
}
