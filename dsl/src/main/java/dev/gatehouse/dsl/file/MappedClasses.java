package dev.gatehouse.dsl.file;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Classes whose table no source names, because a convention makes it of theirs: {@code EngOrder} is
 * {@code eng_orders} for Laravel and Rails, {@code eng_order} for JPA, {@code APP_engorder} for
 * Django. Never sure: what looks like such a class may be another, and has the tables of several
 * conventions.
 */
final class MappedClasses {
  /** Of languages in which whoever has a table inherits that from something. */
  private static final Pattern INHERITS =
      Pattern.compile(
          "\\bclass\\s++((?:\\w++(?:::|\\.))*+\\w++)\\s*+(?:\\bextends\\s++|<\\s*+|\\()\\s*+"
              + "(?![\\w\\\\:.]*(?:Exception|Error|Component|Controller|TestCase|Enum)\\b)[\\w\\\\:.]+");

  /** Of those in which it says so; where a program sets up its own, as {@code DbSet<Order>}. */
  private static final Pattern SAYS_SO =
      Pattern.compile(
          "@(?:Entity|Table)\\b[^;]{0,400}?\\b(?:class|record)\\s+(\\w+)" + "|\\bDbSet<(\\w+)>");

  private static final Pattern STRUCT = Pattern.compile("\\btype\\s+(\\w+)\\s+struct\\b");
  private static final Pattern MODEL = Pattern.compile("(?m)^\\s*model\\s+(\\w+)\\s*\\{");
  private static final Pattern JOINED =
      Pattern.compile(
          "\\bbelongsToMany\\s*\\(\\s*(?:\\w*\\\\)*(\\w+)::class\\s*\\)"
              + "|\\bhas_and_belongs_to_many\\s+:(\\w+)|\\b(\\w+)\\s*=\\s*(?:\\w+\\.)?ManyToManyField");
  private static final List<String> JOINS =
      List.of("belongsToMany", "has_and_belongs_to_many", "ManyToManyField");
  private static final Pattern CLASS = Pattern.compile("\\bclass\\s+(\\w+)");
  private static final List<List<String>> PLURALS =
      List.of(
          List.of("person$", "people"),
          List.of("(child)$", "$1ren"),
          List.of("man$", "men"),
          List.of("([^aeiou])y$", "$1ies"),
          List.of("fe?$", "ves"),
          List.of("([ti])um$", "$1a"),
          List.of("sis$", "ses"),
          List.of("(s|x|z|ch|sh)$", "$1es"));
  private static final Set<String> SAYING = Set.of("java", "kt", "kts", "scala", "groovy", "cs");

  private MappedClasses() {}

  static List<WrittenTable> in(String path, String text) {
    String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    Stream<MatchResult> classes =
        switch (ending) {
          case "go" -> text.contains("gorm") ? all(STRUCT, text) : Stream.empty();
          case "prisma" -> all(MODEL, text);
          default ->
              SAYING.contains(ending)
                  ? all(SAYS_SO, text)
                  : Stream.concat(all(SAYS_SO, text), all(INHERITS, text));
        };
    List<WrittenTable> found = new ArrayList<>();
    classes.forEach(
        one -> {
          String name = one.group(1) == null ? one.group(2) : one.group(1);
          Set<String> names = new LinkedHashSet<>(names(name.replaceAll("::|\\.", "_")));
          names.addAll(names(name.replaceAll(".*(::|\\.)", "")));
          inApplication(path, name).forEach(names::add);
          add(found, "the class " + name + " for", names, one.start());
        });
    if (JOINS.stream().anyMatch(text::contains)) {
      all(JOINED, text).forEach(one -> joined(path, text, one, found));
    }
    return found;
  }

  private static Stream<MatchResult> all(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }

  private static Stream<String> inApplication(String path, String name) {
    return Stream.of(path.split("/")).map(app -> app + "_" + name.toLowerCase(Locale.ROOT));
  }

  /** The table between two, which has no class. */
  private static void joined(String path, String text, MatchResult one, List<WrittenTable> found) {
    String own = "";
    for (MatchResult before : all(CLASS, text.substring(0, one.start())).toList()) {
      own = before.group(1);
    }
    List<String> names = new ArrayList<>();
    if (one.group(3) != null) {
      inApplication(path, own).map(table -> table + "_" + one.group(3)).forEach(names::add);
    } else {
      String other = one.group(1) == null ? one.group(2) : one.group(1);
      for (String left : names(own)) {
        names(other)
            .forEach(right -> names.addAll(List.of(left + "_" + right, right + "_" + left)));
      }
    }
    add(found, "the relation of " + own + " by", names, one.start());
  }

  private static void add(List<WrittenTable> found, String verb, Collection<String> names, int at) {
    found.add(
        new WrittenTable(
            at,
            verb,
            names.stream().map(name -> new TableName("", false, name, false, at)).toList(),
            false));
  }

  /** What tables of that class or variable are called; a name in small letters is only itself. */
  static Set<String> names(String word) {
    Set<String> names = new LinkedHashSet<>(Set.of(word));
    if (!word.equals(word.toLowerCase(Locale.ROOT))
        && !word.equals(word.toUpperCase(Locale.ROOT))) {
      String snake =
          word.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replaceAll("([A-Z])([A-Z][a-z])", "$1_$2");
      for (String one : List.of(word, snake.toLowerCase(Locale.ROOT))) {
        names.addAll(List.of(one, one + "s", plural(one)));
      }
    }
    return names;
  }

  /** By the first rule that changes it. */
  private static String plural(String word) {
    return PLURALS.stream()
        .map(rule -> word.replaceAll("(?i)" + rule.get(0), rule.get(1)))
        .filter(many -> !many.equals(word))
        .findFirst()
        .orElse(word);
  }
}
