package dev.gatehouse.sqlite;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.Lexer;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.core.script.ScriptToken;
import java.util.ArrayList;
import java.util.List;

/** One statement while it is read: where it ends. */
final class SqliteStatement implements Lexer.Open {
  private final List<ScriptToken> tokens = new ArrayList<>();

  @Override
  public void add(ScriptToken token) {
    tokens.add(token);
  }

  /** A trigger's body has semicolons of its own; as in sqlite3_complete, "; end ;" ends it. */
  @Override
  public boolean goesOn() {
    return isTrigger() && !bodyHasEnded();
  }

  @Override
  public List<ScriptToken> tokens() {
    return tokens;
  }

  @Override
  public Refusal unended(String where) {
    return ScriptRefusal.escapes(
        "a trigger does not end",
        where + "  " + tokens.get(0).text() + " trigger",
        "end its body with: ; END;");
  }

  private boolean isTrigger() {
    int at = word(0, "explain") ? 1 : 0;
    if (at == 1 && word(1, "query")) {
      at = 3;
    }
    if (!word(at, "create")) {
      return false;
    }
    return word(at + 1, "trigger")
        || ((word(at + 1, "temp") || word(at + 1, "temporary")) && word(at + 2, "trigger"));
  }

  private boolean bodyHasEnded() {
    int size = tokens.size();
    return size >= 2
        && tokens.get(size - 1).is("end")
        && tokens.get(size - 2).kind() == ScriptToken.Kind.SEMICOLON;
  }

  private boolean word(int at, String word) {
    return at < tokens.size() && tokens.get(at).is(word);
  }
}
