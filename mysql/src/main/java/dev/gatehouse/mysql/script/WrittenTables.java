package dev.gatehouse.mysql.script;

import dev.gatehouse.core.script.ScriptToken;
import java.util.List;
import java.util.Set;

/** The part of a statement in which the tables stand that it writes; rather too much of it. */
final class WrittenTables {
  private static final Set<String> AFTER_INSERT =
      Set.of("values", "value", "select", "set", "with", "table", "partition");
  private static final Set<String> AFTER_DELETE = Set.of("where", "order", "limit", "returning");

  private WrittenTables() {}

  static List<ScriptToken> of(List<ScriptToken> tokens) {
    int verb = 0;
    while (verb < tokens.size() && tokens.get(verb).isSign('(')) {
      verb++;
    }
    String word = verb < tokens.size() ? tokens.get(verb).text() : "";
    return switch (word) {
      case "insert", "replace" -> until(tokens, verb + 1, AFTER_INSERT, true);
      case "update" -> until(tokens, verb + 1, Set.of("set"), false);
      case "delete" -> until(tokens, verb + 1, AFTER_DELETE, false);
      case "select", "table", "values", "do", "set", "show", "describe", "desc", "call" ->
          List.of();
      // EXPLAIN executes nothing; WITH ... UPDATE and whatever else: all of it.
      case "explain" -> List.of();
      default -> tokens;
    };
  }

  private static List<ScriptToken> until(
      List<ScriptToken> tokens, int from, Set<String> words, boolean orParenthesis) {
    int end = from;
    while (end < tokens.size()) {
      ScriptToken token = tokens.get(end);
      boolean ends = token.depth() == 0 && words.stream().anyMatch(token::is);
      if (ends || (orParenthesis && token.isSign('('))) {
        break;
      }
      end++;
    }
    return tokens.subList(from, end);
  }
}
