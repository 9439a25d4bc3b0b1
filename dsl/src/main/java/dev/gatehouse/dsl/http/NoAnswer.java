package dev.gatehouse.dsl.http;

import dev.gatehouse.core.outcome.Finding;

/** An exchange that came to no whole answer. */
final class NoAnswer extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Finding finding;
  private final boolean sent;

  NoAnswer(Finding finding, boolean sent) {
    super(finding.headline());
    this.finding = finding;
    this.sent = sent;
  }

  Finding finding() {
    return finding;
  }

  /** Whether the request may have reached the other side: then nobody knows what it did. */
  boolean sent() {
    return sent;
  }
}
