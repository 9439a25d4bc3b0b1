package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.AccessReader;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Contention;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** SQLite as a {@link Dialect}. */
final class SqliteDialect implements Dialect, Customized {
  static final SqliteDialect INSTANCE = new SqliteDialect(Patience.DEFAULT, Optional.empty());

  private final Concurrency concurrency;
  private final Optional<ConnectionCustomizer> application;
  private final BackupMethod backups;

  /**
   * @param patience how long an effect waits for the write lock of another
   * @param application gives connections what only the application has
   */
  SqliteDialect(Duration patience, Optional<ConnectionCustomizer> application) {
    this.concurrency = new SqliteConcurrency(patience);
    this.application = application;
    this.backups = new SqliteBackups(application);
  }

  @Override
  public Optional<ConnectionCustomizer> application() {
    return application;
  }

  @Override
  public String name() {
    return Products.SQLITE;
  }

  @Override
  public Fingerprint identify(Connection connection) throws SQLException {
    return Products.identify(connection);
  }

  @Override
  public String quote(Identifier identifier) {
    return SqlNames.quoted(identifier.name());
  }

  /** SQLite has no limit of its own; this one keeps messages and reports readable. */
  @Override
  public Identifier.Limit longestIdentifier() {
    return Identifier.Limit.bytes(4_096);
  }

  @Override
  public Connection openReading(Target target) throws SQLException {
    return Sessions.reading(target);
  }

  @Override
  public void refuseMisread(Connection connection, String query) throws SQLException {
    DoubleQuotes.refuseTexts(connection, query);
  }

  @Override
  public Connection openWriting(Target target) throws SQLException {
    return Sessions.writing(target);
  }

  @Override
  public Runnable canceller(Connection connection) throws SQLException {
    return Driver.canceller(connection);
  }

  @Override
  public Optional<Instant> serverTime(Connection connection) {
    return Optional.empty();
  }

  @Override
  public Concurrency concurrency() {
    return concurrency;
  }

  @Override
  public Optional<Contention> contention() {
    return Optional.of(new SqliteContention());
  }

  @Override
  public Optional<ScriptReader> scripts() {
    return Optional.of(new SqliteScripts());
  }

  @Override
  public Optional<TimeLimits> limits(Connection connection) {
    return Optional.empty();
  }

  @Override
  public Optional<ForeignKeyEnforcement> foreignKeys() {
    return Optional.of(new ForeignKeys());
  }

  /** Deferred foreign keys are told by the commit alone, and a trial has none. */
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
    return Optional.of(backups);
  }

  @Override
  public Optional<AccessReader> privileges() {
    return Optional.empty();
  }

  @Override
  public Optional<GrantMethod> grants() {
    return Optional.empty();
  }

  @Override
  public Optional<RoleProbes> roleProbes() {
    return Optional.empty();
  }

  @Override
  public Optional<CatalogueReader> catalogue() {
    return Optional.of(new SqliteCatalogue());
  }

  @Override
  public String toString() {
    return name();
  }
}
