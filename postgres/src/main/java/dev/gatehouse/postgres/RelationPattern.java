package dev.gatehouse.postgres;

import java.util.regex.Pattern;

/**
 * Names of tables as people write them: {@code {eng,vh}.*sensitive*}. Without a schema, any schema
 * but the system's.
 */
record RelationPattern(Pattern regex, boolean anySchema) {

  /**
   * @throws IllegalArgumentException when it is blank or a brace is left open
   */
  static RelationPattern of(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("pattern is blank");
    }
    StringBuilder regex = new StringBuilder();
    boolean inBraces = false;
    boolean qualified = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '*') {
        regex.append("[^\0]*");
      } else if (c == '{' && !inBraces) {
        inBraces = true;
        regex.append("(?:");
      } else if (c == '}' && inBraces) {
        inBraces = false;
        regex.append(')');
      } else if (c == ',' && inBraces) {
        regex.append('|');
      } else if (c == '.' && !qualified && !inBraces) {
        qualified = true;
        regex.append('\0');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    if (inBraces) {
      throw new IllegalArgumentException("pattern '" + text + "' leaves a brace open");
    }
    return new RelationPattern(Pattern.compile(regex.toString(), Pattern.DOTALL), !qualified);
  }

  boolean matches(String schema, String name) {
    if (anySchema) {
      return !schema.startsWith("pg_")
          && !schema.equals("information_schema")
          && regex.matcher(name).matches();
    }
    return regex.matcher(schema + "\0" + name).matches();
  }
}
