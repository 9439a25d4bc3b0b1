package dev.gatehouse.core.report;

import org.junit.jupiter.api.Test;

class RunTextTest {
  @Test
  void dump() {
    Story[] all = {
      Story.recoverable()
          .applied(Story.WIDEN)
          .applied(Story.PURGE)
          .opened("Applied")
          .closed("SUCCEEDED"),
      Story.begun()
          .applied(Story.BACK_UP)
          .checked(Story.FRESH, "FAILED", Story.stale())
          .closed("FAILED_CLEAN"),
      Story.recoverable()
          .intent(Story.WIDEN)
          .outcome(Story.WIDEN, "FAILED_PARTIAL", Story.locked())
          .stopping("undo", "'widen amount' failed")
          .undone(Story.WIDEN)
          .closed("UNDONE"),
      Story.recoverable()
          .applied(Story.WIDEN)
          .intent(Story.PURGE)
          .outcome(Story.PURGE, "FAILED_CLEAN", Story.locked())
          .undoing(Story.WIDEN)
          .outcome(Story.WIDEN, "UNDO_FAILED", Story.locked())
          .closed("NOT_UNDONE"),
      Story.begun()
          .applied(Story.BACK_UP)
          .waiting(Story.FRESH, "2026-11-22T02:00:00Z", "window opens 02:00"),
      Story.recoverable()
          .intent(Story.WIDEN)
          .tell("LEASED", java.util.Map.of())
          .tell(
              "RESOLVED",
              java.util.Map.of(
                  "step",
                  Story.WIDEN,
                  "state",
                  "IN_DOUBT",
                  "reason",
                  "no marker and no session",
                  "who",
                  "")),
      Story.recoverable()
          .applied(Story.WIDEN)
          .guarded("no errors", "PANIC", Story.locked())
          .stopping("PANIC", "guard 'no errors'")
          .closed("PANICKED"),
      Story.begun().applied(Story.BACK_UP).checked(Story.FRESH, "INCONCLUSIVE", Story.stale()),
    };
    for (Story story : all) {
      System.out.println(RunText.recap(story.run()));
      System.out.println(RunText.failure(story.run()) + "=====");
    }
  }
}
