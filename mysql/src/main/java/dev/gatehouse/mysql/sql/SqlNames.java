package dev.gatehouse.mysql.sql;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.regex.Pattern;

/** Identifiers in SQL. */
public final class SqlNames {
  /** Characters. */
  public static final int LONGEST = 64;

  private static final Pattern WORD = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*");

  private SqlNames() {}

  /**
   * In backquotes, whatever it contains.
   *
   * @throws Refusal when no server keeps it: it ends in a blank, or holds a character beyond the
   *     basic plane of Unicode
   */
  public static String quoted(String name) {
    boolean beyond = name.codePoints().anyMatch(one -> one > 0xFFFF);
    if (beyond || Character.isWhitespace(name.charAt(name.length() - 1))) {
      throw new Refusal(
          Finding.of("identifier.malformed", "an identifier is none that the servers keep")
              .withExpected("no blank at its end, no character of four bytes in UTF-8")
              .withFound("'" + name + "'")
              .withFix("correct the name where the runbook is written"));
    }
    return quotedAsIs(name);
  }

  /** In backquotes, as the server has it, whatever it contains. */
  public static String quotedAsIs(String name) {
    return '`' + name.replace("`", "``") + '`';
  }

  /** As patterns name it on every product: in double quotes where it is more than a word. */
  public static String printed(String name) {
    return WORD.matcher(name).matches() ? name : '"' + name.replace("\"", "\"\"") + '"';
  }
}
