package dev.gatehouse.postgres.script;

import dev.gatehouse.core.script.ScriptWords;

/** Which statements PostgreSQL executes outside of transaction blocks only. */
final class TransactionBlocks {
  private TransactionBlocks() {}

  /** Manual: each of these "cannot be executed inside a transaction block". */
  static boolean forbid(ScriptWords words) {
    return switch (words.verb()) {
      case "vacuum" -> true;
      case "create" ->
          words.begin("create", "database")
              || words.begin("create", "tablespace")
              || words.begin("create", "subscription")
              || concurrently(words, "create", "index")
              || concurrently(words, "create", "unique", "index");
      case "drop" ->
          words.begin("drop", "database")
              || words.begin("drop", "tablespace")
              || words.begin("drop", "subscription")
              || concurrently(words, "drop", "index");
      case "alter" ->
          words.begin("alter", "system")
              || words.begin("alter", "subscription")
              || (words.begin("alter", "database") && words.hasOutside("set", "tablespace"))
              || (words.begin("alter", "table")
                  && words.has("detach")
                  && words.endsWith("concurrently"));
      case "reindex" ->
          words.has("concurrently")
              || words.has("database")
              || words.has("system")
              || words.word(1).equals("schema");
      case "cluster" ->
          words.tokens().size() == 1
              || (words.tokens().size() == 2 && words.begin("cluster", "verbose"));
      case "discard" -> words.begin("discard", "all");
      default -> false;
    };
  }

  private static boolean concurrently(ScriptWords words, String... before) {
    return words.begin(before) && words.word(before.length).equals("concurrently");
  }
}
