package dev.gatehouse.core.outcome;

import java.util.List;

/**
 * Gatehouse will not do it, and nothing was touched: bad input, a missing capability, a target that
 * is not what the plan was made for. The message is the finding's whole text.
 *
 * @since 0.1
 */
public final class Refusal extends GatehouseException {
  private static final long serialVersionUID = 1L;

  private final transient List<Finding> findings;

  public Refusal(Finding finding) {
    this(finding.text(), List.of(finding));
  }

  public Refusal(Finding finding, Throwable cause) {
    super(finding.text(), cause);
    this.findings = List.of(finding);
  }

  private Refusal(String message, List<Finding> findings) {
    super(message);
    this.findings = findings;
  }

  /** Several refusals as one, so that a person can fix them all in one go. */
  public static Refusal of(List<Finding> findings) {
    return new Refusal(
        String.join(System.lineSeparator(), findings.stream().map(Finding::text).toList()),
        List.copyOf(findings));
  }

  /** What was refused and why; at least one. */
  public List<Finding> findings() {
    return findings;
  }
}
