package dev.gatehouse.core.script;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.Set;

/**
 * What is told of a script that is refused, in the same words for every product.
 *
 * @since 0.1
 */
public final class ScriptRefusal {
  private static final String ESCAPES = "script.not-transactional";

  private ScriptRefusal() {}

  /** A refusal of a script. */
  public static Refusal of(String code, String headline, String found, String fix) {
    return new Refusal(
        Finding.of(code, headline)
            .withExpected("statements that one transaction can hold")
            .withFound(found)
            .withFix(fix));
  }

  /** It cannot be cut into statements. */
  public static Refusal malformed(String headline, String found, String fix) {
    return of("script.malformed", headline, found, fix);
  }

  /** A statement would leave the transaction that is to hold it, or do nothing in it. */
  public static Refusal escapes(String headline, String found, String fix) {
    return of(ESCAPES, headline, found, fix);
  }

  /** A statement begins or ends a transaction. */
  public static Refusal ownControl(String found) {
    return escapes(
        "a script controls its transaction by itself",
        found,
        "delete this statement; inOneTransaction begins and commits");
  }

  /** A statement that the product executes outside of transactions only. */
  public static Refusal nonTransactional(String found, String fix) {
    return escapes("a script holds what no transaction holds", found, fix);
  }

  /** A statement begins with a word that the product does not know. */
  public static Refusal unknown(String product, String found, Set<String> known) {
    return escapes(
        "a script holds what is not an SQL statement of " + product,
        found,
        "correct it, or take it out; known are " + known.stream().sorted().toList());
  }
}
