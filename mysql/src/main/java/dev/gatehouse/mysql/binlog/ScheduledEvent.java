package dev.gatehouse.mysql.binlog;

import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The head of CREATE, ALTER or DROP EVENT. In a copy no event may be executed, so whether it would
 * be is taken down here: the statuses are those of {@code information_schema.events}.
 */
final class ScheduledEvent {
  static final String ENABLED = "ENABLED";
  private static final String DISABLED = "DISABLED";

  private final String sql;
  private final List<ScriptToken> tokens;
  private final List<String> written;
  private String name = "";
  private boolean conditional;
  private Optional<String> renamed = Optional.empty();
  private Optional<String> status = Optional.empty();
  private int statusAt = -1;
  private int insertAt = -1;

  private ScheduledEvent(String sql) {
    this.sql = sql;
    this.tokens = SqlTokens.of(sql);
    this.written = SqlTokens.written(sql);
  }

  static ScheduledEvent of(String sql) {
    ScheduledEvent event = new ScheduledEvent(sql);
    event.read();
    return event;
  }

  private void read() {
    int at = 0;
    while (at < tokens.size() && !tokens.get(at).is("event")) {
      at++;
    }
    at++;
    while (is(at, "if") || is(at, "not") || is(at, "exists")) {
      conditional = true;
      at++;
    }
    name = name(at);
    at = behind(at);
    for (; at < tokens.size() && !(is(at, "do") && tokens.get(at).depth() == 0); at++) {
      if (tokens.get(at).depth() > 0) {
        continue;
      }
      if (is(at, "rename") && is(at + 1, "to")) {
        renamed = Optional.of(name(at + 2));
        at = behind(at + 2) - 1;
      } else if (is(at, "enable")) {
        status = Optional.of(ENABLED);
        statusAt = at;
      } else if (is(at, "disable")) {
        status = Optional.of(is(at + 1, "on") ? "SLAVESIDE_DISABLED" : DISABLED);
        statusAt = at;
      } else if (is(at, "comment") && insertAt < 0) {
        insertAt = at;
      }
    }
    insertAt = insertAt < 0 ? at : insertAt;
  }

  private boolean is(int at, String word) {
    return at < tokens.size() && tokens.get(at).is(word);
  }

  /** As it is written, behind a database or not. */
  private String name(int at) {
    int last = behind(at) - 1;
    return last < written.size() ? written.get(last) : "";
  }

  private int behind(int name) {
    boolean qualified = name + 2 < tokens.size() && tokens.get(name + 1).isSign('.');
    return qualified ? name + 3 : name + 1;
  }

  /** The statement, behind which the event is executed by nobody. */
  String disabled() {
    if (tokens.get(0).is("drop") || status.filter(told -> !told.equals(ENABLED)).isPresent()) {
      return sql;
    }
    if (statusAt >= 0) {
      return SqlTokens.replaced(sql, statusAt, "DISABLE");
    }
    return tokens.get(0).is("create") && insertAt < tokens.size()
        ? SqlTokens.replaced(sql, insertAt, "DISABLE " + written.get(insertAt))
        : sql;
  }

  /**
   * What the statement makes of the statuses.
   *
   * @param statuses by name, which compares as the server's names do
   */
  void apply(Map<String, String> statuses) {
    if (tokens.get(0).is("create")) {
      if (!(conditional && statuses.containsKey(name))) {
        statuses.put(name, status.orElse(ENABLED));
      }
      return;
    }
    String before = statuses.remove(name);
    if (tokens.get(0).is("alter") && before != null) {
      statuses.put(renamed.orElse(name), status.orElse(before));
    }
  }
}
