package dev.gatehouse.dsl.sql;

import dev.gatehouse.dsl.sql.MigrationNames.Betrayal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines that are comments for everybody but the tool that a script was written for. */
final class OtherOccasions {
  private static final Pattern LIQUIBASE =
      Pattern.compile("(?is)\\s*--\\s*liquibase\\s+formatted\\s+sql\\b.*");

  private static final Pattern OF_LIQUIBASE =
      Pattern.compile(
          "(?i)\\s*--\\s*(?:changeset\\s.*\\b(?:dbms|context|contextFilter|labels|ignore|runAlways)"
              + "\\s*:.*"
              + "|preconditions?\\b.*|precondition-.*)");

  private static final Pattern CHECKPOINT = Pattern.compile("(?i)\\s*--\\s*atlas:checkpoint\\b.*");

  /** What would be missing, or executed in other words, by plain reading. */
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "(?i)\\s*(?:--!\\s*include(?:_\\w+)?\\s.*"
              + "|--\\s*atlas:(?:txtar|assert|delimiter|import)\\b.*"
              + "|--\\s*\\+goose\\s+envsub\\s+on\\b.*)");

  private static final Pattern ELSEWHERE_BY_LIQUIBASE =
      Pattern.compile("(?i)\\s*--\\s*(?:ignoreLines\\s*:.*|property\\s.*|include\\w*\\s.*)");

  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{[\\w.:-]+\\}");
  private static final Pattern TOOL_WITH_PLACEHOLDERS =
      Pattern.compile("(?:[VR](?:\\d+(?:[._]\\d+)*)?|(?:before|after)[A-Z]\\w*)__.*\\.sql");

  private OtherOccasions() {}

  /** The line that says it; empty when the text is to be executed as it stands. */
  static Optional<Betrayal> betrayal(String name, String bare, String text) {
    boolean liquibase = LIQUIBASE.matcher(text).matches();
    boolean placeholders = liquibase || TOOL_WITH_PLACEHOLDERS.matcher(bare).matches();
    List<String> lines = text.lines().toList();
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      String where = "'" + name + "' line " + (at + 1) + ": " + line.strip();
      if (CHECKPOINT.matcher(line).matches()
          || (liquibase && OF_LIQUIBASE.matcher(line).matches())) {
        return Optional.of(
            new Betrayal(
                where + "\nwhich says when it is to be executed, and here it would be always",
                "put what is to be executed here into a file without that line"));
      }
      if (ELSEWHERE.matcher(line).matches()
          || (liquibase && ELSEWHERE_BY_LIQUIBASE.matcher(line).matches())) {
        return Optional.of(
            new Betrayal(
                where + "\nwhich is a comment here, and not for the tool it was written for",
                "put what that tool makes of the file into a file without that line"));
      }
      Matcher placeholder = PLACEHOLDER.matcher(line);
      if (placeholders && placeholder.find() && !line.strip().startsWith("--")) {
        return Optional.of(
            new Betrayal(
                where
                    + "\nof which Flyway or Liquibase replaces "
                    + placeholder.group()
                    + ", and here it would stay",
                "write the value instead of " + placeholder.group()));
      }
    }
    return Optional.empty();
  }
}
