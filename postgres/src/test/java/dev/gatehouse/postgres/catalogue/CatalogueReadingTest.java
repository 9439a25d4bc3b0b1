package dev.gatehouse.postgres.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may read it, in which session, and while others change it. */
class CatalogueReadingTest {
  private static final int TIMES = Boolean.getBoolean("engines.every") ? 20 : 6;

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void somebody_without_any_privilege_reads_the_same(EngineUnderTest engine, @TempDir Path work)
      throws Exception {
    try (CatalogueSample sample = CatalogueSample.of(engine, work)) {
      Account nobody = sample.database.newAccount("nobody");
      try (Connection connection = sample.database.connect(nobody);
          Connection reading =
              Postgres.dialect().openReading(Targets.of(sample.database, nobody))) {
        Baseline state = sample.state();
        assertThat(CatalogueSample.read(connection)).isEqualTo(state);
        assertThat(CatalogueSample.read(reading)).isEqualTo(state);
        assertThat(state.bytes()).asString().doesNotContain("hunter2");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_part_that_cannot_be_read_is_an_error_and_never_left_out(EngineUnderTest engine)
      throws SQLException {
    try (TestDatabase database = engine.database();
        Connection admin = database.connect()) {
      Account nobody = database.newAccount("nobody");
      CatalogueSample.run(admin, "revoke select on pg_catalog.pg_policy from public");
      try (Connection connection = database.connect(nobody)) {
        assertThatThrownBy(() -> CatalogueSample.read(connection))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("permission denied for table pg_policy");
        assertThat(connection.getAutoCommit()).isTrue();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void the_session_is_afterwards_as_it_was(EngineUnderTest engine) throws SQLException {
    try (TestDatabase database = engine.database();
        Connection connection = database.connect()) {
      CatalogueSample.run(
          connection, "set search_path = public, pg_temp", "set TimeZone = 'Asia/Tokyo'");
      CatalogueSample.read(connection);
      assertThat(settings(connection))
          .containsExactly("public, pg_temp", "Asia/Tokyo", "read committed", "off");
      connection.setAutoCommit(false);
      CatalogueSample.run(
          connection, "create table made (a integer)", "set local search_path = public");
      assertThat(CatalogueSample.read(connection).objects())
          .anyMatch(object -> object.name().equals("public.made"));
      assertThat(settings(connection))
          .containsExactly("public", "Asia/Tokyo", "read committed", "off");
      connection.commit();
      assertThat(settings(connection).get(0)).isEqualTo("public, pg_temp");
      connection.rollback();
      assertThat(CatalogueSample.read(connection).objects())
          .anyMatch(object -> object.name().equals("public.made"));
    }
  }

  private static List<String> settings(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select current_setting('search_path'), current_setting('TimeZone'),"
                    + " current_setting('transaction_isolation'),"
                    + " current_setting('transaction_read_only')")) {
      rows.next();
      return List.of(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_is_dropped_while_it_is_read_does_not_harm_the_rest(
      EngineUnderTest engine, @TempDir Path work) throws Exception {
    try (CatalogueSample sample = CatalogueSample.of(engine, work)) {
      Baseline before = sample.state();
      AtomicBoolean over = new AtomicBoolean();
      CompletableFuture<Void> changing =
          CompletableFuture.runAsync(() -> change(sample.database, over));
      int read = 0;
      int gaveUp = 0;
      for (int i = 0; i < TIMES; i++) {
        try {
          Baseline during =
              sample.state().where(object -> !object.schema().equals("coming_and_going"));
          assertThat(CatalogueSample.words(before.drift(during))).isEmpty();
          read++;
        } catch (SQLException e) {
          gaveUp++;
        }
      }
      over.set(true);
      changing.join();
      System.out.println(engine + ": read " + read + " of " + TIMES + " while objects come and go");
      assertThat(gaveUp).isLessThan(TIMES / 2);
    }
  }

  private static void change(TestDatabase database, AtomicBoolean over) {
    try (Connection connection = database.connect()) {
      while (!over.get()) {
        CatalogueSample.run(
            connection,
            "create schema coming_and_going",
            "create table coming_and_going.t (a integer primary key, b text default 'x')",
            "create view coming_and_going.v as select a from coming_and_going.t",
            "create function coming_and_going.f() returns integer language sql as 'select 1'",
            "drop schema coming_and_going cascade");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void four_hundred_tables_are_read(EngineUnderTest engine) throws SQLException {
    assertThat(seconds(engine, 400)).isLessThan(30);
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void twenty_thousand_tables_are_read(EngineUnderTest engine) throws SQLException {
    assertThat(seconds(engine, 20_000)).isLessThan(120);
  }

  private static double seconds(EngineUnderTest engine, int tables) throws SQLException {
    try (TestDatabase database = engine.database();
        Connection connection = database.connect()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < tables; i++) {
        CatalogueSample.run(
            connection,
            "create table t_%1$d (id integer primary key, a text not null, b numeric default 0)"
                .formatted(i));
        if (i % 500 == 0) {
          connection.commit();
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
      long begun = System.nanoTime();
      Baseline state = CatalogueSample.read(connection);
      double read = (System.nanoTime() - begun) / 1e9;
      int bytes = state.bytes().length;
      String digest = state.digest();
      double seconds = (System.nanoTime() - begun) / 1e9;
      assertThat(state.objects()).hasSizeGreaterThanOrEqualTo(tables * 5);
      System.out.printf(
          "%s: %d tables, %d objects read in %.2f s, written (%d bytes) and digested in %.2f s%n",
          engine, tables, state.objects().size(), read, bytes, seconds - read);
      assertThat(digest).startsWith("sha256:");
      return seconds;
    }
  }
}
