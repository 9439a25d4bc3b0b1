package dev.gatehouse.core.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What one role can do, by kind of object and by path: one page to read, or a file to commit and to
 * compare. The same access gives the same text; it holds names, and no time and no place.
 *
 * <p>Immutable.
 *
 * @param entries what it has otherwise than everybody has it, by kind and name
 * @param everybody what it has as everybody, one sentence each
 * @param escalations what it could make itself more powerful with
 * @param future what it will have on objects that others make
 * @param bodies routines that run for it in the name of others, each with a digest of its body
 * @param unread what the snapshot cannot tell
 * @since 0.1
 */
public record AccessReport(
    String role,
    List<Entry> entries,
    List<String> everybody,
    List<String> escalations,
    List<String> future,
    List<String> bodies,
    List<String> unread) {

  /**
   * One object.
   *
   * @param form what it is, such as {@code view}
   * @param ways at least one
   * @param ofNoUse why a privilege on it is, with the privilege before it
   * @param rows what decides about its rows, with the privilege before it
   */
  public record Entry(
      AccessObject object, String form, List<Way> ways, List<String> ofNoUse, List<String> rows) {
    public Entry {
      ways = List.copyOf(ways);
      ofNoUse = List.copyOf(ofNoUse);
      rows = List.copyOf(rows);
    }
  }

  /**
   * One path.
   *
   * @param state {@code now}, {@code reachable} or {@code unknown}
   * @param privileges that the path gives, sorted
   * @param sentence the path
   * @param fix the statement that closes it; empty when there is no simple one
   */
  public record Way(String state, List<String> privileges, String sentence, String fix) {
    public Way {
      privileges = List.copyOf(privileges);
    }
  }

  public AccessReport {
    entries = List.copyOf(entries);
    everybody = List.copyOf(everybody);
    escalations = List.copyOf(escalations);
    future = List.copyOf(future);
    bodies = List.copyOf(bodies);
    unread = List.copyOf(unread);
  }

  static AccessReport of(EffectiveAccess access, String role) {
    List<String> escalations =
        access.escalations(role).stream().map(Escalation::toString).sorted().toList();
    List<String> future =
        access.future(role).stream().map(one -> one.path().toString()).sorted().toList();
    List<Entry> entries = new ArrayList<>();
    Map<String, Set<String>> everybody = new TreeMap<>();
    boolean aboveAll =
        access.escalations(role).stream()
            .map(Escalation::path)
            .anyMatch(path -> path.open() && isSuperuser(path));
    for (Kind kind : aboveAll ? new Kind[0] : Kind.values()) {
      if (kind != Kind.COLUMN) {
        for (AccessObject object : access.objects(kind, "*")) {
          entry(access, role, object, entries, everybody);
        }
      }
    }
    List<String> folded = new ArrayList<>();
    everybody.forEach((what, names) -> folded.add(what + ": " + String.join(", ", names)));
    return new AccessReport(
        role, entries, folded, escalations, future, access.bodies(role), access.unread());
  }

  private static boolean isSuperuser(Path path) {
    return path.hops().stream().anyMatch(hop -> hop.kind() == Hop.Kind.SUPERUSER);
  }

  private static void entry(
      EffectiveAccess access,
      String role,
      AccessObject object,
      List<Entry> entries,
      Map<String, Set<String>> everybody) {
    Map<String, Way> ways = new LinkedHashMap<>();
    List<String> ofNoUse = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    Set<String> acts = new TreeSet<>(access.notDenied(role, object));
    acts.addAll(access.ownersAlone(object.kind()));
    for (String act : acts) {
      List<Path> paths = access.paths(role, act, object);
      if (paths.isEmpty()) {
        continue;
      }
      if (isEverybodys(access, role, act, object, paths)) {
        everybody
            .computeIfAbsent(act + " on " + object.kind().words(), key -> new LinkedHashSet<>())
            .add(object.name());
      } else {
        paths.forEach(path -> add(ways, act, path));
      }
      access
          .obstacles(role, act, object)
          .forEach(obstacle -> ofNoUse.add(act + ": " + obstacle.sentence()));
      access.rowRules(role, act, object).forEach(rule -> rows.add(act + ": " + rule));
    }
    if (!ways.isEmpty() || !ofNoUse.isEmpty() || !rows.isEmpty()) {
      List<Way> all = List.copyOf(ways.values());
      entries.add(new Entry(object, access.form(object), all, ofNoUse, rows));
    }
  }

  private static boolean isEverybodys(
      EffectiveAccess access, String role, String act, AccessObject object, List<Path> paths) {
    return !role.equals("public")
        && !access.roles("public").isEmpty()
        && access.paths("public", act, object).equals(paths);
  }

  /** Privileges that come by the same path are told at once. */
  private static void add(Map<String, Way> ways, String act, Path path) {
    Pattern word = Pattern.compile("\\b" + Pattern.quote(act) + "\\b");
    String key = word.matcher(path.toString()).replaceAll("*") + "\n" + path.unknown();
    Way known = ways.get(key);
    Set<String> all = new TreeSet<>(known == null ? List.of() : known.privileges());
    all.add(act);
    String joined = String.join(", ", all);
    String state =
        !path.unknown().isEmpty() ? "unknown" : path.missing().isEmpty() ? "now" : "reachable";
    String sentence = word.matcher(path.toString()).replaceAll(joined);
    ways.put(
        key,
        new Way(state, List.copyOf(all), sentence, word.matcher(path.fix()).replaceAll(joined)));
  }

  /** For a terminal, and for a file: a line for each path. */
  public String text() {
    return AccessReportText.plain(this);
  }

  /** As Markdown, with a table for each kind. */
  public String markdown() {
    return AccessReportText.markdown(this);
  }

  /** As JSON, with the statements that close each path. */
  public String json() {
    return AccessReportText.json(this);
  }
}
