package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.PartRecord;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Need;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The words that all reports use for the same thing. */
final class Words {
  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Words() {}

  static String of(StepRecord step) {
    String word =
        switch (step.state()) {
          case PENDING -> step.parts().inEffect().isEmpty() ? "not run" : "stopped half-way";
          case WAITING -> "waiting";
          case INCONCLUSIVE -> "could not tell";
          case PASSED -> "passed";
          case SKIPPED -> step.accepted() ? "could not tell, accepted" : "skipped";
          case FAILED -> "failed";
          case INTENT -> "under way";
          case SUCCEEDED -> "done";
          case FAILED_CLEAN -> "failed, nothing left behind";
          case FAILED_PARTIAL -> "failed, something left behind";
          case IN_DOUBT -> step.undoInFlight() ? "undo in doubt" : "in doubt";
          case UNDOING -> "being undone";
          case UNDONE -> HowUndone.isUnknown(step) ? "undone as written, not compared" : "undone";
          case UNDO_FAILED -> "undo failed";
        };
    String undo = step.state() == StepState.UNDONE ? "" : step.undoParts().text();
    String parts = step.parts().text() + (undo.isEmpty() ? "" : "; of its undo " + undo);
    String told = parts.isEmpty() ? word : word + " (" + parts + ")";
    return step.recovered() && step.state() != StepState.PENDING
        ? told + ", proven after a crash"
        : told;
  }

  static String of(PartRecord part) {
    return switch (part.state()) {
      case PENDING -> "not in effect";
      case INTENT -> "begun, and nobody saw how it ended";
      case APPLIED -> "in effect";
      case FOUND -> "was so before, and stays";
      case REPEATABLE, PARTIAL -> "failed, something left behind";
      case TAKING_BACK -> "was in effect; nobody saw how taking it back ended";
      case TAKEN_BACK -> "taken back";
      case UNDONE -> "undone with the step";
    };
  }

  /** The word, and who and why where a person or a wait is behind it. */
  static String told(StepRecord step) {
    StringBuilder told = new StringBuilder(of(step));
    if (!step.who().isEmpty()) {
      told.append(" (").append(Plain.line(step.who())).append(')');
    }
    if (!step.reason().isEmpty()) {
      told.append(": ").append(Plain.line(step.reason()));
    }
    return told.toString();
  }

  /** Whoever stopped a run is the reason of its end, and no gate that stayed closed. */
  static String of(RunRecord run) {
    String why =
        run.stoppedBy().map(who -> "stopped by " + Plain.line(who)).orElse("a gate stayed closed");
    return switch (run.state()) {
      case RUNNING -> "going on";
      case WAITING -> "waiting for a time or for an answer";
      case PAUSED -> "stopped before the next effect; can be resumed";
      case UNDOING -> "undoing what was applied";
      case IN_DOUBT -> "nobody can say what became of a step";
      case SUCCEEDED -> "all gates opened";
      case FAILED_CLEAN -> why + ", and nothing was left behind";
      case UNDONE ->
          HowUndone.unknown(run).isEmpty()
              ? why + ", and all that had been applied was undone"
              : why
                  + ", and each undo succeeded; as written, not compared: "
                  + HowUndone.unknownNames(run);
      case NOT_UNDONE -> why + ", and something that was applied remains";
      case PANICKED -> "stopped at once, nothing undone";
    };
  }

  /** The roles that a step waits for, as {@code for dba}, unless its reason names them. */
  static String askedOf(StepRecord step) {
    List<String> roles =
        step.needs().stream()
            .map(Need::role)
            .filter(role -> !role.isEmpty())
            .distinct()
            .map(Plain::line)
            .toList();
    boolean named = roles.stream().allMatch(Plain.line(step.reason())::contains);
    return named ? "" : " for " + String.join(", ", roles);
  }

  /** Name, product and version of the target. */
  static String target(Outline outline) {
    return Plain.line(
        outline.target()
            + " ("
            + outline.fingerprint().product()
            + " "
            + outline.fingerprint().version()
            + ")");
  }

  static String time(Instant at) {
    return UTC.format(at);
  }

  /** Such as {@code 340ms}, {@code 7s}, {@code 2m14s}, {@code 1h02m14s}, {@code 3d04h00m}. */
  static String elapsed(Duration time) {
    if (time.isNegative()) {
      return "0s";
    }
    long seconds = time.toSeconds();
    if (seconds == 0) {
      return time.toMillis() + "ms";
    } else if (seconds < 60) {
      return seconds + "s";
    } else if (seconds < 3600) {
      return format("%dm%02ds", seconds / 60, seconds % 60);
    } else if (seconds < 86_400) {
      return format("%dh%02dm%02ds", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
    return format("%dd%02dh%02dm", seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
  }

  /** Such as {@code 999 B}, {@code 1.5 KiB}, {@code 12.3 GiB}. */
  static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes;
    int unit = -1;
    while (value >= 1024 && unit < 4) {
      value /= 1024;
      unit++;
    }
    return format("%.1f %ciB", value, "KMGTP".charAt(unit));
  }

  static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
