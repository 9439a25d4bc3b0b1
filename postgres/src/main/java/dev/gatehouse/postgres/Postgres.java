package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.postgres.backup.DrillCopies;
import dev.gatehouse.postgres.backup.PgTools;
import dev.gatehouse.postgres.monitor.Archiving;
import dev.gatehouse.postgres.monitor.RecoveryPoint;
import dev.gatehouse.postgres.mutation.MutationOf;
import dev.gatehouse.postgres.password.PgPass;
import dev.gatehouse.postgres.probe.RowSecurity;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * PostgreSQL 14 to 18 for runbooks.
 *
 * <p>Needs the driver {@code org.postgresql:postgresql} on the class path. The account needs CREATE
 * on the database once: the first run creates the schema {@code gatehouse}, which holds the lease
 * and the markers; after that USAGE on it and SELECT, INSERT, UPDATE on its tables are enough.
 *
 * @since 0.1
 */
public final class Postgres {
  private Postgres() {}

  /** The dialect. Thread-safe; holds no connection. */
  public static Dialect dialect() {
    return PostgresDialect.INSTANCE;
  }

  /** The dialect with pg_dump and pg_restore of that place, for backups, drills and restores. */
  public static Dialect dialectWith(PgTools tools) {
    return new PostgresDialect(tools);
  }

  /**
   * The password that psql would take for that account there: of {@code PGPASSFILE}, or {@code
   * ~/.pgpass}, by libpq's rules. {@link Target#fromEnvironment} takes it by itself.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when no line fits, or libpq passes the file over
   *     because others may read it
   */
  public static Secret passwordFromPgpass(String jdbcUrl, String account) {
    return new PgPass().password(jdbcUrl, account, System.getenv());
  }

  /**
   * Whether the server archives its WAL, and the last file arrived: archive_mode and
   * pg_stat_archiver. Tells what was; {@link #recoveryPoint} proves that it works now. Needs no
   * privilege.
   */
  public static NamedCheck archiving() {
    return Archiving.CHECK;
  }

  /**
   * Row-level security, as the catalogue has it and as it behaves: {@code
   * rowSecurity().enabledOn("{eng,vh}.*sensitive*")}.
   */
  public static RowSecurity rowSecurity() {
    return new RowSecurity();
  }

  /**
   * Mutants of every policy, flag, role, membership, view, function and grant that decides who
   * reaches these tables, to measure how strong expectations are: {@code
   * mutationOf("app.*").forRoles("app_rw").against(check, check).requireScore(0.95)}. Only on a
   * database that is marked as disposable, such as that of a restore drill.
   *
   * @param first tables, views and functions as {@code schema.name}, with {@code *} and {@code
   *     {a,b}}
   * @throws IllegalArgumentException when a pattern is blank
   */
  public static MutationOf mutationOf(String first, String... rest) {
    return new MutationOf(RowSecurity.all(first, rest));
  }

  /**
   * Makes a named restore point and waits until it has arrived in the WAL archive. Refused while
   * planning when the server archives nothing.
   */
  public static RecoveryPoint recoveryPoint() {
    return new RecoveryPoint("recovery point", Duration.ofMinutes(1));
  }

  /**
   * Drops the databases that restore drills left on the server of that target and that no drill
   * under way holds: those of any database of the server, by name, comment and lock. Nothing else
   * is touched. Needs to own them, as the account does that made them, or a superuser.
   *
   * @param told of each that could not be dropped, with the statement that does
   * @return the names of those that were dropped
   */
  public static List<String> dropLeftovers(Target server, Consumer<Finding> told)
      throws SQLException {
    return DrillCopies.drop(server, told);
  }
}
