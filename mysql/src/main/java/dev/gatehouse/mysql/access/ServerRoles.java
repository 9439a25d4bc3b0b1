package dev.gatehouse.mysql.access;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.mysql.access.Settings.Patterns;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Product.Version;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Accounts, what they have on the whole server, and their roles: each product keeps them its way.
 */
sealed interface ServerRoles permits MySqlRoles, MariaDbRoles {
  /** The first MySQL with partial revokes, for which the lookup of databases was written anew. */
  Version RESTRICTIONS = new Version(8, 0, 16);

  /** The oldest MySQL after those of which it was seen what it does. */
  Version SEEN = new Version(9, 7, 0);

  static ServerRoles of(Product product) {
    return product.rolesAreAccounts() ? new MySqlRoles() : new MariaDbRoles();
  }

  /** By number. */
  List<Account> accounts(Connection connection) throws SQLException;

  List<RoleEdge> edges(Connection connection, List<Account> accounts) throws SQLException;

  /** By the number of each account that has one, the roles that its logins begin with. */
  Map<Integer, Set<Integer>> defaults(Connection connection, List<Account> accounts)
      throws SQLException;

  default Settings withDefaults(Connection connection, Settings settings, List<Account> accounts)
      throws SQLException {
    return new Settings(
        settings.rolesAreAccounts(),
        settings.allRolesActive(),
        settings.literalNames(),
        settings.foldedNames(),
        settings.patterns(),
        settings.altersForeign(),
        defaults(connection, accounts));
  }

  static Settings settings(Connection connection, Product product) throws SQLException {
    Map<String, String> variables = variables(connection);
    return new Settings(
        product.rolesAreAccounts(),
        variables.getOrDefault("activate_all_roles_on_login", "OFF").equals("ON"),
        variables.getOrDefault("partial_revokes", "OFF").equals("ON"),
        !variables.getOrDefault("lower_case_table_names", "0").equals("0"),
        patterns(product.version()),
        !product.rolesAreAccounts() || product.version().compareTo(SEEN) < 0,
        Map.of());
  }

  private static Patterns patterns(Version version) {
    return version.compareTo(RESTRICTIONS) < 0
        ? Patterns.ALL
        : version.compareTo(SEEN) < 0 ? Patterns.FIRST_AT_LEAST : Patterns.FIRST;
  }

  static Map<String, String> variables(Connection connection) throws SQLException {
    Map<String, String> variables = new HashMap<>();
    for (Row row :
        Queries.rows(
            connection,
            "SHOW GLOBAL VARIABLES WHERE variable_name IN ('activate_all_roles_on_login',"
                + " 'activate_mandatory_roles', 'mandatory_roles', 'partial_revokes',"
                + " 'lower_case_table_names')",
            Function.identity())) {
      variables.put(row.text("variable_name").toLowerCase(Locale.ROOT), row.text("value"));
    }
    return variables;
  }

  /** The number of an account; -1 when there is none. */
  static int number(List<Account> accounts, String user, String host) {
    return accounts.stream()
        .filter(account -> account.is(user, host))
        .mapToInt(Account::number)
        .findFirst()
        .orElse(-1);
  }

  static void add(Map<Integer, Set<Integer>> defaults, int account, int role) {
    if (account >= 0 && role >= 0) {
      defaults.computeIfAbsent(account, key -> new HashSet<>()).add(role);
    }
  }
}
