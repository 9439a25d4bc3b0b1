package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.RunRecord;
import java.time.Instant;
import java.util.List;

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

  /** Only people can move it on; calling again does no harm. */
  record NeedsInput(List<Question> questions) implements Tick {}

  /** Stopped before the next effect, as it was told to. Calling again goes on. */
  record Paused(String why) implements Tick {}
}
