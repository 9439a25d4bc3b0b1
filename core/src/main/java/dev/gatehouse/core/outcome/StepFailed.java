package dev.gatehouse.core.outcome;

import java.util.List;

/**
 * Thrown by an effect that found out by itself that it cannot be completed. What state it left is
 * not told by this exception but proven by a rollback or a probe.
 *
 * @since 0.1
 */
public final class StepFailed extends GatehouseException {
  private static final long serialVersionUID = 1L;

  /** How it ended, where that says more than a look at the world can. */
  public enum Ending {
    /** It failed; a rollback or a probe tells what it left. */
    FAILED,
    /** It failed by itself, and what shows the whole does not show a part of it. */
    PERHAPS_IN_PART,
    /** It returned without an error: that nothing shows its effect does not prove there is none. */
    RETURNED,
    /** It was refused before anything was done; only what shows all of it speaks against that. */
    REFUSED,
    /** Nobody saw its end: what the world shows is all that is known. */
    LOST
  }

  private final transient List<Finding> findings;
  private final Ending ending;

  public StepFailed(Finding finding) {
    this(List.of(finding));
  }

  public StepFailed(List<Finding> findings) {
    this(findings, Ending.FAILED);
  }

  public StepFailed(List<Finding> findings, Ending ending) {
    super(String.join(System.lineSeparator(), findings.stream().map(Finding::text).toList()));
    this.findings = List.copyOf(findings);
    this.ending = ending;
  }

  /** How what was executed ended. */
  public Ending ending() {
    return ending;
  }

  /** What went wrong; at least one. */
  public List<Finding> findings() {
    return findings;
  }
}
