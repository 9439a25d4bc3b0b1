package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.dialect.ScriptReader.Cause;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.dialect.ScriptReader.SessionState;
import dev.gatehouse.postgres.session.HiddenRows;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Search path, role and settings of a session before scripts. The settings of a transaction itself
 * cannot be set back and are no script's, see {@link ScriptRules}.
 *
 * <p>Settings that are nobody's, such as {@code app.tenant}, the server does not list: RESET ALL
 * takes whatever scripts and the functions they call have set. What such a setting was before them
 * is known where a text names it; one that had never been set is an empty text afterwards.
 */
final class ScriptSession implements SessionState {
  private static final Pattern CUSTOM =
      Pattern.compile(
          "(?:(?:set_config|current_setting)\\s*\\(\\s*'"
              + "|\\bset\\s+(?:session\\s+|local\\s+)?)([a-z_]\\w*\\.\\w+)",
          Pattern.CASE_INSENSITIVE);

  private static final String IDENTITY =
      "SELECT current_setting('session_authorization') AS account,"
          + " current_setting('role') AS role";

  private record Identity(String account, String role) {
    static Identity of(Row row) {
      return new Identity(row.text("account"), row.text("role"));
    }
  }

  private final Connection connection;
  private final String path;
  private final Identity identity;
  private final Map<String, String> settings;
  private final HiddenRelations hidden;
  private final RoleOfSessions role;
  private Map<String, String> schemas;
  private ChangedRows counted;
  private final Map<String, String> custom = new HashMap<>();

  private ScriptSession(
      Connection connection,
      String path,
      Identity identity,
      Map<String, String> settings,
      HiddenRelations hidden,
      RoleOfSessions role,
      Map<String, String> schemas,
      ChangedRows counted) {
    this.connection = connection;
    this.path = path;
    this.identity = identity;
    this.settings = settings;
    this.hidden = hidden;
    this.role = role;
    this.schemas = schemas;
    this.counted = counted;
  }

  static ScriptSession of(Connection connection, List<ScriptStatement> scripts)
      throws SQLException {
    ScriptSession session =
        new ScriptSession(
            connection,
            Queries.path(connection),
            identity(connection),
            settings(connection),
            HiddenRelations.before(connection),
            RoleOfSessions.now(connection),
            schemas(connection),
            ChangedRows.now(connection));
    for (String text : texts(connection, scripts)) {
      Matcher names = CUSTOM.matcher(text);
      while (names.find()) {
        session.custom.put(names.group(1), value(connection, names.group(1)));
      }
    }
    return session;
  }

  /** The scripts, and the bodies of functions that they may call. */
  private static List<String> texts(Connection connection, List<ScriptStatement> scripts)
      throws SQLException {
    List<String> texts = new ArrayList<>(scripts.stream().map(ScriptStatement::sql).toList());
    texts.addAll(
        Queries.column(
            connection,
            "SELECT prosrc FROM pg_catalog.pg_proc WHERE oid >= 16384"
                + " AND prosrc ~* '(set_config|current_setting|set\\s+\\w+\\.)'"));
    return texts;
  }

  private static Identity identity(Connection connection) throws SQLException {
    return Identity.of(Queries.one(connection, IDENTITY));
  }

  private static String value(Connection connection, String custom) throws SQLException {
    return Queries.pinned(connection, "SELECT current_setting(?, true)", custom);
  }

  /** What was set since the session began; the rest is what RESET makes of it. */
  private static Map<String, String> settings(Connection connection) throws SQLException {
    Map<String, String> settings = new HashMap<>();
    for (Row row :
        Queries.rows(
            connection,
            "SELECT name, setting FROM pg_catalog.pg_settings WHERE source = 'session'"
                + " AND name NOT IN ('search_path', 'role', 'session_authorization',"
                + " 'transaction_isolation', 'transaction_read_only', 'transaction_deferrable')",
            Function.identity())) {
      settings.put(row.text("name"), row.text("setting"));
    }
    return settings;
  }

  /** Names by oid. */
  private static Map<String, String> schemas(Connection connection) throws SQLException {
    Map<String, String> schemas = new LinkedHashMap<>();
    for (Row row :
        Queries.rows(
            connection,
            "SELECT oid, nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' ORDER BY 2",
            Function.identity())) {
      schemas.put(row.text("oid"), row.text("nspname"));
    }
    return schemas;
  }

  @Override
  public List<String> besides(long rows) throws SQLException {
    ChangedRows before = counted;
    counted = ChangedRows.now(connection);
    List<String> besides = new ArrayList<>(counted.besides(before, rows));
    besides.addAll(takenNames());
    return List.copyOf(besides);
  }

  /** A schema that takes the name of another: what names it means other tables from then on. */
  private List<String> takenNames() throws SQLException {
    Map<String, String> before = schemas;
    Map<String, String> now = schemas(connection);
    schemas = now;
    List<String> taken = new ArrayList<>();
    now.forEach(
        (oid, name) -> {
          boolean renamed = before.containsKey(oid) && !name.equals(before.get(oid));
          if (renamed && before.containsValue(name)) {
            taken.add("schema " + name + " is now what was " + before.get(oid));
          }
        });
    before.forEach(
        (oid, name) -> {
          boolean renamed = now.containsKey(oid) && !name.equals(now.get(oid));
          if (renamed && now.containsValue(name)) {
            taken.add("what was " + name + " is now " + now.get(oid));
          }
        });
    return List.copyOf(taken);
  }

  @Override
  public List<String> restore() throws SQLException {
    List<String> changed = new ArrayList<>(becomeAgain());
    Map<String, String> now = settings(connection);
    Set<String> names = new TreeSet<>(now.keySet());
    names.addAll(settings.keySet());
    names.removeIf(name -> settings.containsKey(name) && settings.get(name).equals(now.get(name)));
    changed.addAll(names);
    for (Map.Entry<String, String> one : custom.entrySet()) {
      if (!value(connection, one.getKey()).equals(one.getValue())) {
        changed.add(one.getKey());
      }
    }
    if (!Queries.path(connection).equals(path)) {
      changed.add("search_path");
    }
    Queries.run(connection, "RESET ALL");
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.putAll(custom);
    all.put("search_path", path);
    set(all);
    hidden.refuse(connection);
    role.requireSame(connection);
    return changed;
  }

  /** The account of the session first: it decides which roles it may take. */
  private List<String> becomeAgain() throws SQLException {
    List<String> changed = new ArrayList<>();
    if (!identity(connection).account().equals(identity.account())) {
      Queries.run(connection, "SET SESSION AUTHORIZATION " + SqlNames.quoted(identity.account()));
      changed.add("session authorization");
    }
    if (!identity(connection).role().equals(identity.role())) {
      set(Map.of("role", identity.role()));
      changed.add("role");
    }
    return changed;
  }

  private void set(Map<String, String> values) throws SQLException {
    String calls =
        values.keySet().stream()
            .map(name -> "pg_catalog.set_config(?, ?, false)")
            .collect(Collectors.joining(", "));
    try (var statement = connection.prepareStatement("SELECT " + calls)) {
      int at = 1;
      for (Map.Entry<String, String> one : values.entrySet()) {
        statement.setString(at++, one.getKey());
        statement.setString(at++, one.getValue());
      }
      statement.execute();
    }
  }

  @Override
  public Optional<Cause> cause(SQLException error) {
    if (HiddenRows.refused(error)) {
      return Optional.of(
          Cause.of(
              HiddenRows.WORDS,
              "begin the script with SET row_security = on, if its statements are to meet the"
                  + " policies; it ends with the script"));
    }
    return switch (SqlStates.of(error)) {
      case "55P04" -> Optional.of(new Cause("", Optional.of(NewEnumValues.FIX)));
      case "42P06", "42P07", "42701", "42710", "42723" -> Optional.of(Cause.THERE_ALREADY);
      case "3F000", "42P01", "42883", "42704" ->
          Optional.of(
              new Cause("search_path where the script began: " + shown(), Optional.empty()));
      default -> Optional.empty();
    };
  }

  private String shown() {
    return path.isEmpty() || path.equals("\"\"") ? "none" : path;
  }
}
