package dev.gatehouse.mysql.session;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** MariaDB 10.6 to 11.x. */
record MariaDbServer(Version version) implements Product {
  private static final Version OLDEST = new Version(10, 6, 0);

  /** The first with the privilege of that name. */
  private static final Version SHOW_CREATE_ROUTINE = new Version(11, 3, 0);

  @Override
  public String name() {
    return "MariaDB";
  }

  @Override
  public String known() {
    return "MariaDB 10.6 to 11.x";
  }

  @Override
  public boolean isKnown() {
    return version.isWithin(OLDEST, 11);
  }

  /** Older ones have no server_uid: then host, port and directory of the data must do. */
  @Override
  public String server(Map<String, String> variables) {
    String uid = variables.getOrDefault("server_uid", "");
    return uid.isEmpty()
        ? "%s:%s:%s"
            .formatted(variables.get("hostname"), variables.get("port"), variables.get("datadir"))
        : uid;
  }

  @Override
  public Optional<String> locksElsewhere(Map<String, String> variables) {
    return variables.getOrDefault("wsrep_on", "OFF").equals("ON")
        ? Optional.of("a Galera cluster, wsrep_on=ON")
        : Optional.empty();
  }

  /** Those of named connections too, which SHOW REPLICA STATUS leaves out. */
  @Override
  public String replicaQuestion() {
    return "SHOW ALL SLAVES STATUS";
  }

  @Override
  public String replicaRight() {
    return "SLAVE MONITOR ON *.*";
  }

  @Override
  public String logEndQuestion() {
    return "SHOW BINLOG STATUS";
  }

  @Override
  public String sourceRight() {
    return "BINLOG MONITOR ON *.*";
  }

  @Override
  public Optional<String> snapshotPositionQuestion() {
    return Optional.of("SHOW SESSION STATUS LIKE 'Binlog_snapshot_%'");
  }

  @Override
  public String loadedFunctionsQuestion() {
    return "SELECT name FROM mysql.func";
  }

  /** A replica tells no other name of it; two servers of one number cannot both be its sources. */
  @Override
  public List<String> replayRights() {
    return List.of("BINLOG REPLAY ON *.*", "SUPER ON *.*");
  }

  @Override
  public String asSource(Connection connection) throws SQLException {
    return Queries.one(connection, "SELECT @@GLOBAL.server_id");
  }

  @Override
  public String sourceOf(Channel channel) {
    return channel.text("source_server_id", "");
  }

  /** Locks on rows only: who holds a table it does not tell. */
  @Override
  public String blockersQuestion() {
    return "SELECT r.trx_mysql_thread_id AS waiting, b.trx_mysql_thread_id AS blocking"
        + " FROM information_schema.innodb_lock_waits w"
        + " JOIN information_schema.innodb_trx r ON r.trx_id = w.requesting_trx_id"
        + " JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_trx_id";
  }

  @Override
  public String blockersRight() {
    return "PROCESS ON *.*";
  }

  /** It counts from its start on, and never anew. */
  @Override
  public String deadlocksQuestion() {
    return "SELECT 'enabled' AS state, d.variable_value AS deadlocks, u.variable_value AS seconds"
        + " FROM information_schema.global_status d JOIN information_schema.global_status u"
        + " ON d.variable_name = 'INNODB_DEADLOCKS' AND u.variable_name = 'UPTIME'";
  }

  /** None is needed. */
  @Override
  public String deadlocksRight() {
    return "USAGE ON *.*";
  }

  @Override
  public String rolesQuestion() {
    return "SELECT CONCAT('role ''', role, '''') AS place, CONCAT('''', user, '''@''', host, '''')"
        + " AS grantee, 'MEMBER' AS privilege, admin_option AS hands_on FROM mysql.roles_mapping";
  }

  @Override
  public boolean rolesAreAccounts() {
    return false;
  }

  @Override
  public List<String> routineReaders() {
    List<String> always = List.of("SELECT ON mysql.*", "SELECT ON *.*");
    return version.compareTo(SHOW_CREATE_ROUTINE) < 0
        ? always
        : List.of("SHOW CREATE ROUTINE ON this", always.get(0), always.get(1));
  }

  /** In seconds, to the millionth. */
  @Override
  public Optional<String> statementLimit(Duration limit) {
    return Optional.of(
        "SET SESSION max_statement_time = " + BigDecimal.valueOf(limit.toMillis(), 3));
  }

  @Override
  public String variablesQuestion() {
    return "SELECT variable_name FROM information_schema.user_variables"
        + " WHERE variable_value IS NOT NULL";
  }

  @Override
  public boolean addsTextsWhileConverting() {
    return true;
  }

  @Override
  public boolean keepsChecks() {
    return true;
  }
}
