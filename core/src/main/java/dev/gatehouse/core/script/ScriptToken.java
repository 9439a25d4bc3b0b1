package dev.gatehouse.core.script;

/**
 * One token of a statement, as far as splitting and judging need it.
 *
 * @param text of a word in lower case, of a quoted name without its quotes; of others as it stands,
 *     and empty for quoted text that no rule of its product looks at
 * @param depth how many parentheses are open around it
 * @since 0.1
 */
public record ScriptToken(Kind kind, String text, int depth) {

  /** What it is. */
  public enum Kind {
    WORD,
    NAME,
    TEXT,
    SEMICOLON,
    SIGN
  }

  /** Whether it is that word, given in lower case. */
  public boolean is(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  /** Whether it is that sign. */
  public boolean isSign(char sign) {
    return kind == Kind.SIGN && text.length() == 1 && text.charAt(0) == sign;
  }

  /** Whether it names something: a word or a quoted name. */
  public boolean names() {
    return kind == Kind.WORD || kind == Kind.NAME;
  }
}
