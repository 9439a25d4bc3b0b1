package dev.gatehouse.mysql.access;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** MySQL's: roles are accounts, and some of them may be mandatory for all. */
record MySqlRoles() implements ServerRoles {
  private static final String DYNAMIC =
      "SELECT user, host, priv, with_grant_option FROM mysql.global_grants";

  @Override
  public List<Account> accounts(Connection connection) throws SQLException {
    List<String> columns = GrantReading.privilegeColumns(connection, "user");
    boolean restricted =
        Queries.exists(
            connection,
            "SELECT 1 FROM information_schema.columns WHERE table_schema = 'mysql'"
                + " AND table_name = 'user' AND column_name = 'User_attributes'");
    Map<List<String>, Set<String>> dynamic = new HashMap<>();
    for (Row row : Queries.rows(connection, DYNAMIC, Function.identity())) {
      dynamic
          .computeIfAbsent(List.of(row.text("user"), row.text("host")), key -> new TreeSet<>())
          .add(row.text("priv").toUpperCase(Locale.ROOT));
    }
    List<Account> accounts = new ArrayList<>();
    // never a column that holds what proves who somebody is
    for (Row row :
        Queries.rows(
            connection,
            "SELECT user, host, "
                + String.join(", ", columns)
                + (restricted
                    ? ", JSON_EXTRACT(user_attributes, '$.Restrictions') AS restrictions"
                    : ", '' AS restrictions")
                + " FROM mysql.user ORDER BY user, host",
            Function.identity())) {
      Set<String> globals = GrantReading.privileges(row, columns);
      globals.addAll(dynamic.getOrDefault(List.of(row.text("user"), row.text("host")), Set.of()));
      accounts.add(
          new Account(
              accounts.size(),
              row.text("user"),
              row.text("host"),
              false,
              globals,
              restrictions(row.text("restrictions"))));
    }
    return List.copyOf(accounts);
  }

  private static Map<String, Set<String>> restrictions(String json) {
    Map<String, Set<String>> taken = new HashMap<>();
    if (!json.isEmpty()) {
      Map<String, Object> all =
          Json.parse(("{\"all\":" + json + "}").getBytes(StandardCharsets.UTF_8));
      for (Object one : (List<?>) all.getOrDefault("all", List.of())) {
        Map<?, ?> restriction = (Map<?, ?>) one;
        Set<String> privileges = new HashSet<>();
        if (restriction.get("Privileges") instanceof List<?> words) {
          words.forEach(word -> privileges.add(String.valueOf(word)));
        }
        taken.put(String.valueOf(restriction.get("Database")), privileges);
      }
    }
    return taken;
  }

  @Override
  public List<RoleEdge> edges(Connection connection, List<Account> accounts) throws SQLException {
    List<RoleEdge> edges = new ArrayList<>();
    for (Row row :
        Queries.rows(
            connection,
            "SELECT from_user, from_host, to_user, to_host, with_admin_option"
                + " FROM mysql.role_edges",
            Function.identity())) {
      int role = ServerRoles.number(accounts, row.text("from_user"), row.text("from_host"));
      int member = ServerRoles.number(accounts, row.text("to_user"), row.text("to_host"));
      if (role >= 0 && member >= 0) {
        edges.add(new RoleEdge(role, member, row.text("with_admin_option").equals("Y"), false));
      }
    }
    for (int role : mandatory(connection, accounts)) {
      for (Account account : accounts) {
        boolean has =
            edges.stream()
                .anyMatch(edge -> edge.role() == role && edge.member() == account.number());
        if (account.number() != role && !has) {
          edges.add(new RoleEdge(role, account.number(), false, true));
        }
      }
    }
    return List.copyOf(edges);
  }

  private static List<Integer> mandatory(Connection connection, List<Account> accounts)
      throws SQLException {
    List<Integer> roles = new ArrayList<>();
    for (List<String> named :
        names(ServerRoles.variables(connection).getOrDefault("mandatory_roles", ""))) {
      int role = ServerRoles.number(accounts, named.get(0), named.get(1));
      if (role >= 0) {
        roles.add(role);
      }
    }
    return roles;
  }

  /** {@code role1, `role2`@`%`}: user and host of each. */
  static List<List<String>> names(String list) {
    List<List<String>> names = new ArrayList<>();
    String plain = list.replace('\'', '`').replace('"', '`');
    List<ScriptToken> tokens = SqlTokens.of(plain);
    List<String> written = SqlTokens.written(plain);
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).names() && (i == 0 || tokens.get(i - 1).isSign(','))) {
        boolean host = i + 2 < tokens.size() && tokens.get(i + 1).isSign('@');
        StringBuilder at = new StringBuilder();
        for (int j = i + 2; host && j < tokens.size() && !tokens.get(j).isSign(','); j++) {
          at.append(written.get(j));
        }
        names.add(List.of(written.get(i), host ? at.toString() : "%"));
      }
    }
    return names;
  }

  @Override
  public Map<Integer, Set<Integer>> defaults(Connection connection, List<Account> accounts)
      throws SQLException {
    Map<Integer, Set<Integer>> defaults = new HashMap<>();
    for (Row row :
        Queries.rows(
            connection,
            "SELECT user, host, default_role_user, default_role_host FROM mysql.default_roles",
            Function.identity())) {
      ServerRoles.add(
          defaults,
          ServerRoles.number(accounts, row.text("user"), row.text("host")),
          ServerRoles.number(
              accounts, row.text("default_role_user"), row.text("default_role_host")));
    }
    if (ServerRoles.variables(connection)
        .getOrDefault("activate_mandatory_roles", "OFF")
        .equals("ON")) {
      for (int role : mandatory(connection, accounts)) {
        accounts.forEach(account -> ServerRoles.add(defaults, account.number(), role));
      }
    }
    return Map.copyOf(defaults);
  }
}
