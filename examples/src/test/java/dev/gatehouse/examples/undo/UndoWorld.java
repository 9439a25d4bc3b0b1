package dev.gatehouse.examples.undo;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.sql;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.backup.PgTools;
import dev.gatehouse.sqlite.Sqlite;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A table of cents in a real database, a vault, journals, and what runbooks are made of. */
abstract class UndoWorld implements AutoCloseable {
  final Path work;

  private UndoWorld(Path work) {
    this.work = work;
  }

  static UndoWorld sqlite(Path work) {
    return new UndoWorld(work) {
      private final Path file = work.resolve("shop.db");

      @Override
      Target target() {
        return Sqlite.file("shop", file);
      }

      @Override
      Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
      }

      @Override
      public void close() {}
    };
  }

  /** A database of its own, which the next world may go on with. */
  static UndoWorld postgres(EngineUnderTest engine, TestDatabase database, Path work) {
    PgTools tools =
        PgTools.at(
            Objects.requireNonNull(engine.tool("pg_dump").path().toAbsolutePath().getParent()));
    Target target =
        Target.at(
            "shop",
            database.jdbcUrl(),
            database.account(),
            database.secret(),
            Postgres.dialectWith(tools));
    return new UndoWorld(work) {
      @Override
      Target target() {
        return target;
      }

      @Override
      Connection connect() throws SQLException {
        return database.connect();
      }

      @Override
      public void close() {}
    };
  }

  abstract Target target();

  abstract Connection connect() throws SQLException;

  @Override
  public abstract void close();

  UndoWorld with(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
    return this;
  }

  /** The table of cents, new. */
  UndoWorld withCents(long... cents) throws SQLException {
    with("drop table if exists a", "create table a(cents bigint)");
    for (long each : cents) {
      with("insert into a values (" + each + ")");
    }
    return this;
  }

  List<Long> cents() throws SQLException {
    List<Long> cents = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("select cents from a order by cents")) {
      while (rows.next()) {
        cents.add(rows.getLong(1));
      }
    }
    return cents;
  }

  BackUp backup(String name) {
    return backUp(into(work.resolve("vault"))).named(name);
  }

  static Change change(String name, String change, String undo) {
    return inOneTransaction(sql(change))
        .named(name)
        .undoneBy(inOneTransaction(sql(undo)).named("undo " + name));
  }

  static Change doubled(String name) {
    return change(name, "update a set cents = cents * 2", "update a set cents = cents / 2");
  }

  static Check failing() {
    return noRows("select 1").named("Smoke");
  }

  /** A gate for each step. */
  Plan plan(List<Step> steps) {
    List<Gate> gates = new ArrayList<>();
    for (Step step : steps) {
      gates.add(new Gate("gate of " + step.name(), List.of(step)));
    }
    return Plan.of(new Runbook("Undone", gates, List.of()), target());
  }

  Runner runner() {
    return Runner.journalingTo(work.resolve("journals"));
  }

  RunRecord run(Step... steps) {
    return runner().run(plan(List.of(steps)));
  }
}
