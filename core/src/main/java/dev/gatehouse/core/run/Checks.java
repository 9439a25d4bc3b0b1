package dev.gatehouse.core.run;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;

/** Asks checks, and turns one that broke into an answer: could not tell, never passed. */
final class Checks {

  /** How often a check that broke is asked before its answer stands. */
  private static final int ATTEMPTS = 3;

  private final Scrubber scrubber;
  private final Stop stop;
  private final String fix;

  private Checks(Scrubber scrubber, Stop stop, String fix) {
    this.scrubber = scrubber;
    this.stop = stop;
    this.fix = fix;
  }

  static Checks ofRun(Scrubber scrubber, Stop stop) {
    return new Checks(
        scrubber, stop, "fix the cause and let the run go on, or accept it by name, or abort");
  }

  /** Where there is no run that could go on. */
  static Checks alone(Scrubber scrubber, Stop stop) {
    return new Checks(scrubber, stop, "fix the cause, then ask again");
  }

  /** Makes the session a check is asked on; a fresh one for each attempt. */
  interface Sessions {
    ReadingSession open();
  }

  Outcome evaluate(Check check, Sessions sessions) {
    Outcome last = broke(check, new IllegalStateException("never asked"));
    for (int attempt = 0; attempt == 0 || again(attempt); attempt++) {
      try (ReadingSession reading = sessions.open()) {
        return check.evaluate(reading);
      } catch (Exception e) {
        stop.heed(e);
        last = broke(check, e);
      }
    }
    return last;
  }

  private boolean again(int attempt) {
    return attempt < ATTEMPTS && stop.pending().isEmpty();
  }

  /** On a session that is already open: once, because a broken session stays broken. */
  Outcome evaluateOn(Check check, CheckContext reading) {
    try {
      return check.evaluate(reading);
    } catch (Exception e) {
      stop.heed(e);
      return broke(check, e);
    }
  }

  private Outcome broke(Check check, Exception e) {
    if (e instanceof Refusal refusal) {
      return new Outcome.Inconclusive(refusal.findings());
    }
    return Outcome.inconclusive(
        Finding.of("check.broke", "could not tell whether '" + check.name() + "' holds")
            .withFound(scrubber.describe(e))
            .withFix(fix));
  }
}
