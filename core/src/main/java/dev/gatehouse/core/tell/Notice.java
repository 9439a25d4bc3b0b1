package dev.gatehouse.core.tell;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.outcome.Finding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One thing that a channel is told, made of what the journal says up to that record; scrubbed, but
 * otherwise as people and databases wrote it: a channel escapes it for whatever shows it.
 *
 * <p>Immutable.
 *
 * @param id {@code run:record:channel}, the same however often it is delivered
 * @param at when it happened
 * @param occasions what it is
 * @param run identity of the run
 * @param runbook name of the runbook
 * @param target name, product and version of the target
 * @param state of the run by then, such as {@code WAITING}
 * @param text what happened, in one line
 * @param details more of it, line by line
 * @param facts what is known of who called for the run, such as {@code commit} and {@code link}
 * @param findings what is wrong, where something is
 * @param report the whole run as Markdown where it waits or ended; otherwise empty
 * @since 0.1
 */
public record Notice(
    String id,
    Instant at,
    Set<Occasion> occasions,
    String run,
    String runbook,
    String target,
    String state,
    String text,
    List<String> details,
    Map<String, String> facts,
    List<Finding> findings,
    String report) {

  public Notice {
    occasions = Set.copyOf(occasions);
    details = List.copyOf(details);
    findings = List.copyOf(findings);
  }

  /** The id of a record's notice on a channel. */
  public static String id(String run, Entry entry, String channel) {
    return run + ":" + entry.seq() + ":" + channel;
  }

  /** The same for that channel. */
  public Notice to(String newId) {
    return new Notice(
        newId, at, occasions, run, runbook, target, state, text, details, facts, findings, report);
  }
}
