package dev.gatehouse.mysql;

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
import dev.gatehouse.core.dialect.Monitors;
import dev.gatehouse.core.dialect.NonTransactionalStatements;
import dev.gatehouse.core.dialect.PasswordFile;
import dev.gatehouse.core.dialect.PasswordMethod;
import dev.gatehouse.core.dialect.Rehearsals;
import dev.gatehouse.core.dialect.RoleProbes;
import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.dialect.TimeLimits;
import dev.gatehouse.mysql.access.MySqlAccessReader;
import dev.gatehouse.mysql.access.MySqlGrants;
import dev.gatehouse.mysql.backup.MySqlBackups;
import dev.gatehouse.mysql.catalogue.MySqlCatalogue;
import dev.gatehouse.mysql.monitor.MySqlMonitors;
import dev.gatehouse.mysql.password.MyCnf;
import dev.gatehouse.mysql.password.MySqlPasswords;
import dev.gatehouse.mysql.probe.MySqlRoleProbes;
import dev.gatehouse.mysql.script.MySqlNonTransactionalStatements;
import dev.gatehouse.mysql.script.MySqlScripts;
import dev.gatehouse.mysql.session.Canceller;
import dev.gatehouse.mysql.session.DoubleQuotes;
import dev.gatehouse.mysql.session.MySqlConcurrency;
import dev.gatehouse.mysql.session.MySqlContention;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.SessionLimits;
import dev.gatehouse.mysql.session.Sessions;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** MySQL and MariaDB as a {@link Dialect}. */
final class MySqlDialect implements Dialect {
  static final MySqlDialect INSTANCE = new MySqlDialect(MySqlConcurrency.PATIENCE);

  private static final NonTransactionalStatements NON_TRANSACTIONAL =
      new MySqlNonTransactionalStatements();

  private final Concurrency concurrency;
  private final BackupMethod backups;
  private final ScriptReader scripts = new MySqlScripts();

  /**
   * @param patience how long an effect waits for the latch of another
   */
  MySqlDialect(Duration patience) {
    this(patience, MySqlBackups.INSTANCE);
  }

  MySqlDialect(BackupMethod backups) {
    this(MySqlConcurrency.PATIENCE, backups);
  }

  private MySqlDialect(Duration patience, BackupMethod backups) {
    this.concurrency = new MySqlConcurrency(patience);
    this.backups = backups;
  }

  @Override
  public String name() {
    return "MySQL or MariaDB";
  }

  @Override
  public Fingerprint identify(Connection connection) throws SQLException {
    return Products.identify(connection);
  }

  @Override
  public List<String> unseen(Connection connection) throws SQLException {
    return Products.unseen(connection);
  }

  @Override
  public String quote(Identifier identifier) {
    return SqlNames.quoted(identifier.name());
  }

  @Override
  public Identifier.Limit longestIdentifier() {
    return Identifier.Limit.characters(SqlNames.LONGEST);
  }

  @Override
  public Connection openReading(Target target) throws SQLException {
    return Sessions.reading(target);
  }

  @Override
  public void refuseMisread(Connection connection, String query) throws SQLException {
    DoubleQuotes.refuseColumns(connection, query);
  }

  @Override
  public Connection openWriting(Target target) throws SQLException {
    return Sessions.writing(target);
  }

  @Override
  public Runnable canceller(Connection connection) throws SQLException {
    return Canceller.of(connection);
  }

  @Override
  public Optional<Instant> serverTime(Connection connection) throws SQLException {
    return Optional.of(
        Instant.parse(
            Queries.one(
                connection, "SELECT DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%fZ')")));
  }

  @Override
  public Concurrency concurrency() {
    return concurrency;
  }

  @Override
  public Optional<Contention> contention() {
    return Optional.of(MySqlContention.INSTANCE);
  }

  @Override
  public Optional<Monitors> monitors() {
    return Optional.of(MySqlMonitors.INSTANCE);
  }

  @Override
  public Optional<ScriptReader> scripts() {
    return Optional.of(scripts);
  }

  @Override
  public Optional<TimeLimits> limits(Connection connection) throws SQLException {
    return Optional.of(new SessionLimits(Products.of(connection)));
  }

  /** Sessions can switch them off; what that leaves behind is not told yet. */
  @Override
  public Optional<ForeignKeyEnforcement> foreignKeys() {
    return Optional.empty();
  }

  /** DDL commits here: it is tried on a copy, or not at all. */
  @Override
  public Optional<Rehearsals> rehearsals() {
    return Optional.empty();
  }

  @Override
  public Optional<NonTransactionalStatements> nonTransactionalStatements() {
    return Optional.of(NON_TRANSACTIONAL);
  }

  @Override
  public Optional<BackupMethod> backups() {
    return Optional.of(backups);
  }

  @Override
  public Optional<AccessReader> privileges() {
    return Optional.of(MySqlAccessReader.INSTANCE);
  }

  @Override
  public Optional<GrantMethod> grants() {
    return Optional.of(MySqlGrants.INSTANCE);
  }

  @Override
  public Optional<RoleProbes> roleProbes() {
    return Optional.of(MySqlRoleProbes.INSTANCE);
  }

  @Override
  public Optional<PasswordFile> passwordFile() {
    return Optional.of(new MyCnf());
  }

  @Override
  public Optional<PasswordMethod> passwords() {
    return Optional.of(MySqlPasswords.INSTANCE);
  }

  @Override
  public Optional<CatalogueReader> catalogue() {
    return Optional.of(MySqlCatalogue.INSTANCE);
  }

  @Override
  public String toString() {
    return name();
  }
}
