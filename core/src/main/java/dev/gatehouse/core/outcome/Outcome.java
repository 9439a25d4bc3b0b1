package dev.gatehouse.core.outcome;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a check answers. Five kinds, never a boolean; everything that is not {@link Passed} or
 * {@link Skipped} keeps the gate closed.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public sealed interface Outcome {

  /** The kind of answer. */
  Status status();

  /** What is wrong; empty when nothing is. */
  default List<Finding> findings() {
    return List.of();
  }

  /** What was seen; absent when nothing was. */
  default Optional<Evidence> proof() {
    return Optional.empty();
  }

  /** It holds. */
  record Passed(Evidence evidence) implements Outcome {
    @Override
    public Status status() {
      return Status.PASSED;
    }

    @Override
    public Optional<Evidence> proof() {
      return Optional.of(evidence);
    }
  }

  /** It does not hold. */
  record Failed(List<Finding> findings, Evidence evidence) implements Outcome {
    public Failed {
      findings = atLeastOne(findings);
    }

    @Override
    public Status status() {
      return Status.FAILED;
    }

    @Override
    public Optional<Evidence> proof() {
      return Optional.of(evidence);
    }
  }

  /** Could not tell. */
  record Inconclusive(List<Finding> findings) implements Outcome {
    public Inconclusive {
      findings = atLeastOne(findings);
    }

    @Override
    public Status status() {
      return Status.INCONCLUSIVE;
    }
  }

  /**
   * Not yet.
   *
   * @param recheckAt when to ask again at the latest
   * @param reason what is awaited, such as {@code window opens 2026-11-22T02:00Z}
   * @param needs the words of people that are awaited; none when time alone is
   * @param soFar what the check wants to know when it is asked again; journaled
   */
  record Waiting(Instant recheckAt, String reason, List<Need> needs, Optional<Evidence> soFar)
      implements Outcome {
    public Waiting {
      needs = List.copyOf(needs);
    }

    /** Time alone is awaited. */
    public Waiting(Instant recheckAt, String reason) {
      this(recheckAt, reason, List.of(), Optional.empty());
    }

    @Override
    public Status status() {
      return Status.WAITING;
    }
  }

  /** Left out on purpose. */
  record Skipped(String reason, String who) implements Outcome {
    @Override
    public Status status() {
      return Status.SKIPPED;
    }
  }

  /** It holds, with this proof. */
  static Outcome passed(Evidence evidence) {
    return new Passed(evidence);
  }

  /** It does not hold, for this reason. */
  static Outcome failed(Finding finding, Evidence evidence) {
    return new Failed(List.of(finding), evidence);
  }

  /** Could not tell, for this reason. */
  static Outcome inconclusive(Finding finding) {
    return new Inconclusive(List.of(finding));
  }

  /** Not yet; ask again at that moment. */
  static Outcome waiting(Instant recheckAt, String reason) {
    return new Waiting(recheckAt, reason);
  }

  private static List<Finding> atLeastOne(List<Finding> findings) {
    if (findings.isEmpty()) {
      throw new IllegalArgumentException("findings is empty: say what is wrong");
    }
    return List.copyOf(findings);
  }
}
