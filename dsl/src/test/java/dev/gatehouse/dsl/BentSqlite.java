package dev.gatehouse.dsl;

import dev.gatehouse.core.dialect.AccessReader;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.ForeignKeyEnforcement;
import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.dialect.Identifier;
import dev.gatehouse.core.dialect.NonTransactionalStatements;
import dev.gatehouse.core.dialect.Rehearsals;
import dev.gatehouse.core.dialect.RoleProbes;
import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.dialect.TimeLimits;
import dev.gatehouse.sqlite.Sqlite;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The SQLite dialect with two things bent: it tells the engine's clock, put off by so much, as a
 * server would; and it can be without scripts and backups, as a new dialect is.
 */
public record BentSqlite(Dialect straight, Optional<Duration> clockOffset, boolean bare)
    implements Dialect {

  public static Target withClockOff(Path file, Duration by) {
    return target(file, new BentSqlite(Sqlite.dialect(), Optional.of(by), false));
  }

  public static Target bare(Path file) {
    return target(file, new BentSqlite(Sqlite.dialect(), Optional.empty(), true));
  }

  private static Target target(Path file, Dialect dialect) {
    return Target.at("shop", "jdbc:sqlite:" + file, dialect);
  }

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
  public Optional<ScriptReader> scripts() {
    return bare ? Optional.empty() : straight.scripts();
  }

  @Override
  public Optional<TimeLimits> limits(Connection connection) {
    return Optional.empty();
  }

  @Override
  public Optional<ForeignKeyEnforcement> foreignKeys() {
    return bare ? Optional.empty() : straight.foreignKeys();
  }

  @Override
  public Optional<Rehearsals> rehearsals() {
    return Optional.empty();
  }

  @Override
  public Optional<NonTransactionalStatements> nonTransactionalStatements() {
    return Optional.empty();
  }

  @Override
  public Optional<BackupMethod> backups() {
    return bare ? Optional.empty() : straight.backups();
  }

  @Override
  public String name() {
    return straight.name();
  }

  @Override
  public Fingerprint identify(Connection connection) throws SQLException {
    return straight.identify(connection);
  }

  @Override
  public String quote(Identifier identifier) {
    return straight.quote(identifier);
  }

  @Override
  public Identifier.Limit longestIdentifier() {
    return straight.longestIdentifier();
  }

  @Override
  public Connection openReading(Target target) throws SQLException {
    return straight.openReading(target);
  }

  @Override
  public Connection openWriting(Target target) throws SQLException {
    return straight.openWriting(target);
  }

  @Override
  public Runnable canceller(Connection connection) throws SQLException {
    return straight.canceller(connection);
  }

  @Override
  public Concurrency concurrency() {
    return straight.concurrency();
  }

  @Override
  public Optional<AccessReader> privileges() {
    return straight.privileges();
  }

  @Override
  public Optional<GrantMethod> grants() {
    return straight.grants();
  }

  @Override
  public Optional<RoleProbes> roleProbes() {
    return straight.roleProbes();
  }

  @Override
  public Optional<CatalogueReader> catalogue() {
    return bare ? Optional.empty() : straight.catalogue();
  }
}
