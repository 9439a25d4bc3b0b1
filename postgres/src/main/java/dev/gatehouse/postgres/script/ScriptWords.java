package dev.gatehouse.postgres.script;

import dev.gatehouse.postgres.script.ScriptToken.Kind;
import java.util.List;

/** The words of a statement, and whether they make one that no transaction holds. */
record ScriptWords(List<ScriptToken> tokens) {

  /** The first word; empty when it begins with none. */
  String verb() {
    return word(0);
  }

  private String word(int at) {
    return at < tokens.size() && tokens.get(at).kind() == Kind.WORD ? tokens.get(at).text() : "";
  }

  boolean begin(String... wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (!word(i).equals(wanted[i])) {
        return false;
      }
    }
    return true;
  }

  boolean has(String word) {
    return tokens.stream().anyMatch(token -> token.is(word));
  }

  /** Whether outside of parentheses these follow each other; empty stands for a quoted text. */
  boolean hasOutside(String first, String second) {
    for (int i = 1; i < tokens.size(); i++) {
      ScriptToken token = tokens.get(i);
      boolean follows = second.isEmpty() ? token.kind() == Kind.TEXT : token.is(second);
      if (follows && token.depth() == 0 && tokens.get(i - 1).is(first)) {
        return true;
      }
    }
    return false;
  }

  private boolean endsWith(String word) {
    return !tokens.isEmpty() && tokens.get(tokens.size() - 1).is(word);
  }

  /** Manual: each of these "cannot be executed inside a transaction block". */
  boolean lone() {
    return switch (verb()) {
      case "vacuum" -> true;
      case "create" ->
          begin("create", "database")
              || begin("create", "tablespace")
              || begin("create", "subscription")
              || concurrently("create", "index")
              || concurrently("create", "unique", "index");
      case "drop" ->
          begin("drop", "database")
              || begin("drop", "tablespace")
              || begin("drop", "subscription")
              || concurrently("drop", "index");
      case "alter" ->
          begin("alter", "system")
              || begin("alter", "subscription")
              || (begin("alter", "database") && hasOutside("set", "tablespace"))
              || (begin("alter", "table") && has("detach") && endsWith("concurrently"));
      case "reindex" ->
          has("concurrently") || has("database") || has("system") || word(1).equals("schema");
      case "cluster" -> tokens.size() == 1 || (tokens.size() == 2 && begin("cluster", "verbose"));
      case "discard" -> begin("discard", "all");
      default -> false;
    };
  }

  private boolean concurrently(String... before) {
    return begin(before) && word(before.length).equals("concurrently");
  }
}
