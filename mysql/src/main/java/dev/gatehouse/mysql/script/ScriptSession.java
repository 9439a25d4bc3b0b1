package dev.gatehouse.mysql.script;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.ScriptReader.Cause;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.dialect.ScriptReader.SessionState;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.SqlNames;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Settings, role, default database and variables of a session before scripts. Few settings may
 * stand in the text of a script; a routine that it calls may change any.
 *
 * <p>Variables are known by the text of the scripts, and by the server's list of them where the
 * account may read it. Each is NULL afterwards, as if it had never been set: sessions for effects
 * are new, and have none of their own.
 */
final class ScriptSession implements SessionState {
  /** They tell of the moment, or of the last statement. */
  private static final Set<String> MOVING =
      Set.of(
          ("timestamp insert_id last_insert_id identity rand_seed1 rand_seed2 warning_count"
                  + " error_count in_transaction last_gtid gtid_binlog_pos gtid_binlog_state"
                  + " gtid_current_pos gtid_slave_pos gtid_executed gtid_owned gtid_purged"
                  + " gtid_seq_no pseudo_thread_id original_commit_timestamp")
              .split(" "));

  /** Frozen, or not: SYSDATE() does not heed it. */
  private static final String TIME_STANDS =
      "SELECT ABS(UNIX_TIMESTAMP() - UNIX_TIMESTAMP(SYSDATE())) > 2";

  private final Connection connection;
  private final Map<String, String> settings;
  private final Set<String> variables;
  private final String role;
  private final String database;

  private ScriptSession(
      Connection connection,
      Map<String, String> settings,
      Set<String> variables,
      String role,
      String database) {
    this.connection = connection;
    this.settings = settings;
    this.variables = variables;
    this.role = role;
    this.database = database;
  }

  static ScriptSession of(Connection connection, List<ScriptStatement> scripts)
      throws SQLException {
    Set<String> variables = new TreeSet<>();
    for (ScriptStatement statement : scripts) {
      variables.addAll(variables(SqlTokens.of(statement.sql())));
    }
    return new ScriptSession(
        connection, settings(connection), variables, role(connection), database(connection));
  }

  /** What stands behind one {@code @}; behind two stands a setting. */
  private static Set<String> variables(List<ScriptToken> tokens) {
    Set<String> names = new TreeSet<>();
    for (int i = 1; i < tokens.size(); i++) {
      boolean one = tokens.get(i - 1).isSign('@') && (i < 2 || !tokens.get(i - 2).isSign('@'));
      if (one && tokens.get(i).names()) {
        names.add(tokens.get(i).text().toLowerCase(Locale.ROOT));
      }
    }
    return names;
  }

  private static Map<String, String> settings(Connection connection) throws SQLException {
    Map<String, String> settings = new TreeMap<>();
    for (Row row : Queries.rows(connection, "SHOW SESSION VARIABLES", Function.identity())) {
      String name = row.text("variable_name");
      if (!MOVING.contains(name)) {
        settings.put(name, row.text("value"));
      }
    }
    return settings;
  }

  private static String role(Connection connection) throws SQLException {
    return Queries.one(connection, "SELECT CURRENT_ROLE()");
  }

  private static String database(Connection connection) throws SQLException {
    return Queries.one(connection, "SELECT DATABASE()");
  }

  @Override
  public List<String> restore() throws SQLException {
    List<String> changed = new ArrayList<>();
    // First how texts are read, then everything that is written as one.
    restore("sql_mode", settings(connection), changed);
    Map<String, String> now = settings(connection);
    for (String name : settings.keySet()) {
      restore(name, now, changed);
    }
    if (Queries.one(connection, TIME_STANDS).equals("1")) {
      Queries.run(connection, "SET SESSION timestamp = DEFAULT");
      changed.add("timestamp");
    }
    if (!role(connection).equals(role)) {
      Queries.run(connection, "SET ROLE " + (role.isEmpty() ? "NONE" : roles()));
      changed.add("role");
    }
    if (!database(connection).equals(database)) {
      Queries.run(connection, "USE " + SqlNames.quoted(database));
      changed.add("default database");
    }
    forget(changed);
    return changed;
  }

  /** MySQL lists them as SET ROLE takes them, MariaDB has one, as a bare name. */
  private String roles() {
    return role.startsWith("`") || role.equals("NONE") ? role : SqlNames.quoted(role);
  }

  private void restore(String name, Map<String, String> now, List<String> changed)
      throws SQLException {
    String before = settings.getOrDefault(name, "");
    if (before.equals(now.getOrDefault(name, ""))) {
      return;
    }
    boolean number = before.matches("-?\\d+(\\.\\d+)?");
    String value = number ? before : "'" + before.replace("'", "''") + "'";
    try {
      Queries.run(connection, "SET SESSION `" + name + "` = " + value);
      changed.add(name);
    } catch (SQLException e) {
      if (!ErrorCodes.isNoSetting(e)) {
        throw e;
      }
      // It is the server's, and somebody else has changed it.
    }
  }

  private void forget(List<String> changed) throws SQLException {
    Set<String> known = new TreeSet<>(variables);
    known.addAll(listed());
    for (String name : known) {
      String variable = "@`" + name.replace("`", "``") + "`";
      if (Queries.one(connection, "SELECT " + variable + " IS NOT NULL").equals("1")) {
        Queries.run(connection, "SET " + variable + " = NULL");
        changed.add("@" + name);
      }
    }
  }

  /** Those that routines have set, where the account may see them. */
  private List<String> listed() throws SQLException {
    try {
      return Queries.column(connection, Products.of(connection).variablesQuestion());
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e) || ErrorCodes.isGone(e)) {
        return List.of();
      }
      throw e;
    }
  }

  @Override
  public Optional<Cause> cause(SQLException error) {
    return Optional.empty();
  }
}
