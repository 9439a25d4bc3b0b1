package dev.gatehouse.postgres.catalogue;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Postgres;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/** A database with one of each kind of thing, see catalogue.sql; its roles, and tools for it. */
final class CatalogueSample implements AutoCloseable {
  private final EngineUnderTest engine;
  private final Path work;
  final TestDatabase database;
  final String app;
  final String reader;

  private CatalogueSample(EngineUnderTest engine, Path work) {
    this.engine = engine;
    this.work = work;
    this.database = engine.database();
    this.app = database.newName("app");
    this.reader = database.newName("reader");
  }

  static CatalogueSample of(EngineUnderTest engine, Path work) throws Exception {
    CatalogueSample sample = new CatalogueSample(engine, work);
    try (Connection connection = sample.database.connect()) {
      run(connection, "create role " + sample.app, "create role " + sample.reader);
    }
    try (InputStream in = CatalogueSample.class.getResourceAsStream("catalogue.sql");
        Connection connection = sample.database.connect()) {
      String script =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
              .replace(":app", sample.app)
              .replace(":reader", sample.reader);
      run(connection, script.split(";\n"));
    }
    return sample;
  }

  Baseline state() throws SQLException {
    try (Connection connection = database.connect()) {
      return read(connection);
    }
  }

  static Baseline read(Connection connection) throws SQLException {
    return Postgres.dialect().catalogue().orElseThrow().read(connection);
  }

  static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Such as {@code changed table eng.orders options, owner}. */
  static List<String> words(List<Drift> drifts) {
    return drifts.stream().map(CatalogueSample::words).toList();
  }

  private static String words(Drift drift) {
    return drift instanceof Drift.Changed changed
        ? "changed "
            + drift.object()
            + ": "
            + String.join(", ", new TreeSet<>(changed.fields().keySet()))
        : (drift instanceof Drift.Missing ? "missing " : "surplus ") + drift.object();
  }

  /** A dump of it, given to another database, by PostgreSQL's own tools. */
  TestDatabase copy() throws Exception {
    TestDatabase copy = engine.database();
    new DumpAndRestore(engine, work).between(database, copy);
    return copy;
  }

  @Override
  public void close() throws SQLException {
    try (Connection connection = database.connect()) {
      run(connection, "drop owned by " + app + " cascade", "drop owned by " + reader + " cascade");
    }
    database.close();
  }
}
