package dev.gatehouse.postgres.script;

/**
 * One token of a statement, as far as splitting and judging need it.
 *
 * @param text of a word in lower case, of a quoted name without its quotes; of others as it stands,
 *     and empty for what is quoted text
 * @param depth how many parentheses are open around it
 */
record ScriptToken(Kind kind, String text, int depth) {

  enum Kind {
    WORD,
    NAME,
    TEXT,
    SEMICOLON,
    SIGN
  }

  boolean is(String word) {
    return kind == Kind.WORD && text.equals(word);
  }

  boolean isSign(char sign) {
    return kind == Kind.SIGN && text.length() == 1 && text.charAt(0) == sign;
  }

  /** Whether it names something: a word or a quoted name. */
  boolean names() {
    return kind == Kind.WORD || kind == Kind.NAME;
  }
}
