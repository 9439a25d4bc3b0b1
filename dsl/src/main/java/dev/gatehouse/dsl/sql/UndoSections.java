package dev.gatehouse.dsl.sql;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Scripts of which a migration tool executes a part only: what undoes it stands in the same file,
 * behind a line that is a comment for everybody else.
 */
final class UndoSections {
  private static final String RULE = "[\\s=/@*!+#-]*";

  /** dbmate, goose, sql-migrate and its kin, MyBatis, node-pg-migrate, tern, atlas, evolutions. */
  private static final Pattern UNDO =
      Pattern.compile(
          "(?i)\\s*(?:"
              + "--\\s*migrate:down\\b.*"
              + "|--\\s*\\+\\w+\\s+down\\b.*"
              + "|(?:--|#)"
              + RULE
              + "(?:downs?|undo|rollback|revert)(?:\\s+(?:migration|section|script))?"
              + RULE
              + "|-{2,}\\s*create above / drop below\\s*-*\\s*"
              + "|--\\s*down\\.sql\\s*--\\s*)");

  private static final Pattern OTHER_OCCASION =
      Pattern.compile(
          "(?i)\\s*--\\s*(?:atlas:checkpoint\\b.*"
              + "|changeset\\s.*\\b(?:dbms|context|contextFilter|labels|ignore|runAlways)\\s*:.*"
              + "|preconditions?\\b.*|precondition-.*)");
  private static final Pattern LIQUIBASE =
      Pattern.compile("(?is)\\s*--\\s*liquibase\\s+formatted\\s+sql\\b.*");

  private UndoSections() {}

  /**
   * The line that says it, with what follows from it; empty when all of the script is to be
   * executed.
   */
  static Optional<MigrationNames.Betrayal> betrayal(String name, String text) {
    List<String> lines = text.lines().toList();
    boolean liquibase = LIQUIBASE.matcher(text).matches();
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      String where = "'" + name + "' line " + (at + 1) + ": " + line.strip();
      if (UNDO.matcher(line).matches() && holdsSql(lines.subList(at + 1, lines.size()))) {
        return Optional.of(
            new MigrationNames.Betrayal(
                where + "\nwhat stands behind it undoes what stands before it",
                "keep in '"
                    + name
                    + "' what stands before that line, and put the rest into a file for"
                    + " undoneBy(inOneTransaction(scripts(\"...\")).cannotBeUndone(\"...\"))"));
      }
      if (OTHER_OCCASION.matcher(line).matches() && (liquibase || line.contains("atlas:"))) {
        return Optional.of(
            new MigrationNames.Betrayal(
                where + "\nwhich says when it is to be executed, and here it would be always",
                "put what is to be executed here into a file without that line"));
      }
    }
    return Optional.empty();
  }

  private static boolean holdsSql(List<String> lines) {
    return lines.stream()
        .map(String::strip)
        .anyMatch(line -> !line.isEmpty() && !line.startsWith("--") && !line.startsWith("#"));
  }
}
