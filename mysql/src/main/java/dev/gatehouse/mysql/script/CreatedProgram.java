package dev.gatehouse.mysql.script;

import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.script.StatedChange.Asked;
import dev.gatehouse.mysql.sql.SqlNames;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the head of CREATE VIEW, TRIGGER, PROCEDURE, FUNCTION and EVENT. One use, one thread. */
final class CreatedProgram {
  private static final Set<String> BODIES = Set.of("procedure", "function", "trigger", "event");

  private final String sql;
  private final List<ScriptToken> tokens;
  private final List<String> written;
  private int at = 1;

  private CreatedProgram(String sql) {
    this.sql = sql;
    this.tokens = SqlTokens.of(sql);
    this.written = SqlTokens.written(sql);
  }

  /** Empty when it is none of these, or none of which could be told what it makes. */
  static Optional<StatedChange> of(String sql) {
    return new CreatedProgram(sql).read();
  }

  /**
   * Whether it holds statements, between which its semicolons stand. The servers take one statement
   * at a time: one behind its end makes all of it a syntax error.
   */
  static boolean holdsStatements(String sql) {
    CreatedProgram program = new CreatedProgram(sql);
    boolean makes = program.tokens.get(0).is("create") || program.tokens.get(0).is("alter");
    return makes && BODIES.contains(program.kind());
  }

  private String kind() {
    if (take("or") && !take("replace")) {
      return "";
    }
    options();
    String kind = at < tokens.size() ? tokens.get(at).text() : "";
    at++;
    return kind;
  }

  private Optional<StatedChange> read() {
    String kind = kind();
    boolean conditional = take("if") && take("not") && take("exists");
    int nameAt = at;
    Optional<String> name = name();
    return name.flatMap(
            quoted ->
                switch (kind) {
                  case "view" -> view(quoted, nameAt);
                  case "procedure", "function" -> routine(kind.toUpperCase(Locale.ROOT), quoted);
                  case "trigger" -> trigger(quoted);
                  case "event" -> event(quoted);
                  default -> Optional.<Asked>empty();
                })
        .map(
            asked ->
                new StatedChange(
                    sql,
                    conditional,
                    new ObjectStates(kind.toUpperCase(Locale.ROOT), List.of(name.orElseThrow())),
                    asked));
  }

  /** What may stand before the kind. */
  private void options() {
    for (boolean more = true; more; ) {
      more = take("aggregate");
      if (take("algorithm") && takeSign('=')) {
        at++;
        more = true;
      }
      if (take("definer") && takeSign('=')) {
        definer();
        more = true;
      }
      if (take("sql") && take("security")) {
        at++;
        more = true;
      }
    }
  }

  private void definer() {
    at++;
    if (takeSign('@')) {
      at++;
    } else if (takeSign('(')) {
      takeSign(')');
    }
  }

  /** A database of the same name would be meant by both, and taken for none. */
  private Optional<Asked> view(String quoted, int nameAt) {
    boolean ours =
        tokens.stream()
            .anyMatch(token -> token.names() && token.text().equalsIgnoreCase("gatehouse"));
    return ours ? Optional.empty() : Optional.of(new AskedPrograms.View(quoted, sql, nameAt));
  }

  /** One in a library of the server is no text. */
  private Optional<Asked> routine(String kind, String quoted) {
    boolean loaded = tokens.stream().anyMatch(token -> token.is("soname"));
    return !loaded && at < tokens.size() && tokens.get(at).isSign('(')
        ? Optional.of(new AskedPrograms.Routine(kind, quoted, sql))
        : Optional.empty();
  }

  /** Where it stands among others of its kind SHOW CREATE does not tell. */
  private Optional<Asked> trigger(String quoted) {
    boolean timed = take("before") || take("after");
    boolean acted = take("insert") || take("update") || take("delete");
    Optional<String> table = timed && acted && take("on") ? name() : Optional.empty();
    boolean each = take("for") && take("each") && take("row");
    boolean placed = take("follows") || take("precedes");
    return each && !placed
        ? table.map(on -> new AskedPrograms.Trigger(quoted, on, sql))
        : Optional.empty();
  }

  /**
   * One that drops itself in the end would leave what was there before; a variable has another
   * value in another session.
   */
  private Optional<Asked> event(String quoted) {
    if (!take("on") || !take("schedule")) {
      return Optional.empty();
    }
    boolean ends = take("at");
    boolean kept = false;
    int status = -1;
    while (at < tokens.size() && !isOutside("do")) {
      if (tokens.get(at).isSign('@')) {
        return Optional.empty();
      }
      ends |= isOutside("ends");
      kept |=
          isOutside("completion") && at + 1 < tokens.size() && tokens.get(at + 1).is("preserve");
      boolean tells = isOutside("enable") || isOutside("disable") || isOutside("comment");
      status = tells && status < 0 ? at : status;
      at++;
    }
    boolean told = at < tokens.size() && (kept || !ends);
    int statusAt = status < 0 ? at : status;
    return told
        ? Optional.of(
            new AskedPrograms.Event(quoted, sql, statusAt, !tokens.get(statusAt).is("disable")))
        : Optional.empty();
  }

  private boolean isOutside(String word) {
    return tokens.get(at).is(word) && tokens.get(at).depth() == 0;
  }

  /** Without a database before it. */
  private Optional<String> name() {
    if (at >= tokens.size() || !tokens.get(at).names()) {
      return Optional.empty();
    }
    String name = written.get(at);
    at++;
    return at < tokens.size() && tokens.get(at).isSign('.')
        ? Optional.empty()
        : Optional.of(SqlNames.quoted(name));
  }

  private boolean take(String word) {
    boolean there = at < tokens.size() && tokens.get(at).is(word);
    at += there ? 1 : 0;
    return there;
  }

  private boolean takeSign(char sign) {
    boolean there = at < tokens.size() && tokens.get(at).isSign(sign);
    at += there ? 1 : 0;
    return there;
  }
}
