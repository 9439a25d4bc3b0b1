package dev.gatehouse.postgres;

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
import dev.gatehouse.postgres.access.AccessSnapshot;
import dev.gatehouse.postgres.access.PostgresGrants;
import dev.gatehouse.postgres.backup.PgTools;
import dev.gatehouse.postgres.backup.PostgresBackups;
import dev.gatehouse.postgres.catalogue.PostgresCatalogue;
import dev.gatehouse.postgres.monitor.PostgresMonitors;
import dev.gatehouse.postgres.password.PgPass;
import dev.gatehouse.postgres.password.PostgresPasswords;
import dev.gatehouse.postgres.probe.PostgresRoleProbes;
import dev.gatehouse.postgres.script.PsqlNonTransactionalStatements;
import dev.gatehouse.postgres.script.PsqlScripts;
import dev.gatehouse.postgres.script.SavepointRehearsal;
import dev.gatehouse.postgres.script.SessionTimeouts;
import dev.gatehouse.postgres.session.Canceller;
import dev.gatehouse.postgres.session.HiddenRows;
import dev.gatehouse.postgres.session.JdbcUrlPolicy;
import dev.gatehouse.postgres.session.Latch;
import dev.gatehouse.postgres.session.PinnedReading;
import dev.gatehouse.postgres.session.PostgresConcurrency;
import dev.gatehouse.postgres.session.PostgresContention;
import dev.gatehouse.postgres.session.Products;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** PostgreSQL as a {@link Dialect}. */
final class PostgresDialect implements Dialect {
  static final PostgresDialect INSTANCE = new PostgresDialect(PgTools.found());

  private final Concurrency concurrency;
  private final BackupMethod backups;

  PostgresDialect(PgTools tools) {
    this(tools, Latch.PATIENCE);
  }

  /**
   * @param patience how long an effect waits for the latch of another
   */
  PostgresDialect(PgTools tools, Duration patience) {
    this.concurrency = new PostgresConcurrency(patience);
    this.backups = new PostgresBackups(tools);
  }

  @Override
  public String name() {
    return Products.POSTGRESQL;
  }

  @Override
  public void asPlanned(Connection connection, Fingerprint planned) throws SQLException {
    Sessions.asPlanned(connection, planned.session());
  }

  @Override
  public Fingerprint identify(Connection connection) throws SQLException {
    return Products.identify(connection);
  }

  @Override
  public String quote(Identifier identifier) {
    return SqlNames.quoted(identifier.name());
  }

  /** NAMEDATALEN - 1: the server cuts longer names in silence, and means another object. */
  @Override
  public Identifier.Limit longestIdentifier() {
    return Identifier.Limit.bytes(JdbcUrlPolicy.LONGEST_NAME);
  }

  @Override
  public Connection openReading(Target target) throws SQLException {
    return Sessions.reading(target);
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
            Queries.pinned(
                connection,
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC',"
                    + " 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")));
  }

  @Override
  public Concurrency concurrency() {
    return concurrency;
  }

  @Override
  public Optional<Contention> contention() {
    return Optional.of(PostgresContention.INSTANCE);
  }

  @Override
  public Optional<Monitors> monitors() {
    return Optional.of(PostgresMonitors.INSTANCE);
  }

  @Override
  public Optional<ScriptReader.Cause> cause(Connection connection, SQLException error) {
    return HiddenRows.cause(connection, error);
  }

  @Override
  public Optional<ScriptReader> scripts() {
    return Optional.of(new PsqlScripts());
  }

  @Override
  public Optional<TimeLimits> limits(Connection connection) {
    return Optional.of(new SessionTimeouts());
  }

  /** Of its constraints only those that say so can wait, and then until the commit. */
  @Override
  public Optional<ForeignKeyEnforcement> foreignKeys() {
    return Optional.empty();
  }

  @Override
  public Optional<Rehearsals> rehearsals() {
    return Optional.of(new SavepointRehearsal());
  }

  @Override
  public Optional<NonTransactionalStatements> nonTransactionalStatements() {
    return Optional.of(new PsqlNonTransactionalStatements());
  }

  @Override
  public Optional<BackupMethod> backups() {
    return Optional.of(backups);
  }

  @Override
  public Optional<AccessReader> privileges() {
    return Optional.of(connection -> PinnedReading.of(connection, AccessSnapshot::read));
  }

  @Override
  public Optional<GrantMethod> grants() {
    return Optional.of(new PostgresGrants());
  }

  @Override
  public Optional<RoleProbes> roleProbes() {
    return Optional.of(PostgresRoleProbes.INSTANCE);
  }

  @Override
  public Optional<PasswordFile> passwordFile() {
    return Optional.of(new PgPass());
  }

  @Override
  public Optional<PasswordMethod> passwords() {
    return Optional.of(PostgresPasswords.INSTANCE);
  }

  @Override
  public Optional<CatalogueReader> catalogue() {
    return Optional.of(PostgresCatalogue.INSTANCE);
  }

  @Override
  public String toString() {
    return name();
  }
}
