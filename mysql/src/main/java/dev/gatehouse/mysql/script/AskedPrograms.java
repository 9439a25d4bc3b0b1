package dev.gatehouse.mysql.script;

import dev.gatehouse.mysql.script.StatedChange.Asked;
import dev.gatehouse.mysql.session.CopyDatabase;
import dev.gatehouse.mysql.sql.PrintedSql;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How views and what holds statements would be afterwards: the server is asked to make another. */
final class AskedPrograms {
  private AskedPrograms() {}

  /**
   * A view. Names in it mean what they mean in the target.
   *
   * @param nameAt the token that names it
   */
  record View(String quoted, String sql, int nameAt) implements Asked {
    @Override
    public String words() {
      return "SHOW CREATE VIEW " + quoted + ", compared with the same view made in gatehouse";
    }

    @Override
    public List<String> rights() {
      return List.of("CREATE VIEW", "SHOW VIEW", "DROP");
    }

    @Override
    public Optional<Map<String, String>> of(Connection session, Map<String, String> before)
        throws SQLException {
      String name = "gatehouse." + quoted;
      String elsewhere = SqlTokens.replaced(sql, nameAt, name);
      return CopyDatabase.viewTried(
              session, quoted, copy -> EmptyCopy.made(copy, "VIEW", name, elsewhere))
          .map(text -> Map.of(quoted, PrintedSql.of(text).within("gatehouse")));
    }
  }

  /** A procedure or a function. */
  record Routine(String kind, String quoted, String sql) implements Asked {
    @Override
    public String words() {
      return "SHOW CREATE %s %s, compared with the same made in gatehouse".formatted(kind, quoted);
    }

    @Override
    public List<String> rights() {
      return List.of("CREATE ROUTINE", "ALTER ROUTINE");
    }

    @Override
    public Optional<Map<String, String>> of(Connection session, Map<String, String> before)
        throws SQLException {
      return EmptyCopy.created(session, kind, quoted, sql).map(after -> Map.of(quoted, after));
    }
  }

  /** A trigger on a table of the target. */
  record Trigger(String quoted, String table, String sql) implements Asked {
    @Override
    public String words() {
      return "SHOW CREATE TRIGGER "
          + quoted
          + ", compared with the same made on an empty copy of its table in gatehouse";
    }

    @Override
    public List<String> rights() {
      return List.of("ALTER", "DROP", "INDEX", "REFERENCES", "TRIGGER");
    }

    @Override
    public boolean isTellable(Connection reading, Map<String, String> now) throws SQLException {
      String state = onTable(reading);
      return state.equals(ObjectStates.ABSENT) || AskedStates.isCopied(state);
    }

    @Override
    public Optional<Map<String, String>> of(Connection session, Map<String, String> before)
        throws SQLException {
      String state = onTable(session);
      return AskedStates.isCopied(state)
          ? EmptyCopy.trigger(session, quoted, table, state, sql)
              .map(after -> Map.of(quoted, after))
          : Optional.empty();
    }

    private String onTable(Connection connection) throws SQLException {
      return new ObjectStates("TABLE", List.of(table)).now(connection).getOrDefault(table, "");
    }
  }

  /**
   * An event. The one in gatehouse is disabled, or it would be executed there.
   *
   * @param statusAt the token in whose place DISABLE is put
   * @param begins whether the event is enabled as it is written
   */
  record Event(String quoted, String sql, int statusAt, boolean begins) implements Asked {
    private static final Pattern STATUS =
        Pattern.compile("(?<= ON COMPLETION (?:NOT )?PRESERVE )DISABLE(?= )");

    @Override
    public String words() {
      return "SHOW CREATE EVENT " + quoted + ", compared with the same made disabled in gatehouse";
    }

    @Override
    public List<String> rights() {
      return List.of("EVENT");
    }

    /** When an event starts is often told by the moment of its creation. */
    @Override
    public boolean stopsClock() {
      return true;
    }

    @Override
    public Optional<Map<String, String>> of(Connection session, Map<String, String> before)
        throws SQLException {
      return EmptyCopy.event(session, quoted, disabled())
          .flatMap(this::asWritten)
          .map(after -> Map.of(quoted, after));
    }

    String disabled() {
      String word = SqlTokens.written(sql).get(statusAt);
      return switch (word.toLowerCase(Locale.ROOT)) {
        case "disable" -> sql;
        case "enable" -> SqlTokens.replaced(sql, statusAt, "DISABLE");
        default -> SqlTokens.replaced(sql, statusAt, "DISABLE " + word);
      };
    }

    private Optional<String> asWritten(String disabled) {
      Matcher status = STATUS.matcher(PrintedSql.of(disabled).bare());
      if (!begins) {
        return Optional.of(disabled);
      }
      return status.find()
          ? Optional.of(
              disabled.substring(0, status.start()) + "ENABLE" + disabled.substring(status.end()))
          : Optional.empty();
    }
  }
}
