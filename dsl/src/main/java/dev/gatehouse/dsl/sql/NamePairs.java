package dev.gatehouse.dsl.sql;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Two files whose names differ in one word, of which the one means what comes first and sorts
 * behind the other: {@code data.sql} before {@code schema.sql}.
 */
final class NamePairs {
  private static final List<String> SCHEMA = List.of("schema", "structure", "ddl", "tables");

  /** What comes behind, and what comes before it. */
  private static final Map<String, List<String>> FIRST =
      Map.ofEntries(
          Map.entry("post", List.of("pre")),
          Map.entry("after", List.of("before")),
          Map.entry("contract", List.of("expand")),
          Map.entry("end", List.of("start")),
          Map.entry("finish", List.of("start", "prepare")),
          Map.entry("data", SCHEMA),
          Map.entry("dml", SCHEMA),
          Map.entry("seed", SCHEMA),
          Map.entry("seeds", SCHEMA),
          Map.entry("fixtures", SCHEMA),
          Map.entry("import", SCHEMA),
          Map.entry("inserts", SCHEMA),
          Map.entry("indexes", SCHEMA),
          Map.entry("constraints", SCHEMA));

  private static final Pattern WORD =
      Pattern.compile(
          "(?i)(?<![a-z0-9])("
              + String.join("|", FIRST.keySet())
              + ")(?![a-z0-9]|$)"
              + "|(?i)(?<![a-z0-9])(post)(?=-?deploy)");

  /** Triggers are before and after something in any order. */
  private static final Pattern EVENT = Pattern.compile("(?i)insert|update|delete|truncate|trigger");

  private NamePairs() {}

  /**
   * The first file that by its name belongs behind one that comes later.
   *
   * @param names in the order of execution
   */
  static Optional<MigrationNames.Betrayal> betrayal(List<String> names) {
    for (int at = 0; at < names.size(); at++) {
      String name = names.get(at);
      Matcher word = WORD.matcher(name);
      while (word.find()) {
        String said = word.group().toLowerCase(Locale.ROOT);
        String before = name.substring(0, word.start());
        String after = name.substring(word.end());
        List<String> first =
            said.equals("after") && EVENT.matcher(name).find()
                ? List.of()
                : FIRST.getOrDefault(said, List.of()).stream()
                    .map(one -> before + one + after)
                    .toList();
        Optional<String> other =
            names.subList(at + 1, names.size()).stream()
                .filter(one -> first.stream().anyMatch(one::equalsIgnoreCase))
                .findFirst();
        if (other.isPresent()) {
          return Optional.of(
              new MigrationNames.Betrayal(
                  "'"
                      + name
                      + "' before '"
                      + other.get()
                      + "', which by their names come in the other order",
                  "give them as parts in the order that is meant, or let them begin with numbers"));
        }
      }
    }
    return Optional.empty();
  }
}
