package dev.gatehouse.core.dialect;

import java.util.List;

/**
 * Splits a product's SQL scripts into statements, and refuses what has no place in a change that is
 * all or nothing.
 *
 * <p>Implementations are thread-safe.
 *
 * @since 0.1
 */
public interface ScriptReader {

  /** One statement, without its terminator, and the line it begins on, counted from 1. */
  record ScriptStatement(String sql, int line) {}

  /**
   * The statements of a script, in order.
   *
   * @param name of the script, for messages
   * @throws dev.gatehouse.core.outcome.Refusal naming file and line, when the script controls
   *     transactions by itself, commits implicitly, or holds a client command
   */
  List<ScriptStatement> read(String name, String text);
}
