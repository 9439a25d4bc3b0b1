package dev.gatehouse.dsl.access;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Subject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The content of a file of known findings, as it was read.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class KnownList {
  private static final String HEAD = "# gatehouse known findings 1";
  private static final String NOTE =
      "# wrong, known, and to be mended: delete lines that are, let record(...) write new ones";

  /** What a finding is recognised by. */
  private record Key(String code, Subject subject) {
    @Override
    public String toString() {
      return subject + " (" + code + ")";
    }
  }

  /**
   * What was found, told apart.
   *
   * @param fresh what no line tells; a finding that is known in part says which part
   * @param known what was found and is known
   * @param gone the lines of this check that nobody found
   */
  public record Sifted(List<Finding> fresh, List<String> known, List<String> gone) {
    public Sifted {
      fresh = List.copyOf(fresh);
      known = List.copyOf(known);
      gone = List.copyOf(gone);
    }

    String told() {
      return known.isEmpty() ? "none" : known.size() + ": " + AccessAnswers.few(known);
    }
  }

  private final List<KnownLine> lines;
  private final Set<Key> keys;

  private KnownList(Stream<KnownLine> lines) {
    this.lines = List.copyOf(new TreeSet<>(lines.toList()));
    this.keys = this.lines.stream().map(KnownList::key).collect(Collectors.toSet());
  }

  static KnownList empty() {
    return new KnownList(Stream.empty());
  }

  /**
   * @throws IllegalArgumentException when it is no such file, saying in which line
   */
  static KnownList parse(String text) {
    List<String> all = text.lines().toList();
    if (all.isEmpty() || !all.get(0).equals(HEAD)) {
      throw new IllegalArgumentException("its first line is not '" + HEAD + "'");
    }
    List<KnownLine> lines = new ArrayList<>();
    for (int i = 1; i < all.size(); i++) {
      String line = all.get(i);
      if (!line.isBlank() && !line.startsWith("#")) {
        try {
          lines.add(KnownLine.parse(line));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
        }
      }
    }
    return new KnownList(lines.stream());
  }

  private static Key key(KnownLine line) {
    return new Key(line.code(), line.subject());
  }

  /** The same list, in which these findings stand for all that was known of that check. */
  KnownList with(String step, List<Finding> findings) {
    return new KnownList(
        Stream.concat(
            lines.stream().filter(line -> !line.step().equals(step)),
            findings.stream().flatMap(finding -> KnownLine.of(step, finding).stream())));
  }

  /**
   * Tells what is new from what is known. A finding without subjects is always new.
   *
   * @param step the name of the check
   */
  public Sifted sift(String step, List<Finding> findings) {
    List<Finding> fresh = new ArrayList<>();
    Set<Key> found = new HashSet<>();
    for (Finding finding : findings) {
      List<KnownLine> all = KnownLine.of(step, finding);
      List<KnownLine> known = all.stream().filter(line -> keys.contains(key(line))).toList();
      known.forEach(line -> found.add(key(line)));
      if (known.isEmpty()) {
        fresh.add(finding);
      } else if (known.size() < all.size()) {
        String these =
            known.stream().map(line -> line.subject().toString()).collect(Collectors.joining("; "));
        fresh.add(finding.withFound(finding.found() + "\nof these known: " + these));
      }
    }
    return new Sifted(
        fresh,
        found.stream().map(Key::toString).sorted().toList(),
        lines.stream()
            .filter(line -> line.step().equals(step) && !found.contains(key(line)))
            .map(KnownLine::toString)
            .toList());
  }

  String text() {
    StringBuilder text = new StringBuilder(HEAD).append('\n').append(NOTE).append('\n');
    lines.forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /** Number of lines and digest of the content: what a plan says of it. */
  @Override
  public String toString() {
    return lines.size() + " known findings, sha256:" + Sha256.of(text());
  }
}
