package dev.gatehouse.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the server answers, read by the names of columns. */
class QueriesTest {
  /** After so many executions the driver prepares the statement and may read answers in binary. */
  private static final int OFTEN = 12;

  private final TestDatabase database = EngineUnderTest.onePostgres(QueriesTest.class).database();
  private Connection connection = database.connect();

  QueriesTest() throws Exception {}

  @BeforeEach
  void anotherPath() throws SQLException {
    Queries.run(connection, "SET search_path = public");
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    database.close();
  }

  private Row row(String sql, Object... binds) throws SQLException {
    return Queries.one(connection, sql, binds);
  }

  @Test
  void values_are_read_by_name_whatever_their_order() throws Exception {
    Row row = row("SELECT ? AS a, 7 AS b, true AS c, NULL::text AS d, NULL::bool AS e", "x");
    assertThat(row.isTrue("c")).isTrue();
    assertThat(row.number("b")).isEqualTo(7);
    assertThat(row.text("a")).isEqualTo("x");
    assertThat(row.text("d")).isEmpty();
    assertThat(row.isTrue("e")).isFalse();
    assertThat(row.texts()).containsExactly("x", "7", "t", "", "");
  }

  @Test
  void a_temporary_table_does_not_stand_in_for_the_catalogue() throws Exception {
    Queries.run(connection, "CREATE TEMP TABLE pg_roles AS SELECT 'liar'::text AS rolname");
    assertThat(Queries.column(connection, "SELECT rolname FROM pg_roles")).doesNotContain("liar");
  }

  @Test
  void values_read_the_same_when_asked_often() throws Exception {
    for (int times = 0; times < OFTEN; times++) {
      Row row =
          row(
              "SELECT true AS yes, false AS no, 5::bigint AS big, 6::numeric AS exact,"
                  + " 'pg_class'::regclass AS name, '2026-01-02 03:04:05+00'::timestamptz::text AS"
                  + " at");
      assertThat(row.isTrue("yes")).isTrue();
      assertThat(row.isTrue("no")).isFalse();
      assertThat(row.number("big") + row.number("exact")).isEqualTo(11);
      assertThat(row.text("name")).isEqualTo("pg_class");
    }
  }

  @Test
  void a_column_that_the_query_does_not_name_is_a_bug_that_names_the_query() throws Exception {
    assertThatThrownBy(() -> row("SELECT 1 AS a, 2 AS b").text("c"))
        .isInstanceOf(Bug.class)
        .hasMessageEndingWith("no column 'c' in [a, b] of: SELECT 1 AS a, 2 AS b");
    assertThatThrownBy(() -> row("SELECT 1 AS a, 2 AS a").text("a"))
        .isInstanceOf(Bug.class)
        .hasMessageContaining("several columns 'a'");
    assertThatThrownBy(() -> Queries.column(connection, "SELECT 1 AS a, 2 AS b"))
        .isInstanceOf(Bug.class)
        .hasMessageContaining("more columns than one");
  }

  @Test
  void what_is_no_boolean_or_no_number_is_not_taken_for_one() throws Exception {
    Row row = row("SELECT 7 AS number, 1.5 AS part, 'true' AS word, NULL::int AS none");
    for (String name : List.of("number", "part", "word")) {
      assertThatThrownBy(() -> row.isTrue(name))
          .isInstanceOf(Bug.class)
          .hasMessageContaining("column '" + name + "' is no boolean");
    }
    for (String name : List.of("part", "word", "none")) {
      assertThatThrownBy(() -> row.number(name))
          .isInstanceOf(Bug.class)
          .hasMessageContaining("column '" + name + "' is no whole number");
    }
  }

  @Test
  void rows_and_the_first_of_them_are_values_and_none_is_none() throws Exception {
    String sql = "SELECT n, n > 1 AS more FROM pg_catalog.generate_series(1, ?) n";
    assertThat(Queries.rows(connection, sql, row -> row.number("n") + "" + row.isTrue("more"), 2))
        .containsExactly("1false", "2true");
    assertThat(Queries.first(connection, sql, row -> row.number("n"), 2)).hasValue(1L);
    assertThat(Queries.first(connection, sql, row -> row.number("n"), 0)).isEmpty();
    assertThat(Queries.column(connection, "SELECT NULL::text UNION ALL SELECT 'x'"))
        .containsExactly("", "x");
    assertThatThrownBy(() -> row(sql, 0)).hasMessageContaining("no row came from: " + sql);
  }

  @Test
  void the_path_is_the_catalogue_for_the_question_and_what_it_was_after_it() throws Exception {
    String path = "SELECT pg_catalog.current_setting('search_path') AS path";
    assertThat(Queries.pinned(connection, path)).isEqualTo("pg_catalog, pg_temp");
    assertThat(Queries.path(connection)).isEqualTo("public");
    connection.setAutoCommit(false);
    assertThat(Queries.column(connection, path)).containsExactly("pg_catalog, pg_temp");
    assertThat(Queries.path(connection)).isEqualTo("public");
    Queries.execute(connection, "CREATE TABLE public.made AS SELECT ?::int AS n", 5);
    assertThat(Queries.column(connection, "SELECT n FROM public.made")).containsExactly("5");
    assertThat(Queries.path(connection)).isEqualTo("public");
  }
}
