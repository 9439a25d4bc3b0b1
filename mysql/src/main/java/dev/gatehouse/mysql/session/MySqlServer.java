package dev.gatehouse.mysql.session;

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
    return "SELECT CONCAT('role ''', from_user, '''@''', from_host, ''''),"
        + " CONCAT('''', to_user, '''@''', to_host, ''''), 'MEMBER', with_admin_option"
        + " FROM mysql.role_edges";
  }

  @Override
  public List<String> routineReaders() {
    return version.compareTo(SHOW_ROUTINE) < 0
        ? List.of("SELECT ON *.*")
        : List.of("SHOW_ROUTINE ON *.*", "SELECT ON *.*");
  }
}
