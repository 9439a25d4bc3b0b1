package dev.gatehouse.postgres.script;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.Lexer;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptToken.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens of one statement while it is read: whether a body is open. */
final class ScriptOpenStatement implements Lexer.Open {
  private static final int MOST = 400;

  private final List<ScriptToken> first = new ArrayList<>();
  private @Nullable ScriptToken before;
  private int ends;

  @Override
  public void add(ScriptToken token) {
    countEnds(token);
    // Of a long list of values nothing but its frame is ever judged.
    if (first.size() < MOST || (token.depth() == 0 && first.size() < 2 * MOST)) {
      first.add(token);
    }
    before = token;
  }

  /** Only {@code BEGIN ATOMIC} opens a body; within it, each CASE has an END of its own. */
  private void countEnds(ScriptToken token) {
    ScriptToken last = before;
    if (last == null || !first.get(0).is("create")) {
      return;
    }
    if (ends == 0) {
      ends = token.is("atomic") && last.is("begin") ? 1 : 0;
    } else if (!last.is("as") && !last.isSign('.')) {
      ends += token.is("case") ? 1 : token.is("end") ? -1 : 0;
    }
  }

  @Override
  public boolean goesOn() {
    return ends > 0 || (before != null && before.depth() > 0);
  }

  @Override
  public List<ScriptToken> tokens() {
    return first.stream().filter(token -> token.kind() != Kind.SEMICOLON).toList();
  }

  @Override
  public Refusal unended(String where) {
    return ScriptRefusal.malformed(
        "a statement does not end",
        where,
        ends > 0 ? "close its body with END;" : "close its parentheses");
  }
}
