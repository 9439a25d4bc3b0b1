package dev.gatehouse.mysql.script;

import dev.gatehouse.core.script.ScriptToken;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What the body of a routine or trigger may not say: it would commit, or outlast a rollback. */
final class BodyRules {
  private static final Set<String> ENDING =
      Set.of(
          ("alter create drop truncate rename grant revoke commit rollback lock unlock analyze"
                  + " optimize repair flush reset load prepare execute install uninstall xa kill"
                  + " get_lock release_lock release_all_locks outfile dumpfile persist global"
                  + " autocommit sql_log_bin")
              .split(" "));

  /** Names of functions as well. */
  private static final Set<String> FUNCTIONS_TOO = Set.of("truncate");

  private BodyRules() {}

  /** The first such word. */
  static Optional<String> committing(List<ScriptToken> body) {
    for (int i = 0; i < body.size(); i++) {
      ScriptToken token = body.get(i);
      boolean called = i + 1 < body.size() && body.get(i + 1).isSign('(');
      boolean temporary = i + 1 < body.size() && body.get(i + 1).is("temporary");
      String word = token.names() ? token.text().toLowerCase(Locale.ROOT) : "";
      boolean plain = token.kind() == ScriptToken.Kind.WORD || called;
      if (plain
          && ENDING.contains(word)
          && !temporary
          && !(called && FUNCTIONS_TOO.contains(word))) {
        return Optional.of(word);
      }
      if (token.is("start") && i + 1 < body.size() && body.get(i + 1).is("transaction")) {
        return Optional.of("start transaction");
      }
    }
    return Optional.empty();
  }
}
