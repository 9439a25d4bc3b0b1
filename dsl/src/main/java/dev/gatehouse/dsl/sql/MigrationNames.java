package dev.gatehouse.dsl.sql;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the names in a directory say by the conventions of migration tools, where that is something
 * else than the order of names: another order, an undo of another file, a file for other occasions.
 */
final class MigrationNames {
  private static final String UNDO = "(?:down|undo|rollback|revert)";

  /** Words that undo others where both files are there, whose names are else the same. */
  private static final String UNDO_OF =
      "(?:down|undo|rollback|revert|downgrade|backwards?|drop|uninstall|teardown)";

  private static final List<String> APPLY =
      List.of(
          "up",
          "do",
          "apply",
          "deploy",
          "migrate",
          "upgrade",
          "forward",
          "forwards",
          "create",
          "install",
          "setup");

  /** golang-migrate, sqlx, atlas, yoyo, postgrator: a part of the name between dots. */
  private static final Pattern UNDO_PART = Pattern.compile("(?i)(?:.*\\.)?(" + UNDO + ")\\..*sql");

  /** db-migrate and people's own: a word of the name, when the other file is there as well. */
  private static final Pattern UNDO_WORD =
      Pattern.compile("(?i)(?:.*[-_ ])?(" + UNDO_OF + ")(?:[-_ ].*)?\\.sql");

  /** Flyway. */
  private static final Pattern FLYWAY =
      Pattern.compile("([VvURB])((?:\\d+(?:[._]\\d+)*)?)__.*\\.sql");

  private static final Pattern CALLBACK = Pattern.compile("(?:before|after)[A-Z].*\\.sql");

  /** RoundhousE and its kin: for one environment only. */
  private static final Pattern ENVIRONMENT = Pattern.compile("(?i)(?:.*[.])?env[.].*sql");

  private static final Pattern VERSION =
      Pattern.compile("([^0-9]*)(\\d+(?:[._-]\\d+(?![0-9A-Za-z]))*).*");
  private static final Pattern LEFT_OUT =
      Pattern.compile(
          "[A-Za-z_-]*\\d+.*\\.(?:SQL|psql|pgsql|ddl|go|py|rb|php|exs|[cm]?tsx?|[cm]?js|java|kts?|cs"
              + "|groovy|scala|clj|edn|rs|pl|lua|sh|ps1|cmd|bat|xml|ya?ml|json)"
              + "|[A-Za-z_-]*\\d+.*\\.sql\\.(?:conf|gz|bz2|xz|zst|zip|j2|jinja2?|erb|tera|te?mpl|tpl)"
              + "|.*changelog.*\\.(?:xml|ya?ml|json)");

  /** A number further behind, and the rest: no part of a digest. */
  private static final Pattern NUMBER = Pattern.compile("(\\d+)(?![0-9A-Za-z]).*");

  /** What is wrong, and what to do about it. */
  record Betrayal(String found, String fix) {}

  private static final int MOST = 5;

  private final List<String> names;

  private MigrationNames(List<String> sorted) {
    this.names = sorted;
  }

  /**
   * The first thing that plain order would betray.
   *
   * @param scripts names of what would be executed, in that order
   * @param leftOut names of the other files
   */
  static Optional<Betrayal> betrayal(List<String> scripts, List<String> leftOut) {
    MigrationNames all = new MigrationNames(scripts);
    return all.undo()
        .or(all::flyway)
        .or(all::environment)
        .or(all::order)
        .or(() -> NamePairs.betrayal(scripts))
        .or(all::laterNumbers)
        .or(() -> all.leftOut(leftOut));
  }

  private Optional<Betrayal> undo() {
    for (String name : names) {
      Matcher part = UNDO_PART.matcher(name);
      if (part.matches()) {
        return Optional.of(undoOf(name, counterpart(name, part).orElse("what it is named after")));
      }
      Optional<String> other = counterpart(name);
      if (other.isPresent()) {
        return Optional.of(undoOf(name, other.get()));
      }
    }
    return Optional.empty();
  }

  private Optional<String> counterpart(String name) {
    Matcher word = UNDO_WORD.matcher(name);
    return word.matches() ? counterpart(name, word) : Optional.empty();
  }

  /** The file whose name has another word in that place, or none. */
  private Optional<String> counterpart(String name, Matcher undo) {
    String before = name.substring(0, undo.start(1));
    String after = name.substring(undo.end(1));
    List<String> possible =
        new ArrayList<>(APPLY.stream().map(word -> before + word + after).toList());
    possible.add(before.replaceFirst("[-_.]$", "") + after);
    possible.add(before + after.replaceFirst("^[-_.]", ""));
    return names.stream()
        .filter(one -> possible.stream().anyMatch(one::equalsIgnoreCase))
        .findFirst();
  }

  private Betrayal undoOf(String name, String other) {
    List<String> undoing = new ArrayList<>(names.stream().filter(this::undoes).toList());
    undoing.sort(Comparator.comparing(MigrationNames::leading, MigrationNames::compare).reversed());
    return new Betrayal(
        "'"
            + name
            + "', which by its name undoes "
            + (other.endsWith("sql") ? "'" + other + "'" : other),
        "move what undoes into another directory, and give it file by file, the last first:"
            + " undoneBy(inOneTransaction("
            + undoing.stream()
                .map(one -> "scripts(\"" + one + "\")")
                .limit(MOST)
                .collect(Collectors.joining(", "))
            + (undoing.size() > MOST ? ", ..." : "")
            + ").cannotBeUndone(\"...\"))");
  }

  private boolean undoes(String name) {
    Matcher flyway = FLYWAY.matcher(name);
    return UNDO_PART.matcher(name).matches()
        || counterpart(name).isPresent()
        || (flyway.matches() && kind(flyway) == 'U' && !flyway.group(2).isEmpty());
  }

  /** The version that a name begins with; 0 when there is none. */
  private static List<BigInteger> leading(String name) {
    Matcher version = VERSION.matcher(name);
    return version.matches() ? numbers(version.group(2)) : List.of();
  }

  /** V in the order of their versions, then R; U undoes a V; B stands for all V up to it. */
  private Optional<Betrayal> flyway() {
    List<Matcher> known = names.stream().map(FLYWAY::matcher).filter(Matcher::matches).toList();
    List<Matcher> versioned = known.stream().filter(one -> kind(one) == 'V').toList();
    for (Matcher one : known) {
      if (kind(one) == 'U' && !one.group(2).isEmpty()) {
        return Optional.of(
            undoOf(
                one.group(),
                same(versioned, one).map(Matcher::group).orElse("the V of its version")));
      }
      if (kind(one) == 'B' && !one.group(2).isEmpty()) {
        Optional<Matcher> replaced =
            versioned.stream().filter(v -> compare(version(v), version(one)) <= 0).findFirst();
        if (replaced.isPresent()) {
          return Optional.of(
              new Betrayal(
                  "'"
                      + one.group()
                      + "', a baseline that stands for '"
                      + replaced.get().group()
                      + "'",
                  "keep the one or the other: a new database takes the baseline, others the V"));
        }
      }
      if (kind(one) == 'R' && !versioned.isEmpty()) {
        return Optional.of(
            new Betrayal(
                "'"
                    + one.group()
                    + "' before '"
                    + versioned.get(0).group()
                    + "', behind which Flyway executes it",
                "move what is repeatable into a directory of its own, and give it as a part behind"
                    + " this one"));
      }
    }
    if (!versioned.isEmpty()) {
      Optional<String> callback =
          names.stream().filter(name -> CALLBACK.matcher(name).matches()).findFirst();
      if (callback.isPresent()) {
        return Optional.of(
            new Betrayal(
                "'"
                    + callback.get()
                    + "', which is no migration like '"
                    + versioned.get(0).group()
                    + "' but a callback of Flyway",
                "give it as a part of its own, before or behind this one"));
      }
    }
    return Optional.empty();
  }

  private static char kind(Matcher flyway) {
    return Character.toUpperCase(flyway.group(1).charAt(0));
  }

  private static Optional<Matcher> same(List<Matcher> versioned, Matcher one) {
    return versioned.stream().filter(v -> compare(version(v), version(one)) == 0).findFirst();
  }

  private static List<BigInteger> version(Matcher flyway) {
    return numbers(flyway.group(2));
  }

  private static List<BigInteger> numbers(String digits) {
    return Arrays.stream(digits.split("[._-]")).map(BigInteger::new).toList();
  }

  /** As numbers, place by place; what is missing is 0. */
  private static int compare(List<BigInteger> one, List<BigInteger> other) {
    for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
      int difference = at(one, i).compareTo(at(other, i));
      if (difference != 0) {
        return difference;
      }
    }
    return 0;
  }

  private static BigInteger at(List<BigInteger> version, int place) {
    return place < version.size() ? version.get(place) : BigInteger.ZERO;
  }

  /** By name, 10_b.sql stands before 2_a.sql: hardly what the author of the numbers meant. */
  private Optional<Betrayal> order() {
    List<Matcher> numbered = names.stream().map(VERSION::matcher).filter(Matcher::matches).toList();
    for (int i = 1; i < numbered.size(); i++) {
      Matcher later = numbered.get(i);
      Optional<Matcher> betrayed =
          numbered.subList(0, i).stream()
              .filter(one -> one.group(1).equals(later.group(1)))
              .filter(one -> compare(numbers(one.group(2)), numbers(later.group(2))) > 0)
              .min(Comparator.comparing(Matcher::group));
      if (betrayed.isPresent()) {
        return Optional.of(inOtherOrder(betrayed.get().group(), later.group()));
      }
    }
    return Optional.empty();
  }

  /** The same further behind: step1_part10.sql stands before step1_part2.sql. */
  private Optional<Betrayal> laterNumbers() {
    for (int i = 1; i < names.size(); i++) {
      for (String early : names.subList(0, i)) {
        String late = names.get(i);
        int at = 0;
        while (at < Math.min(early.length(), late.length())
            && early.charAt(at) == late.charAt(at)) {
          at++;
        }
        while (at > 0 && Character.isDigit(early.charAt(at - 1))) {
          at--;
        }
        Matcher one = NUMBER.matcher(early.substring(at));
        Matcher other = NUMBER.matcher(late.substring(at));
        if (one.matches()
            && other.matches()
            && new BigInteger(one.group(1)).compareTo(new BigInteger(other.group(1))) > 0) {
          return Optional.of(inOtherOrder(early, late));
        }
      }
    }
    return Optional.empty();
  }

  private static Betrayal inOtherOrder(String early, String late) {
    return new Betrayal(
        "'" + early + "' before '" + late + "'",
        "give all numbers as many digits, by leading zeros, and as many places, so that"
            + " names sort as the numbers do");
  }

  private Optional<Betrayal> environment() {
    return names.stream()
        .filter(name -> ENVIRONMENT.matcher(name).matches())
        .findFirst()
        .map(
            name ->
                new Betrayal(
                    "'"
                        + name
                        + "', which by its name is for one environment only, beside '"
                        + names.get(0)
                        + "'",
                    "keep the scripts of an environment in a directory of its own, and give that"
                        + " where it is meant"));
  }

  /** In a directory with numbers, one that is no script is a step that would be missing. */
  private Optional<Betrayal> leftOut(List<String> leftOut) {
    return leftOut.stream()
        .filter(name -> LEFT_OUT.matcher(name).matches())
        .findFirst()
        .map(
            name ->
                new Betrayal(
                    "'" + name + "', which would be left out beside '" + names.get(0) + "'",
                    "name what is to be executed *.sql, and move the rest elsewhere"));
  }
}
