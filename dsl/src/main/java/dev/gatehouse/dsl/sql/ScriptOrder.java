package dev.gatehouse.dsl.sql;

import dev.gatehouse.dsl.sql.MigrationNames.Betrayal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** An order that is written down elsewhere than in the names: in the scripts, or in a plan. */
final class ScriptOrder {
  /** Sqitch ({@code -- requires: users}), yoyo ({@code -- depends: 0001.users}). */
  private static final Pattern NEEDS =
      Pattern.compile("--\\s*(?:depends|requires)\\s*:\\s*(\\S.*)", Pattern.CASE_INSENSITIVE);

  private static final List<String> WAY_BACK =
      List.of("down", "undo", "revert", "rollback", "downgrade");
  private static final List<String> WAY_THERE =
      List.of("up", "do", "deploy", "apply", "migrate", "upgrade");

  private final Path root;
  private final List<ScriptFile> scripts;
  private final List<String> names;

  private ScriptOrder(Path root, List<ScriptFile> scripts) {
    this.root = root;
    this.scripts = scripts;
    this.names = scripts.stream().map(one -> bare(one.path())).toList();
  }

  /**
   * The first thing that plain order of names would betray.
   *
   * @param root the directory that holds the scripts
   */
  static Optional<Betrayal> betrayal(Path root, List<ScriptFile> scripts) throws IOException {
    ScriptOrder order = new ScriptOrder(root, scripts);
    Optional<Betrayal> betrayal = order.needed().or(order::wayBack);
    return betrayal.isPresent() ? betrayal : order.planned();
  }

  private static String bare(Path path) {
    return String.valueOf(path.getFileName()).replaceFirst("\\.sql$", "");
  }

  private Optional<Betrayal> needed() {
    for (int at = 0; at < scripts.size(); at++) {
      for (String line : scripts.get(at).text().lines().toList()) {
        Matcher needs = NEEDS.matcher(line.strip());
        if (needs.matches()) {
          for (String one : needs.group(1).split("[\\s,]+")) {
            if (names.lastIndexOf(one.replaceFirst("\\.sql$", "")) > at) {
              return Optional.of(
                  inOrder(
                      names.get(at),
                      one.replaceFirst("\\.sql$", ""),
                      "although it says: " + line.strip()));
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  /** Scripts that undo those of the same names beside them go last first. */
  private Optional<Betrayal> wayBack() {
    Path home = root.toAbsolutePath().normalize();
    @Nullable Path above = home.getParent();
    if (above == null || scripts.size() < 2 || !WAY_BACK.contains(bare(home))) {
      return Optional.empty();
    }
    for (String word : WAY_THERE) {
      Path there = above.resolve(word);
      long both = names.stream().filter(name -> Files.exists(there.resolve(name + ".sql"))).count();
      if (both > 1) {
        String first = names.get(0);
        String last = names.get(names.size() - 1);
        return Optional.of(
            inOrder(first, last, "which undo those in '" + there + "', the last one first"));
      }
    }
    return Optional.empty();
  }

  /** Of Sqitch: one change a line, behind pragmas. */
  private Optional<Betrayal> planned() throws IOException {
    Path home = root.toAbsolutePath().normalize();
    @Nullable Path above = home.getParent();
    for (Path directory : above == null ? List.of(home) : List.of(home, above)) {
      Path plan = directory.resolve("sqitch.plan");
      if (Files.isRegularFile(plan, LinkOption.NOFOLLOW_LINKS)) {
        List<String> planned;
        try (Stream<String> lines = Files.lines(plan)) {
          planned =
              lines
                  .map(line -> Arrays.asList(line.strip().split("\\s")).get(0))
                  .filter(names::contains)
                  .distinct()
                  .toList();
        }
        List<String> sorted = names.stream().filter(planned::contains).toList();
        boolean back = WAY_BACK.contains(bare(home));
        for (int at = 0; at < sorted.size(); at++) {
          String meant = planned.get(back ? planned.size() - 1 - at : at);
          if (!sorted.get(at).equals(meant)) {
            return Optional.of(
                inOrder(sorted.get(at), meant, "which is not the order of '" + plan + "'"));
          }
        }
      }
    }
    return Optional.empty();
  }

  private Betrayal inOrder(String early, String late, String why) {
    return new Betrayal(
        "'" + early + ".sql' before '" + late + ".sql', " + why,
        "give the scripts one by one in the order that is meant: inOneTransaction(scripts(\""
            + root.resolve(late + ".sql")
            + "\"), scripts(\""
            + root.resolve(early + ".sql")
            + "\"), ...)");
  }
}
