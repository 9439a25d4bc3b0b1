package dev.gatehouse.core.artifact;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;

/** The vault's refusals and failures, each with all its facts. */
final class VaultRefusals {
  private VaultRefusals() {}

  static Finding finding(String code, String head, String expected, String found, String fix) {
    return Finding.of(code, head).withExpected(expected).withFound(found).withFix(fix);
  }

  static Refusal to(String code, String head, String expected, String found, String fix) {
    return new Refusal(finding(code, head, expected, found, fix));
  }

  /** The same words for each way in which an artifact can be no longer what was published. */
  static Refusal damaged(String code, String head, String expected, String found) {
    return to(
        code, head, expected, found, "do not use this artifact; restore an older one or back up");
  }

  static Refusal unreadable(String what, IOException cause) {
    return new Refusal(
        finding(
            "vault.unreadable",
            what + " could not be read or written",
            "a vault that this account can read and write",
            cause.toString(),
            "give this account the directory and its files, and the disk room, then try again"),
        cause);
  }

  static StepFailed failed(String code, String head, String found, String fix) {
    return new StepFailed(Finding.of(code, head).withFound(found).withFix(fix));
  }
}
