package dev.gatehouse.mysql.access;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A random graph of accounts, roles and grants on three databases whose names are alike. */
final class RandomGrants {
  static final List<String> USERS = List.of("ua", "ub", "uc");
  static final List<String> ROLES = List.of("ra", "rb", "rc");
  private static final List<String> HOSTS =
      List.of("127.0.0.1", "localhost", "127.%", "127.0.0.0/255.0.0.0", "local%", "192.168.0.1");
  private static final List<String> RIGHTS =
      List.of("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE");
  private static final List<String> DDL =
      List.of(
          "SELECT",
          "INSERT",
          "UPDATE",
          "DELETE",
          "CREATE",
          "DROP",
          "ALTER",
          "INDEX",
          "REFERENCES",
          "TRIGGER",
          "CREATE VIEW",
          "SHOW VIEW",
          "CREATE ROUTINE",
          "ALTER ROUTINE",
          "EXECUTE",
          "EVENT",
          "LOCK TABLES",
          "CREATE TEMPORARY TABLES");

  private final Stage stage;
  private final Random random;
  private final List<String> log = new ArrayList<>();
  private final List<String> grantees = new ArrayList<>();

  RandomGrants(Stage stage, long seed) {
    this.stage = stage;
    this.random = new Random(seed);
  }

  List<String> log() {
    return log;
  }

  static List<String> databases() {
    return List.of("{db}", "{db._a}", "{db.xa}");
  }

  /** Rights on definitions instead, on tables, views and routines as well. */
  RandomGrants fillForDefinitions() throws SQLException {
    stage.database("_a").database("xa").named(ROLES.toArray(String[]::new));
    for (String database : databases()) {
      run("CREATE TABLE `" + database + "`.t (a INT PRIMARY KEY)");
      run("CREATE VIEW `" + database + "`.v AS SELECT 1 AS a");
      run("CREATE PROCEDURE `" + database + "`.p() DO 0");
    }
    roles();
    hosts();
    stage.database("sand");
    for (String grantee : grantees) {
      run("GRANT ALL ON " + stage.exactly("db.sand") + " TO " + grantee);
    }
    for (int i = 0; i < 40; i++) {
      String right = any(DDL);
      String where =
          switch (random.nextInt(8)) {
            case 0 -> "*.*";
            case 1, 2, 3 -> "`" + pattern() + "`.*";
            default -> object(right, "`" + any(databases()) + "`.");
          };
      run("GRANT " + right + " ON " + where + " TO " + any(grantees));
    }
    for (int i = 0; i < 5; i++) {
      revoke();
    }
    return this;
  }

  private static String object(String right, String database) {
    return switch (right) {
      case "CREATE ROUTINE", "EVENT", "LOCK TABLES", "CREATE TEMPORARY TABLES" -> database + "*";
      case "ALTER ROUTINE", "EXECUTE" -> "PROCEDURE " + database + "p";
      case "CREATE VIEW", "SHOW VIEW" -> database + "v";
      default -> database + "t";
    };
  }

  RandomGrants fill() throws SQLException {
    stage.database("_a").database("xa").named(ROLES.toArray(String[]::new));
    for (String database : databases()) {
      run("CREATE TABLE `" + database + "`.t (a INT, b INT)");
      run("CREATE TABLE `" + database + "`.u (a INT, b INT)");
    }
    roles();
    hosts();
    for (int i = 0; i < 14; i++) {
      grant();
    }
    for (int i = 0; i < 3; i++) {
      revoke();
    }
    return this;
  }

  private void roles() throws SQLException {
    for (String role : ROLES) {
      run("CREATE ROLE " + role(role));
      grantees.add(role(role));
    }
    USERS.forEach(user -> grantees.add("'{" + user + "}'@'%'"));
    for (String user : USERS) {
      for (String role : ROLES) {
        if (random.nextInt(3) == 0) {
          run("GRANT " + role(role) + " TO '{" + user + "}'@'%'");
          if (random.nextBoolean()) {
            run(stage.defaultRole(role, user));
          }
        }
      }
    }
    if (random.nextBoolean()) {
      run("GRANT " + role("ra") + " TO " + role("rb"));
    }
    if (random.nextInt(3) == 0) {
      run("GRANT " + role("rb") + " TO " + role("rc"));
    }
  }

  private String role(String role) {
    return "`{" + role + "}`";
  }

  /** The same users from elsewhere, with grants of their own. */
  private void hosts() throws SQLException {
    for (String user : USERS) {
      if (random.nextInt(2) == 0) {
        String host = HOSTS.get(random.nextInt(HOSTS.size()));
        String account = "'{" + user + "}'@'" + host + "'";
        String password = stage.user(user).secret().reveal(String::new);
        stage.run("CREATE USER " + account + " IDENTIFIED BY '" + password + "'");
        log.add("CREATE USER " + account);
        grantees.add(account);
      }
    }
  }

  private void grant() throws SQLException {
    run("GRANT " + what(true) + " TO " + any(grantees));
  }

  private void revoke() throws SQLException {
    List<String> granted =
        log.stream()
            .filter(line -> line.startsWith("GRANT ") && line.contains(" ON "))
            .filter(line -> !line.startsWith("GRANT ALL "))
            .distinct()
            .filter(line -> !log.contains(revoked(line)))
            .toList();
    if (!granted.isEmpty()) {
      run(revoked(any(granted)));
    }
  }

  private static String revoked(String grant) {
    return grant.replaceFirst("GRANT", "REVOKE").replace(" TO ", " FROM ");
  }

  private String what(boolean columns) {
    String right = any(RIGHTS);
    String database = any(databases());
    return switch (random.nextInt(10)) {
      case 0 -> right + " ON *.*";
      case 1, 2, 3, 4 -> right + " ON `" + pattern() + "`.*";
      case 5, 6 -> {
        boolean on = columns && !right.equals("DELETE") && !right.equals("CREATE");
        yield right
            + (on ? " (" + any(List.of("a", "b")) + ")" : "")
            + " ON `"
            + database
            + "`."
            + any(List.of("t", "u"));
      }
      default -> right + " ON `" + database + "`." + any(List.of("t", "u"));
    };
  }

  private String pattern() {
    String plain = any(databases());
    return switch (random.nextInt(6)) {
      case 0, 1 -> plain;
      case 2 -> stage.filled(plain).replace("_", "\\_");
      case 3 -> "{db}%";
      case 4 -> stage.name("db").replace("_", "\\_") + "_a";
      default -> "{db}%a";
    };
  }

  private String any(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }

  private void run(String sql) throws SQLException {
    stage.run(sql);
    log.add(sql);
  }
}
