package dev.gatehouse.core.script;

import java.util.List;

/**
 * What a script is cut into.
 *
 * @param text of a statement from its first token to its last, without what ends it; of a line for
 *     the client all of it
 * @param line it begins on, counted from 1
 * @param tokens of a statement, as far as rules look at them
 * @since 0.1
 */
public record ScriptPart(Kind kind, String text, int line, List<ScriptToken> tokens) {

  /** What it is. */
  public enum Kind {
    STATEMENT,
    /** The last statement, which nothing ends. */
    UNTERMINATED,
    COMMAND
  }
}
