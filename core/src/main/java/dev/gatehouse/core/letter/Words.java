package dev.gatehouse.core.letter;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;

/** How it is said that a word does not count: by the field that differs. */
public final class Words {
  private static final String CODE = "word.";

  private Words() {}

  /** Does not count, for this field. */
  public static Refusal refused(String field, String why, String expected, String found) {
    return new Refusal(
        Finding.of(CODE + field, why).withExpected(expected).withFound(found).withFix(fix(field)));
  }

  /** What its sender can do about it. */
  private static String fix(String field) {
    return switch (field) {
      case "sig" ->
          "sign it with that key: --key DIRECTORY; a new one counts once the run was resumed with a"
              + " runbook that names it";
      case "role" -> "have one of those say it, in a role that is asked";
      case "who" -> "have one of those say it, or name them in decidedBy(...) and resume the run";
      case "initiator" -> "have somebody say it who neither started nor resumed the run";
      case "text" -> "say it again with exactly that as its text: --text";
      case "late" -> "stop the run, if it must not go on: examples/run abort JOURNAL";
      case "owner", "inbox" -> "send it by the account that runs the run, which makes the inbox";
      case "file", "size", "form", "name" -> "write it by examples/run, or by a Mailbox";
      default ->
          "see what the run waits for: examples/run status JOURNAL; then say it again from there";
    };
  }

  /** A stop too many. */
  public static Refusal stopping() {
    return new Refusal(
        Finding.of(CODE + "late", "the run is stopping already")
            .withFix("nothing need be said: examples/run status JOURNAL tells how it ends"));
  }

  /** What the run would have done behind it is not done. */
  public static Refusal asksNoMore(String step) {
    return refused(
        "step",
        "the run was stopped, and asks nobody about '" + step + "'",
        "a word said before it was stopped",
        "it undoes what it did");
  }

  /** The field that a refusal is about; the code of one that is about something else. */
  public static String field(Refusal refusal) {
    String code = refusal.findings().get(0).code();
    return code.startsWith(CODE) ? code.substring(CODE.length()) : code;
  }
}
