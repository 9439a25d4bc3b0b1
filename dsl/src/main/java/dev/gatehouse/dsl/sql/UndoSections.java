package dev.gatehouse.dsl.sql;

import dev.gatehouse.dsl.sql.MigrationNames.Betrayal;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Scripts of which a migration tool executes a part only: what undoes it stands in the same file,
 * behind a line that is a comment for everybody else.
 */
final class UndoSections {
  /** dbmate, goose, sql-migrate and its kin, tern, atlas: these words mean nothing else. */
  private static final Pattern MARK =
      Pattern.compile(
          "(?i)\\s*(?:"
              + "--\\s*migrate:down\\b.*"
              + "|--\\s*\\+\\w+\\s+down\\b.*"
              + "|(?:--|#)[\\s-]*!downs?\\s*"
              + "|-{2,}\\s*create above / drop below\\s*-*\\s*"
              + "|--\\s*down\\.sql\\s*--\\s*)");

  /** MyBatis, node-pg-migrate, rambler, evolutions, people's own: a line of these words alone. */
  private static final Set<String> UNDO =
      Set.of(
          "down",
          "downs",
          "downgrade",
          "undo",
          "rollback",
          "revert",
          "backward",
          "backwards",
          "teardown");

  private static final Set<String> BESIDE =
      Set.of(
          "begin",
          "change",
          "changes",
          "direction",
          "migrate",
          "migration",
          "migrations",
          "part",
          "rambler",
          "script",
          "section",
          "sql",
          "start",
          "statements",
          "step");

  private static final List<String> APPLY =
      List.of("up", "ups", "upgrade", "do", "apply", "deploy", "migrate", "forward", "forwards");

  private UndoSections() {}

  /**
   * The line that says it, with what follows from it; empty when all of the script is to be
   * executed.
   */
  static Optional<Betrayal> betrayal(String name, String text) {
    List<String> lines = text.lines().toList();
    Set<List<String>> above = new HashSet<>();
    for (int at = 0; at < lines.size(); at++) {
      String line = lines.get(at);
      List<String> words = words(line);
      boolean mark = MARK.matcher(line).matches();
      boolean bare = isBare(words) && holdsSql(lines.subList(0, at));
      if ((mark || bare || hasCounterpart(words, above))
          && holdsSql(lines.subList(at + 1, lines.size()))) {
        return Optional.of(
            new Betrayal(
                "'"
                    + name
                    + "' line "
                    + (at + 1)
                    + ": "
                    + line.strip()
                    + "\nwhat stands behind it undoes what stands before it",
                "keep in '"
                    + name
                    + "' what stands before that line, and put the rest into a file for"
                    + " undoneBy(inOneTransaction(scripts(\"...\")).cannotBeUndone(\"...\"))"));
      }
      above.add(words);
    }
    return Optional.empty();
  }

  /** Of a line that is nothing but a comment and begins at the margin: in a body it would not. */
  private static List<String> words(String line) {
    if (!line.startsWith("--") && !line.startsWith("#") && !line.startsWith("/*")) {
      return List.of();
    }
    return Arrays.stream(line.toLowerCase(Locale.ROOT).split("[^a-z]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static boolean isBare(List<String> words) {
    return words.stream().filter(UNDO::contains).count() == 1
        && words.stream().allMatch(word -> UNDO.contains(word) || BESIDE.contains(word));
  }

  /** Whether a line above says the same with a word for the way there. */
  private static boolean hasCounterpart(List<String> words, Set<List<String>> above) {
    return words.size() <= 6
        && words.stream()
            .filter(UNDO::contains)
            .anyMatch(
                undo ->
                    APPLY.stream()
                        .map(apply -> words.stream().map(w -> w.equals(undo) ? apply : w).toList())
                        .anyMatch(above::contains));
  }

  private static boolean holdsSql(List<String> lines) {
    String text = String.join("\n", lines).replaceAll("(?s)/\\*.*?\\*/", "");
    return text.lines()
        .map(String::strip)
        .anyMatch(line -> !line.isEmpty() && !line.startsWith("--") && !line.startsWith("#"));
  }
}
