package dev.gatehouse.mysql.access;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.mysql.session.Queries;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** MariaDB's: roles are no accounts, a login begins with one at most, and PUBLIC is everybody. */
record MariaDbRoles() implements ServerRoles {
  /** By the number of the bit (privilege.h of the server); empty where it is none on the server. */
  private static final List<String> BITS =
      List.of(
          "SELECT",
          "INSERT",
          "UPDATE",
          "DELETE",
          "CREATE",
          "DROP",
          "RELOAD",
          "SHUTDOWN",
          "PROCESS",
          "FILE",
          "GRANT OPTION",
          "REFERENCES",
          "INDEX",
          "ALTER",
          "SHOW DATABASES",
          "SUPER",
          "CREATE TEMPORARY TABLES",
          "LOCK TABLES",
          "EXECUTE",
          "REPLICATION SLAVE",
          "BINLOG MONITOR",
          "CREATE VIEW",
          "SHOW VIEW",
          "CREATE ROUTINE",
          "ALTER ROUTINE",
          "CREATE USER",
          "EVENT",
          "TRIGGER",
          "CREATE TABLESPACE",
          "DELETE HISTORY",
          "SET USER",
          "FEDERATED ADMIN",
          "CONNECTION ADMIN",
          "READ_ONLY ADMIN",
          "REPLICATION SLAVE ADMIN",
          "REPLICATION MASTER ADMIN",
          "BINLOG ADMIN",
          "BINLOG REPLAY",
          "SLAVE MONITOR",
          "SHOW CREATE ROUTINE");

  private static final String ACCOUNTS =
      "SELECT user, host, COALESCE(JSON_VALUE(priv, '$.access'), '0') AS access,"
          + " COALESCE(JSON_VALUE(priv, '$.is_role'), '') AS is_role FROM mysql.global_priv"
          + " ORDER BY user, host";

  @Override
  public List<Account> accounts(Connection connection) throws SQLException {
    List<Account> accounts = new ArrayList<>();
    for (Row row : Queries.rows(connection, ACCOUNTS, Function.identity())) {
      boolean role = row.text("is_role").equals("1") || row.text("is_role").equals("true");
      accounts.add(
          new Account(
              accounts.size(),
              row.text("user"),
              row.text("host"),
              role,
              globals(row.text("access")),
              Map.of()));
    }
    return List.copyOf(accounts);
  }

  static Set<String> globals(String access) {
    BigInteger bits = new BigInteger(access);
    Set<String> globals = new TreeSet<>();
    for (int bit = 0; bit < BITS.size(); bit++) {
      if (bits.testBit(bit)) {
        globals.add(BITS.get(bit));
      }
    }
    return globals;
  }

  @Override
  public List<RoleEdge> edges(Connection connection, List<Account> accounts) throws SQLException {
    List<RoleEdge> edges = new ArrayList<>();
    for (Row row :
        Queries.rows(
            connection,
            "SELECT user, host, role, admin_option FROM mysql.roles_mapping",
            Function.identity())) {
      int role = ServerRoles.number(accounts, row.text("role"), "");
      int member = ServerRoles.number(accounts, row.text("user"), row.text("host"));
      if (role >= 0 && member >= 0) {
        edges.add(new RoleEdge(role, member, row.text("admin_option").equals("Y"), false));
      }
    }
    return List.copyOf(edges);
  }

  @Override
  public Map<Integer, Set<Integer>> defaults(Connection connection, List<Account> accounts)
      throws SQLException {
    Map<Integer, Set<Integer>> defaults = new HashMap<>();
    for (Row row :
        Queries.rows(
            connection,
            "SELECT user, host, COALESCE(JSON_VALUE(priv, '$.default_role'), '') AS role"
                + " FROM mysql.global_priv",
            Function.identity())) {
      if (!row.text("role").isEmpty()) {
        ServerRoles.add(
            defaults,
            ServerRoles.number(accounts, row.text("user"), row.text("host")),
            ServerRoles.number(accounts, row.text("role"), ""));
      }
    }
    return Map.copyOf(defaults);
  }
}
