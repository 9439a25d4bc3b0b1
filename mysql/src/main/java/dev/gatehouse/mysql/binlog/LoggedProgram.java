package dev.gatehouse.mysql.binlog;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.sql.Qualifiers;
import dev.gatehouse.mysql.sql.SqlNames;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A statement about a view, a routine, a trigger or an event. What its body names is left as it is:
 * it means the target, to which it will go, and in the copy nobody executes it. A view is not text
 * but names that are looked up when it is made.
 */
final class LoggedProgram {
  private static final Set<String> KINDS =
      Set.of("view", "trigger", "procedure", "function", "event", "package");

  private final String sql;
  private final String ours;
  private final LoggedSettings under;
  private final List<ScriptToken> tokens;
  private final int kindAt;
  private final String kind;

  LoggedProgram(String sql, String ours, LoggedSettings under) {
    this.sql = sql;
    this.ours = ours;
    this.under = under;
    this.tokens = SqlTokens.of(sql);
    int at = 0;
    while (at < tokens.size() && KINDS.stream().noneMatch(tokens.get(at)::is)) {
      at++;
    }
    this.kindAt = at;
    this.kind = at < tokens.size() ? tokens.get(at).text() : "";
  }

  /** Whether the object itself is of our database, and not only named in a body. */
  boolean isOurs() {
    int end = end();
    for (int i = kindAt; i + 1 < end; i++) {
      if (tokens.get(i).names()
          && tokens.get(i).text().equalsIgnoreCase(ours)
          && tokens.get(i + 1).isSign('.')) {
        return true;
      }
    }
    return false;
  }

  /**
   * @throws Refusal when it would be made other than it was
   */
  void require(Function<String, Refusal> refused) {
    boolean makes = begins("create") || (begins("alter") && kind.equals("view"));
    if (makes && !definerIsTold()) {
      throw refused.apply("it does not say as which account it is executed");
    }
    if (!makes && !begins("alter") && !begins("drop")) {
      throw refused.apply("nobody knows how to replay it");
    }
    if (kind.equals("event")
        && tokens.stream().anyMatch(token -> token.text().equals(SqlTokens.OPENING))) {
      throw refused.apply("an executable comment, of which nobody tells whether it was executed");
    }
    if (altersEvent() && !definerIsTold() && under.invoker().isEmpty()) {
      throw refused.apply("it is executed as whoever altered it, and nobody tells who that was");
    }
    if (tokens.stream().anyMatch(token -> token.is("soname"))) {
      throw refused.apply("it loads a library of the server");
    }
    int end = end();
    for (int i = kindAt + 1; i + 1 < end; i++) {
      if (tokens.get(i).names()
          && tokens.get(i + 1).isSign('.')
          && !tokens.get(i).text().equalsIgnoreCase(ours)) {
        throw refused.apply("it names another database, " + tokens.get(i).text());
      }
    }
  }

  boolean isEvent() {
    return kind.equals("event");
  }

  /** The same, to be executed in a copy of that name. */
  String in(String copy) {
    boolean lookedUp = kind.equals("view") || begins("drop");
    if (lookedUp) {
      return Qualifiers.replaced(sql, ours, SqlNames.quoted(copy));
    }
    String text = Qualifiers.without(sql, ours, end());
    if (kind.equals("event") && altersEvent() && !definerIsTold()) {
      String definer = "ALTER DEFINER=" + under.invoker().orElseThrow();
      text = SqlTokens.replaced(text, 0, definer);
    }
    return kind.equals("event") ? ScheduledEvent.of(text).disabled() : text;
  }

  private boolean begins(String verb) {
    return !tokens.isEmpty() && tokens.get(0).is(verb);
  }

  private boolean altersEvent() {
    return begins("alter") && kind.equals("event");
  }

  private boolean definerIsTold() {
    for (int i = 0; i + 4 < kindAt; i++) {
      if (tokens.get(i).is("definer")
          && tokens.get(i + 1).isSign('=')
          && tokens.get(i + 2).kind() == ScriptToken.Kind.NAME
          && tokens.get(i + 3).isSign('@')
          && tokens.get(i + 4).kind() == ScriptToken.Kind.NAME) {
        return true;
      }
    }
    return false;
  }

  /** Up to which token names are those of objects, and none of a body or of a query. */
  private int end() {
    boolean wholly = begins("drop") || (begins("alter") && kind.matches("procedure|function"));
    for (int i = kindAt + 2; !wholly && i < tokens.size(); i++) {
      ScriptToken token = tokens.get(i);
      boolean ends =
          switch (kind) {
            case "trigger" -> token.is("for");
            case "event" -> token.is("do");
            case "package" -> token.is("as") || token.is("is");
            default -> token.is("as") || token.isSign('(');
          };
      if (ends && token.depth() == 0) {
        return i;
      }
    }
    return tokens.size();
  }
}
