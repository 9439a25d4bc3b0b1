package dev.gatehouse.postgres.catalogue;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.sql.Connection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Queries are left out where their catalogues are empty: an object that is the only one of its kind
 * is seen all the same.
 */
class SoleObjectTest {
  /** Kind, and what makes one in an empty database and nothing else that its query would yield. */
  private static final List<String[]> SOLE =
      List.of(
          sole("cast", "create cast (point as text) with inout"),
          sole("language", "create language l handler plpgsql_call_handler"),
          sole(
              "transform",
              "create transform for point language sql (from sql with function"
                  + " prsd_lextype(internal))"),
          sole("access method", "create access method m type index handler pg_catalog.bthandler"),
          sole("collation", "create collation c from \"C\""),
          sole("conversion", "create conversion v for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8"),
          sole("statistics", "create table t (a int, b int); create statistics s on a, b from t"),
          sole(
              "operator", "create operator ~~~ (function = int4eq, leftarg = int, rightarg = int)"),
          sole("operator family", "create operator family f using btree"),
          sole(
              "operator class",
              "create operator class o for type int using btree family pg_catalog.integer_ops as"
                  + " storage int"),
          sole("text search configuration", "create text search configuration x (copy = simple)"),
          sole("text search dictionary", "create text search dictionary d (template = simple)"),
          sole("text search template", "create text search template y (lexize = dsimple_lexize)"),
          sole(
              "text search parser",
              "create text search parser p (start = prsd_start, gettoken = prsd_nexttoken, end ="
                  + " prsd_end, lextypes = prsd_lextype)"),
          sole("policy", "create table t (a int); create policy p on t"),
          sole("rule", "create table t (a int); create rule r as on delete to t do nothing"),
          sole("function", "create function g() returns int language sql as 'select 1'"),
          sole(
              "trigger",
              "create table t (a int); create trigger u before update on t for each row execute"
                  + " function suppress_redundant_updates_trigger()"),
          sole(
              "event trigger",
              "create function e() returns event_trigger language plpgsql as 'begin end'; create"
                  + " event trigger e on sql_drop execute function e()"),
          sole("constraint", "create table t (a int check (a > 0))"),
          sole("domain constraint", "create domain n as int check (value > 0)"),
          sole("default privileges", "alter default privileges grant select on tables to public"),
          sole("publication", "create publication p"),
          sole("foreign data wrapper", "create foreign data wrapper w"));

  private static String[] sole(String kind, String sql) {
    return new String[] {kind, sql};
  }

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(SoleObjectTest.class);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void it_is_seen(EngineUnderTest engine) throws Exception {
    try (TestDatabase database = engine.database();
        Connection connection = database.connect()) {
      Baseline empty = CatalogueSample.read(connection);
      connection.setAutoCommit(false);
      for (String[] one : SOLE) {
        CatalogueSample.run(connection, one[1]);
        Set<String> kinds =
            empty.drift(CatalogueSample.read(connection)).stream()
                .map(drift -> ((Drift.Surplus) drift).object().kind())
                .collect(toSet());
        assertThat(kinds).as(one[1]).contains(one[0]);
        connection.rollback();
      }
    }
  }
}
