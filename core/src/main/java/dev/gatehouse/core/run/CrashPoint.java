package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Event;
import java.util.Locale;

/**
 * Where a process can die between two durable actions, in the order in which a run passes them.
 *
 * <p>Each record of the journal has two more: the intent's lie between {@link #SESSION_OPENED} and
 * {@link #LATCH_TAKEN}, the outcome's come last. Those of an effect's own lie before {@link
 * #EFFECT_APPLIED} or {@link #PART_APPLIED}; those of the parts are passed once a part.
 */
enum CrashPoint {
  LEASE_TAKEN("lease.taken"),
  LEASE_VERIFIED("lease.verified"),
  SPACE_RESERVED("space.reserved"),
  SESSION_OPENED("session.opened"),
  LATCH_TAKEN("latch.taken"),
  /** Before the intent of each part. */
  PART_CHECKED("part.checked"),
  /** Before the outcome of each part. */
  PART_APPLIED("part.applied"),
  EFFECT_APPLIED("effect.applied"),
  MARKER_WRITTEN("marker.written"),
  COMMITTED("committed"),
  MARKER_READ("marker.read");

  /** What a point is told of that belongs to no step. */
  static final String RUN = "run";

  private final String text;

  CrashPoint(String text) {
    this.text = text;
  }

  String of(String subject) {
    return subject + ":" + text;
  }

  static String written(String subject, Event event) {
    return record(subject, event) + ".written";
  }

  static String durable(String subject, Event event) {
    return record(subject, event) + ".durable";
  }

  private static String record(String subject, Event event) {
    return subject + ":" + event.name().toLowerCase(Locale.ROOT);
  }
}
