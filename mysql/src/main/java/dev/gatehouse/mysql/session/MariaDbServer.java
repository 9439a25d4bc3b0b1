package dev.gatehouse.mysql.session;

import java.util.Map;
import java.util.Optional;

/** MariaDB 10.6 to 11.x. */
record MariaDbServer(Version version) implements Product {
  private static final Version OLDEST = new Version(10, 6, 0);

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
}
