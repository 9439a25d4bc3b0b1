package dev.gatehouse.dsl;

import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Identifier;
import dev.gatehouse.core.dialect.PrivilegeCatalogue;
import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.sqlite.Scripts;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** SQLite over its driver, as little as the verbs need: real files, real SQL. */
record PlainSqlite(Optional<BackupMethod> backups, Optional<Duration> clockOffset)
    implements Dialect {

  static Target target(Path file) {
    return target(file, new PlainSqlite(Optional.empty(), Optional.empty()));
  }

  static Target target(Path file, Dialect dialect) {
    return Target.at("shop", "jdbc:sqlite:" + file, dialect);
  }

  @Override
  public String name() {
    return "SQLite";
  }

  @Override
  public Fingerprint identify(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet file = statement.executeQuery("select file from pragma_database_list")) {
      file.next();
      return new Fingerprint("SQLite", "3", file.getString(1), "main");
    }
  }

  @Override
  public String quote(Identifier identifier) {
    return '"' + identifier.name().replace("\"", "\"\"") + '"';
  }

  @Override
  public int longestIdentifier() {
    return 1_000;
  }

  @Override
  public Connection openReading(Target target) throws SQLException {
    return target.connect(Map.of("open_mode", "1", "limit_attached", "0"));
  }

  @Override
  public Connection openWriting(Target target) throws SQLException {
    return target.connect(Map.of());
  }

  @Override
  public Runnable canceller(Connection connection) {
    return () -> {};
  }

  /** The engine's own clock, as a server on a machine with a wrong clock would tell it. */
  @Override
  public Optional<Instant> serverTime(Connection connection) throws SQLException {
    if (clockOffset.isEmpty()) {
      return Optional.empty();
    }
    try (Statement statement = connection.createStatement();
        ResultSet time = statement.executeQuery("select strftime('%Y-%m-%dT%H:%M:%fZ')")) {
      time.next();
      return Optional.of(Instant.parse(time.getString(1)).plus(clockOffset.get()));
    }
  }

  @Override
  public Concurrency concurrency() {
    return new NoDoubt();
  }

  @Override
  public Optional<ScriptReader> scripts() {
    return Optional.of(Scripts.reader());
  }

  @Override
  public Optional<PrivilegeCatalogue> privileges() {
    return Optional.empty();
  }

  /** The verbs ask only this of it; leases and marks are the engine's affair. */
  private record NoDoubt() implements Concurrency {
    @Override
    public dev.gatehouse.core.dialect.Lease lease(Target target, String holder) {
      throw new UnsupportedOperationException();
    }

    @Override
    public String session(Connection connection) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void begin(Connection connection) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void latch(Connection connection) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void mark(Connection connection, Marker marker) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Optional<Marker> marker(Connection connection, String key) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void fence(Target target, String session) {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean inDoubt(SQLException error) {
      return error.getErrorCode() == 10;
    }
  }
}
