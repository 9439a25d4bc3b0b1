package dev.gatehouse.mysql;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.mysql.backup.DiskSpace;
import dev.gatehouse.mysql.backup.DumpTools;
import dev.gatehouse.mysql.backup.MySqlBackups;
import dev.gatehouse.mysql.maintenance.Tables;
import dev.gatehouse.mysql.password.MyCnf;

/**
 * MySQL 8.0.15 to 9.x and MariaDB 10.6 to 11.x for runbooks.
 *
 * <p>Needs a driver on the class path: {@code com.mysql:mysql-connector-j} or {@code
 * org.mariadb.jdbc:mariadb-java-client}. Runs with changes need CREATE, SELECT, INSERT and UPDATE
 * on {@code gatehouse.*}: the first makes the database {@code gatehouse}, which holds leases and
 * markers of all databases of the server. Checks alone need what they read.
 *
 * @since 0.1
 */
public final class MySql {
  private MySql() {}

  /**
   * The dialect, for both products: which of them it is, each connection tells anew, and a plan
   * made for one is never run on the other. Thread-safe; holds no connection.
   */
  public static Dialect dialect() {
    return MySqlDialect.INSTANCE;
  }

  /**
   * The dialect whose backups are taken by mysqldump or mariadb-dump of that place, as the server's
   * product has it. They are drilled, restored and gone on from like all others.
   *
   * <p>Beside what other backups need, the account needs RELOAD: two transactions begin while
   * nobody commits. Writers wait up to 4 s: 2 s while the lock is waited for, which holds them back
   * as well, and 2 s while it is held. Refused are databases that these tools do not write as they
   * are, such as with FLOAT columns.
   */
  public static Dialect dialectWith(DumpTools tools) {
    return new MySqlDialect(MySqlBackups.by(tools));
  }

  /**
   * The password that the mysql client would take for that account there: {@code password} of the
   * group {@code [client]} of {@code ~/.my.cnf}, by the clients' rules. {@link
   * Target#fromEnvironment} takes it by itself.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when there is none, when the file includes others,
   *     everybody may write it, or its user, host or port is another
   */
  public static Secret passwordFromMyCnf(String jdbcUrl, String account) {
    return new MyCnf().password(jdbcUrl, account, System.getenv());
  }

  /**
   * Every base table of the target: {@code MySql.tables().areSound()}, {@code .repaired()}, {@code
   * .rebuilt()}, {@code .analyzed()}.
   */
  public static Tables tables() {
    return Tables.all();
  }

  /**
   * Whether the server has room for a restore or a drill of the target; inconclusive where nobody
   * can measure that.
   *
   * @see DiskSpace#check()
   */
  public static NamedCheck spaceForRestore() {
    return DiskSpace.check();
  }

  /** These base tables of the target. */
  public static Tables tables(String first, String... rest) {
    return Tables.of(first, rest);
  }
}
