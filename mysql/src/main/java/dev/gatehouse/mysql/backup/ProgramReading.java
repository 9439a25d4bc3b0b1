package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.backup.Definition.Kind;
import dev.gatehouse.mysql.session.Accounts;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.PrintedSql;
import dev.gatehouse.mysql.sql.Qualifiers;
import dev.gatehouse.mysql.sql.SqlNames;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what is made behind the rows: routines, views, triggers and events. */
record ProgramReading(
    Connection connection, Product product, String database, List<Definition> definitions) {
  private static final String ROUTINES =
      "SELECT routine_name, routine_type FROM information_schema.routines"
          + " WHERE routine_schema = DATABASE() ORDER BY routine_type, routine_name";
  private static final String TRIGGERS =
      "SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = DATABASE()"
          + " ORDER BY event_object_table, event_manipulation, action_timing, action_order";
  private static final String EVENTS =
      "SELECT event_name, status FROM information_schema.events WHERE event_schema = DATABASE()"
          + " ORDER BY event_name";
  private static final Pattern STATUS =
      Pattern.compile(" (ENABLE|DISABLE ON (?:SLAVE|REPLICA)|DISABLE)(?= (?:COMMENT|DO)\\b)");

  /**
   * @param views their names
   */
  void all(List<String> views) throws SQLException {
    for (Row row : rows(ROUTINES)) {
      routine(Kind.valueOf(row.text("routine_type").replace(' ', '_')), row.text("routine_name"));
    }
    views(views);
    for (Row row : rows(TRIGGERS)) {
      Row shown = show(Kind.TRIGGER, row.text("trigger_name"));
      program(Kind.TRIGGER, row.text("trigger_name"), "SQL Original Statement", shown, "");
    }
    for (Row row : rows(EVENTS)) {
      Row shown = show(Kind.EVENT, row.text("event_name"));
      program(Kind.EVENT, row.text("event_name"), "Create Event", shown, row.text("status"));
    }
  }

  private void routine(Kind kind, String name) throws SQLException {
    String words = kind.words();
    String column = "Create " + words;
    program(kind, name, column, show(kind, name), "");
  }

  private Row show(Kind kind, String name) throws SQLException {
    return SchemaReading.shown(
        connection, "SHOW CREATE " + kind.words() + " " + SqlNames.quoted(name));
  }

  private void program(Kind kind, String name, String column, Row shown, String status)
      throws SQLException {
    String text = shown.text(column);
    if (text.isEmpty()) {
      throw unreadable(kind, name);
    }
    if (kind == Kind.TRIGGER) {
      text = withoutDatabase(text, database);
    }
    Map<String, String> settings = settings(text, shown);
    settings.put("sql_mode", shown.text("sql_mode"));
    settings.put("database_collation", shown.text("Database Collation"));
    if (kind == Kind.EVENT) {
      settings.put("time_zone", shown.text("time_zone"));
      text =
          disabled(text)
              .orElseThrow(
                  () -> new SQLException("event " + name + " is printed without its status"));
    }
    definitions.add(new Definition(kind, name, text, settings, status));
  }

  /** A trigger is printed as somebody wrote it, perhaps with the database it is in. */
  static String withoutDatabase(String text, String database) {
    List<ScriptToken> tokens = SqlTokens.of(text);
    int end = 0;
    while (end < tokens.size() && !tokens.get(end).is("for")) {
      end++;
    }
    return Qualifiers.without(text, database, end);
  }

  /**
   * In which character set the client sent the text decides how its letters were read. What is not
   * ASCII is sent as UTF-8 when it is made again.
   */
  private static Map<String, String> settings(String text, Row shown) {
    boolean ascii = text.chars().allMatch(c -> c < 0x80);
    Map<String, String> settings = new TreeMap<>();
    settings.put("character_set_client", ascii ? shown.text("character_set_client") : "utf8mb4");
    settings.put("collation_connection", shown.text("collation_connection"));
    return settings;
  }

  /** The text of an event, disabled; empty where it does not say whether it is. */
  static Optional<String> disabled(String text) {
    Matcher status = STATUS.matcher(PrintedSql.of(text).bare());
    return status.find()
        ? Optional.of(
            text.substring(0, status.start(1)) + "DISABLE" + text.substring(status.end(1)))
        : Optional.empty();
  }

  /** The text of an event that is disabled, enabled. */
  static String enabled(String text) {
    Matcher status = STATUS.matcher(PrintedSql.of(text).bare());
    return status.find()
        ? text.substring(0, status.start(1)) + "ENABLE" + text.substring(status.end(1))
        : text;
  }

  /** Each behind those that it names. */
  private void views(List<String> names) throws SQLException {
    Map<String, Definition> left = new TreeMap<>();
    for (String name : names) {
      Row shown = show(Kind.VIEW, name);
      if (shown.text("Create View").isEmpty()) {
        throw unreadable(Kind.VIEW, name);
      }
      String text = PrintedSql.of(shown.text("Create View")).within(database);
      left.put(name, new Definition(Kind.VIEW, name, text, settings(text, shown), ""));
    }
    while (!left.isEmpty()) {
      Definition next =
          left.values().stream()
              .filter(view -> left.keySet().stream().noneMatch(other -> names(view, other)))
              .findFirst()
              .orElse(left.values().iterator().next());
      definitions.add(next);
      left.remove(next.name());
    }
  }

  private static boolean names(Definition view, String other) {
    return !view.name().equals(other) && view.sql().contains(SqlNames.quoted(other));
  }

  private List<Row> rows(String sql) throws SQLException {
    return Queries.rows(connection, sql, Function.identity());
  }

  private Refusal unreadable(Kind kind, String name) throws SQLException {
    return unreadable(connection, product, kind.words().toLowerCase(Locale.ROOT) + " " + name);
  }

  private static Refusal unreadable(Connection session, Product product, String what)
      throws SQLException {
    String right = product.routineReaders().get(0);
    String here = SqlNames.quoted(Queries.one(session, "SELECT DATABASE()")) + ".*";
    return new Refusal(
        Finding.of("backup.unreadable", "the account may not read the definition of " + what)
            .withExpected("every definition, with its body")
            .withFound("the server prints none")
            .withFix(
                "GRANT "
                    + right.replace(" this", " " + here)
                    + " TO "
                    + Accounts.current(session)));
  }
}
