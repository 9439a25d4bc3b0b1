package dev.gatehouse.core.outcome;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One thing that is wrong, in words a person can act on: what, what was expected, what was found,
 * and the fix to paste.
 *
 * <p>Immutable.
 *
 * @param code stable name of the kind of finding, such as {@code privileges.excess}
 * @param headline lower-case head of the message
 * @param expected what should be so; empty when the head says it
 * @param found what is so; empty when the head says it
 * @param fix what to do, pasteable, with the caller's own names; empty when nothing is known to
 *     help
 * @param subjects each single thing that is wrong, by names that stay the same; empty when the
 *     finding has no such names, so that it can never be a known one
 * @since 0.1
 */
public record Finding(
    String code,
    String headline,
    String expected,
    String found,
    String fix,
    List<Subject> subjects) {

  /** Longest text of one field in characters: server text beyond it is cut, and says so. */
  static final int LONGEST = 2_000;

  public Finding {
    headline = cut(headline);
    expected = cut(expected);
    found = cut(found);
    fix = cut(fix);
    subjects = List.copyOf(subjects);
  }

  /** A finding with a head only; complete it with the {@code with...} methods. */
  public static Finding of(String code, String headline) {
    return new Finding(code, headline, "", "", "", List.of());
  }

  /** The same finding under another head. */
  public Finding withHeadline(String text) {
    return new Finding(code, text, expected, found, fix, subjects);
  }

  /** The same finding, about exactly these. */
  public Finding withSubjects(List<Subject> all) {
    return new Finding(code, headline, expected, found, fix, all);
  }

  /** The same finding, saying what was expected. */
  public Finding withExpected(String text) {
    return new Finding(code, headline, text, found, fix, subjects);
  }

  /** The same finding, saying what was found. */
  public Finding withFound(String text) {
    return new Finding(code, headline, expected, text, fix, subjects);
  }

  /** The same finding, saying what to do about it. */
  public Finding withFix(String text) {
    return new Finding(code, headline, expected, found, text, subjects);
  }

  /** The whole message. */
  public String text() {
    return text("", "");
  }

  /**
   * The whole message, headed by where it happened.
   *
   * @param where such as {@code gate 'Backup taken' did not open}; may be empty
   * @param target such as {@code shop (SQLite 3.54.1)}; may be empty
   */
  public String text(String where, String target) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("target", target);
    facts.put("expected", expected);
    facts.put("found", found);
    facts.put("fix", fix);
    facts.put("code", code);
    StringBuilder text = new StringBuilder(where.isEmpty() ? headline : where + ": " + headline);
    facts.forEach(
        (name, value) -> {
          if (!value.isEmpty()) {
            text.append(String.format("%n  %-9s %s", name, value.replace("\n", "\n            ")));
          }
        });
    return text.toString();
  }

  @Override
  public String toString() {
    return text();
  }

  private static String cut(String text) {
    String whole = text.strip();
    if (whole.length() <= LONGEST) {
      return whole;
    }
    // half a surrogate pair could be written nowhere
    int end = Character.isHighSurrogate(whole.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return whole.substring(0, end) + " ... (" + (whole.length() - end) + " more characters)";
  }
}
