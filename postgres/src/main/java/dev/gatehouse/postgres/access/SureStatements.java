package dev.gatehouse.postgres.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a body in PL/pgSQL does whenever it is run: the changes among its first statements, up to
 * the first that may go another way. Only of tables named with their schema, and nothing of a body
 * that catches errors or may change in whose name it runs. Manual: "Structure of PL/pgSQL".
 */
final class SureStatements {
  /** One change; the table as SQL wants its name. */
  record Change(Right right, String table) {}

  // Possessive: else each character of a constant costs a frame of the stack.
  private static final Pattern TOKEN =
      Pattern.compile(
          "--[^\\n]*|/\\*|\\$([A-Za-z_]\\w*)?\\$|[eE]'(?:[^'\\\\]++|\\\\.|'')*+'"
              + "|'(?:[^']++|'')*+'|\"(?:[^\"]++|\"\")++\"|[\\p{L}_][\\p{L}\\p{N}_$]*|:=|\\S",
          Pattern.DOTALL);

  private static final Set<String> ANOTHER_NAME = Set.of("execute", "set_config", "call", "set");

  private static final Set<String> GOING_ON =
      Set.of("insert", "update", "delete", "perform", "select", "with", "null");

  private static final Set<String> TOLD = Set.of("debug", "log", "info", "notice", "warning");

  private SureStatements() {}

  static List<Change> of(String body) {
    List<String> tokens = tokens(body);
    int at = tokens.indexOf("begin");
    boolean plain = at == 0 || (at > 0 && tokens.get(0).equals("declare"));
    if (!plain || catches(tokens)) {
      return List.of();
    }
    List<Change> found = new ArrayList<>();
    for (List<String> statement : statements(tokens.subList(at + 1, tokens.size()))) {
      if (!goesOn(statement)) {
        break;
      }
      change(statement, found);
    }
    return found;
  }

  /** Nothing of a text with a comment or a constant that is not read here. */
  private static List<String> tokens(String body) {
    List<String> tokens = new ArrayList<>();
    Matcher token = TOKEN.matcher(body);
    while (token.find()) {
      String text = token.group();
      if (text.equals("/*") || (text.length() > 1 && text.startsWith("$"))) {
        int end = body.indexOf(text.equals("/*") ? "*/" : text, token.end());
        if (end < 0 || body.substring(token.end(), end).contains("/*")) {
          return List.of();
        }
        token.region(end + text.length(), body.length());
      } else if (!text.startsWith("--")) {
        tokens.add(text.startsWith("\"") ? text : text.toLowerCase(Locale.ROOT));
      }
    }
    return tokens;
  }

  private static boolean catches(List<String> tokens) {
    for (int i = 0; i < tokens.size(); i++) {
      boolean raised = i > 0 && tokens.get(i - 1).equals("raise");
      if ((ANOTHER_NAME.contains(tokens.get(i)) && !writes(tokens, i))
          || (tokens.get(i).equals("exception") && !raised)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a SET belongs to an UPDATE. */
  private static boolean writes(List<String> tokens, int at) {
    return tokens.get(at).equals("set") && at > 0 && !tokens.get(at - 1).equals(";");
  }

  private static List<List<String>> statements(List<String> tokens) {
    List<List<String>> statements = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).equals(";")) {
        statements.add(tokens.subList(from, i));
        from = i + 1;
      }
    }
    return statements;
  }

  private static boolean goesOn(List<String> statement) {
    String first = word(statement, 0);
    return GOING_ON.contains(first)
        || (first.equals("raise") && TOLD.contains(word(statement, 1)))
        || word(statement, 1).equals(":=")
        || (word(statement, 1).equals(".") && word(statement, 3).equals(":="));
  }

  private static void change(List<String> statement, List<Change> found) {
    String first = word(statement, 0);
    int at =
        switch (first) {
          case "insert", "delete" -> 2;
          case "update" -> 1;
          default -> -1;
        };
    if (at > 0) {
      int name = word(statement, at).equals("only") ? at + 1 : at;
      if (word(statement, name + 1).equals(".") && !word(statement, name + 3).equals(".")) {
        Right right =
            first.equals("insert")
                ? Right.INSERT
                : first.equals("update") ? Right.UPDATE : Right.DELETE;
        found.add(
            new Change(
                right,
                unquoted(word(statement, name)) + "." + unquoted(word(statement, name + 2))));
      }
    }
  }

  /** As quote_ident() has it, but for key words, which stay quoted there. */
  private static String unquoted(String name) {
    return name.matches("\"[a-z_][a-z0-9_]*\"") ? name.substring(1, name.length() - 1) : name;
  }

  private static String word(List<String> statement, int at) {
    return at < statement.size() ? statement.get(at) : "";
  }
}
