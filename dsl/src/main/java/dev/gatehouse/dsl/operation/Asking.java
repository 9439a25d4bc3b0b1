package dev.gatehouse.dsl.operation;

import dev.gatehouse.dsl.words.Names;
import java.time.Duration;
import java.util.List;

/**
 * What people are to agree to, before it is said who: {@code approval("restore
 * production").by(atLeast(2, "senior engineer"), one("product owner")).validFor(ofHours(12))}.
 *
 * <p>Immutable. Not a step yet.
 *
 * @since 0.1
 */
public final class Asking {
  private final String question;

  public Asking(String question) {
    if (question.isBlank()) {
      throw new IllegalArgumentException("question is blank: say what people are to agree to");
    }
    this.question = question;
  }

  /** Asked of these people, all of them different ones. */
  public OfPeople by(Seats first, Seats... rest) {
    return new OfPeople(question, Names.list(first, rest));
  }

  /**
   * What people are to agree to and who, before it is said how long their words are worth
   * something.
   *
   * <p>Immutable. Not a step yet.
   *
   * @since 0.1
   */
  public static final class OfPeople {
    private final String question;
    private final List<Seats> seats;

    OfPeople(String question, List<Seats> seats) {
      this.question = question;
      this.seats = seats;
    }

    /**
     * A word counts for that long from when it was said.
     *
     * @throws IllegalArgumentException when it is not above zero
     */
    public Approval validFor(Duration time) {
      return Approval.of(question, seats, time);
    }

    @Override
    public String toString() {
      return question + " (not yet a step: say validFor(...))";
    }
  }

  @Override
  public String toString() {
    return question + " (not yet a step: say by(...))";
  }
}
