package dev.gatehouse.postgres.script;

import dev.gatehouse.postgres.script.ScriptToken.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tokens of one statement while it is read: whether a body is open, whether data follows. */
final class ScriptOpenStatement {
  private static final int MOST = 400;

  private final List<ScriptToken> first = new ArrayList<>();
  private @Nullable ScriptToken before;
  private int ends;
  private boolean copiesIn;

  void add(ScriptToken token) {
    countEnds(token);
    ScriptToken last = before;
    copiesIn |=
        token.depth() == 0
            && (token.is("stdin") || token.is("stdout"))
            && last != null
            && last.is("from")
            && first.get(0).is("copy");
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

  /** Whether a semicolon belongs to the body of a routine. */
  boolean inBody() {
    return ends > 0;
  }

  /** Whether its data follows in the script. */
  boolean copiesIn() {
    return copiesIn;
  }

  /** Its first tokens. */
  List<ScriptToken> first() {
    return first.stream().filter(token -> token.kind() != Kind.SEMICOLON).toList();
  }
}
