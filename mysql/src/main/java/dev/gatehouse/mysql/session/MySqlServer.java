package dev.gatehouse.mysql.session;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** MySQL 8.0.15 to 9.x. */
record MySqlServer(Version version) implements Product {
  private static final Version OLDEST = new Version(8, 0, 15);

  /** The first with SHOW REPLICA STATUS. */
  private static final Version REPLICA = new Version(8, 0, 22);

  /** The first with the privilege of that name. */
  private static final Version SHOW_ROUTINE = new Version(8, 0, 20);

  /** The first with SHOW BINARY LOG STATUS; the older words are gone with 8.4. */
  private static final Version LOG_STATUS = new Version(8, 2, 0);

  /** Locks on rows, then those on tables and other objects: also such as are compatible. */
  private static final String BLOCKERS =
      "SELECT r.processlist_id AS waiting, b.processlist_id AS blocking"
          + " FROM performance_schema.data_lock_waits w"
          + " JOIN performance_schema.threads r ON r.thread_id = w.requesting_thread_id"
          + " JOIN performance_schema.threads b ON b.thread_id = w.blocking_thread_id"
          + " UNION SELECT r.processlist_id, b.processlist_id"
          + " FROM performance_schema.metadata_locks p"
          + " JOIN performance_schema.metadata_locks g ON g.object_type = p.object_type"
          + " AND g.object_schema <=> p.object_schema AND g.object_name <=> p.object_name"
          + " AND g.lock_status = 'GRANTED' AND g.owner_thread_id <> p.owner_thread_id"
          + " JOIN performance_schema.threads r ON r.thread_id = p.owner_thread_id"
          + " JOIN performance_schema.threads b ON b.thread_id = g.owner_thread_id"
          + " WHERE p.lock_status = 'PENDING'";

  /**
   * Each session that was told of one. The counter lock_deadlocks of InnoDB stays 0 on 8.0.15,
   * whatever happens.
   */
  private static final String DEADLOCKS =
      "SELECT IF(i.enabled = 'YES' AND c.enabled = 'YES', 'enabled', 'off') AS state,"
          + " e.sum_error_raised AS deadlocks, s.variable_value AS seconds"
          + " FROM performance_schema.events_errors_summary_global_by_error e"
          + " JOIN performance_schema.setup_instruments i ON i.name = 'error'"
          + " JOIN performance_schema.setup_consumers c ON c.name = 'global_instrumentation'"
          + " JOIN performance_schema.global_status s ON s.variable_name = 'Uptime'"
          + " WHERE e.error_number = 1213";

  /** The first that keeps CHECK constraints. */
  private static final Version CHECKS = new Version(8, 0, 16);

  @Override
  public String name() {
    return "MySQL";
  }

  @Override
  public String known() {
    return "MySQL 8.0.15 to 9.x";
  }

  @Override
  public boolean isKnown() {
    return version.isWithin(OLDEST, 9);
  }

  /** A copy of the data directory has the same one until its auto.cnf is removed. */
  @Override
  public String server(Map<String, String> variables) {
    return variables.getOrDefault("server_uuid", "");
  }

  @Override
  public Optional<String> locksElsewhere(Map<String, String> variables) {
    boolean grouped = !variables.getOrDefault("group_replication_group_name", "").isEmpty();
    boolean several =
        variables.getOrDefault("group_replication_single_primary_mode", "ON").equals("OFF");
    return grouped && several
        ? Optional.of("group replication with several primaries")
        : Optional.empty();
  }

  @Override
  public String replicaQuestion() {
    return version.compareTo(REPLICA) < 0 ? "SHOW SLAVE STATUS" : "SHOW REPLICA STATUS";
  }

  @Override
  public String rolesQuestion() {
    return "SELECT CONCAT('role ''', from_user, '''@''', from_host, '''') AS place,"
        + " CONCAT('''', to_user, '''@''', to_host, '''') AS grantee, 'MEMBER' AS privilege,"
        + " with_admin_option AS hands_on FROM mysql.role_edges";
  }

  @Override
  public boolean rolesAreAccounts() {
    return true;
  }

  @Override
  public List<String> routineReaders() {
    return version.compareTo(SHOW_ROUTINE) < 0
        ? List.of("SELECT ON *.*")
        : List.of("SHOW_ROUTINE ON *.*", "SELECT ON *.*");
  }

  @Override
  public String replicaRight() {
    return "REPLICATION CLIENT ON *.*";
  }

  @Override
  public String logEndQuestion() {
    return version.compareTo(LOG_STATUS) < 0 ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS";
  }

  @Override
  public String sourceRight() {
    return "REPLICATION CLIENT ON *.*";
  }

  @Override
  public Optional<String> snapshotPositionQuestion() {
    return Optional.empty();
  }

  @Override
  public String loadedFunctionsQuestion() {
    return "SELECT udf_name FROM performance_schema.user_defined_functions";
  }

  @Override
  public List<String> replayRights() {
    return List.of("BINLOG_ADMIN ON *.*", "REPLICATION_APPLIER ON *.*", "SUPER ON *.*");
  }

  @Override
  public String asSource(Connection connection) throws SQLException {
    return Queries.one(connection, "SELECT @@GLOBAL.server_uuid");
  }

  @Override
  public String sourceOf(Channel channel) {
    return channel.text("source_uuid", "");
  }

  @Override
  public String blockersQuestion() {
    return BLOCKERS;
  }

  @Override
  public String blockersRight() {
    return "SELECT ON performance_schema.*";
  }

  @Override
  public String deadlocksQuestion() {
    return DEADLOCKS;
  }

  @Override
  public String deadlocksRight() {
    return "SELECT ON performance_schema.*";
  }

  /** max_execution_time holds SELECT only. */
  @Override
  public Optional<String> statementLimit(Duration limit) {
    return Optional.empty();
  }

  @Override
  public String variablesQuestion() {
    return "SELECT v.variable_name FROM performance_schema.user_variables_by_thread v"
        + " JOIN performance_schema.threads t ON t.thread_id = v.thread_id"
        + " WHERE t.processlist_id = CONNECTION_ID() AND v.variable_value IS NOT NULL";
  }

  /** Seen to die on 8.0.15 and not on 9.7.4; nothing between was tried. */
  @Override
  public boolean addsTextsWhileConverting() {
    return version.major() > 8;
  }

  @Override
  public boolean keepsChecks() {
    return version.compareTo(CHECKS) >= 0;
  }
}
