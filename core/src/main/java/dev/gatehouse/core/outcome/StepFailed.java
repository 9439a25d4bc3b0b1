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

  private final transient List<Finding> findings;

  public StepFailed(Finding finding) {
    this(List.of(finding));
  }

  public StepFailed(List<Finding> findings) {
    super(String.join(System.lineSeparator(), findings.stream().map(Finding::text).toList()));
    this.findings = List.copyOf(findings);
  }

  /** What went wrong; at least one. */
  public List<Finding> findings() {
    return findings;
  }
}
