package dev.gatehouse.mysql.session;

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

  @Override
  public String replicaQuestion() {
    return "SHOW REPLICA STATUS";
  }

  @Override
  public String rolesQuestion() {
    return "SELECT CONCAT('role ''', role, ''''), CONCAT('''', user, '''@''', host, ''''),"
        + " 'MEMBER', admin_option FROM mysql.roles_mapping";
  }

  @Override
  public List<String> routineReaders() {
    List<String> always = List.of("SELECT ON mysql.*", "SELECT ON *.*");
    return version.compareTo(SHOW_CREATE_ROUTINE) < 0
        ? always
        : List.of("SHOW CREATE ROUTINE ON this", always.get(0), always.get(1));
  }
}
