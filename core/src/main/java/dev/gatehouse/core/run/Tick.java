package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.RunRecord;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Why {@link Run#advance} came back. It never sleeps: whoever drives the run decides when to call
 * it again.
 *
 * @since 0.1
 */
public sealed interface Tick {

  /** The run ended. */
  record Done(RunRecord record) implements Tick {}

  /** Nothing to do before that moment; calling earlier does no harm. */
  record WakeAt(Instant moment, String reason) implements Tick {}

  /**
   * People are asked; calling again does no harm, and reads what they said meanwhile.
   *
   * @param lookAgain when something is due although people are awaited: a guard, a word that
   *     lapses, a timer; empty when only people can move it on
   */
  record NeedsInput(List<Question> questions, Optional<Instant> lookAgain) implements Tick {
    public NeedsInput {
      questions = List.copyOf(questions);
    }

    /** Only people can move it on. */
    public NeedsInput(List<Question> questions) {
      this(questions, Optional.empty());
    }

    /** Whether the runbook itself asks, rather than something unforeseen. */
    public boolean planned() {
      return questions.stream().allMatch(question -> question.kind().planned());
    }
  }

  /** Stopped before the next effect, as it was told to. Calling again goes on. */
  record Paused(String why) implements Tick {}
}
