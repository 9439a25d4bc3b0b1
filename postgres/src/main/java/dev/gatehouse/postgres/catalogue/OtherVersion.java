package dev.gatehouse.postgres.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Drift;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What two major versions tell otherwise of one and the same thing.
 *
 * <ul>
 *   <li>17 knows the privilege MAINTAIN (release notes, E.9): an older list cannot hold it, and one
 *       that was written before an upgrade lacks it.
 *   <li>16 prints the columns of a query over one relation without the relation's name (ruleutils:
 *       the rule's OLD and NEW are no longer in the range table).
 * </ul>
 *
 * <p>Everything else is compared as it stands.
 */
final class OtherVersion {
  private static final Set<String> PRINTED = Set.of("view", "materialized view");
  private static final Pattern QUALIFIER =
      Pattern.compile("(?<![\\w\".$])(\"(?:[^\"]++|\"\")++\"|[a-z_][\\w$]*)\\.(?=[\"a-z_])");

  private OtherVersion() {}

  static boolean same(Drift.Changed drift) {
    CatalogueObject one = drift.object();
    CatalogueObject two = drift.other();
    Map<String, String> mine = new HashMap<>(one.fields());
    Map<String, String> theirs = new HashMap<>(two.fields());
    mine.put("privileges", String.join(", ", lasting(one.privileges())));
    theirs.put("privileges", String.join(", ", lasting(two.privileges())));
    if (PRINTED.contains(one.kind())
        && one.kind().equals(two.kind())
        && samePrinted(one.definition(), two.definition())) {
      mine.remove("definition");
      theirs.remove("definition");
    }
    return mine.equals(theirs);
  }

  private static List<String> lasting(List<String> privileges) {
    return privileges.stream()
        .filter(one -> !one.startsWith("MAINTAIN ") && !one.startsWith("NO MAINTAIN "))
        .toList();
  }

  /**
   * Whether they are one text but for the name of one relation before its columns: with two names
   * left out, a column of the one could pass for a column of the other.
   */
  private static boolean samePrinted(String mine, String theirs) {
    if (mine.equals(theirs)) {
      return true;
    }
    Set<String> names = new TreeSet<>(qualifiers(mine));
    names.addAll(qualifiers(theirs));
    return names.stream().anyMatch(name -> without(name, mine).equals(without(name, theirs)));
  }

  private static Set<String> qualifiers(String text) {
    Set<String> names = new TreeSet<>();
    Matcher matcher = QUALIFIER.matcher(text);
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  private static String without(String name, String text) {
    return QUALIFIER
        .matcher(text)
        .replaceAll(
            found -> found.group(1).equals(name) ? "" : Matcher.quoteReplacement(found.group()));
  }
}
