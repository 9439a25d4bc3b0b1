package dev.gatehouse.dsl.tell;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What people are told before, during and after a change: what happens, its status, whom it
 * concerns, until when, what they should do, and when they hear more. What is not known is said to
 * be unknown, never left out.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class Message {
  private static final String UNKNOWN = "not known yet";

  private final String subject;
  private final String status;
  private final String impact;
  private final String eta;
  private final String action;
  private final String update;

  private Message(
      String subject, String status, String impact, String eta, String action, String update) {
    this.subject = subject;
    this.status = status;
    this.impact = impact;
    this.eta = eta;
    this.action = action;
    this.update = update;
  }

  /**
   * A message under that subject.
   *
   * @throws IllegalArgumentException when it is blank
   */
  public static Message of(String subject) {
    if (subject.isBlank()) {
      throw new IllegalArgumentException("subject is blank: nobody would read it");
    }
    return new Message(subject, UNKNOWN, UNKNOWN, UNKNOWN, "none", "");
  }

  /** That a change begins. */
  public static Message begins(String what) {
    return of("[BEGINS] " + what).status("beginning now");
  }

  /** That a change is taken back. */
  public static Message rollbackInitiated(String what, String because) {
    return of("[ROLLBACK INITIATED] " + what).status("rolling back due to " + because);
  }

  /** That a change is complete. */
  public static Message finished(String what) {
    return of("[FINISHED] " + what).status("finished, gates open").impact("none").eta("done");
  }

  /** That a production was restored, and is to be looked at. */
  public static Message restored(String what) {
    return of("[CRITICAL] " + what + " was restored")
        .status("restored; what came after the backup is lost")
        .action("verify at once what you own");
  }

  /** The same with that status. */
  public Message status(String text) {
    return new Message(subject, text, impact, eta, action, update);
  }

  /** The same, saying whom it concerns, and how. */
  public Message impact(String text) {
    return new Message(subject, status, text, eta, action, update);
  }

  /** The same, saying when it should be over. */
  public Message eta(String text) {
    return new Message(subject, status, impact, text, action, update);
  }

  /** The same, saying what readers should do. */
  public Message action(String text) {
    return new Message(subject, status, impact, eta, text, update);
  }

  /** The same, promising to say more by then. */
  public Message updatingIn(Duration time) {
    return new Message(subject, status, impact, eta, action, time.toMinutes() + " minutes");
  }

  String subject() {
    return subject;
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("Status: " + status);
    lines.add("Impact: " + impact);
    lines.add("ETA: " + eta);
    lines.add("Action required: " + action);
    if (!update.isEmpty()) {
      lines.add("Next update in " + update + ".");
    }
    return lines;
  }

  @Override
  public String toString() {
    return subject + "\n" + String.join("\n", lines());
  }
}
