package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.Notices;
import dev.gatehouse.core.journal.Parts;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.tell.Channel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The journal and the record it tells, moved on together; every text scrubbed on its way in. */
final class RunJournal implements AutoCloseable {
  /** What is read back: no scrubber touches it. Findings and evidence say themselves what is. */
  private static final Set<String> AS_IT_IS =
      Set.of(
          "step",
          "coveredBy",
          "key",
          "session",
          "gate",
          "guard",
          "state",
          "status",
          "reaction",
          "mode",
          "way",
          "partState",
          "letter",
          "digest",
          "proof",
          "kind",
          "channel",
          "said",
          "until");

  /** By the public name: it is what people set a level for. */
  private static final Logger LOG = LoggerFactory.getLogger("dev.gatehouse.core.run.Run");

  private final Journal journal;
  private final RunRecord record;
  private final Scrubber scrubber;
  private final InstantSource clock;
  private final RunListener listener;
  private final Consumer<String> points;
  private final Telling telling;
  private final RunLog log;
  private boolean warned;
  private long epoch;

  /**
   * @param journal holds an OPENED record
   * @param channels are told of it
   */
  RunJournal(
      Journal journal,
      Scrubber scrubber,
      InstantSource clock,
      RunListener listener,
      Consumer<String> points,
      List<Channel> channels) {
    List<Entry> entries = journal.entries();
    this.journal = journal;
    this.record =
        RunRecord.of(entries).orElseThrow(() -> new Bug("the journal holds no OPENED record"));
    this.log = new RunLog(record);
    this.scrubber =
        scrubber.with(channels.stream().flatMap(one -> one.secrets().stream()).toList());
    this.clock = clock;
    this.listener = listener;
    this.points = points;
    this.epoch = entries.get(entries.size() - 1).epoch();
    this.telling = new Telling(channels, journal::entries, record.run(), this.scrubber);
  }

  /** Tells what an earlier process left to be told. */
  void beginTelling() {
    telling.pending(record.notices().pending());
  }

  RunRecord record() {
    return record;
  }

  void epoch(long granted) {
    epoch = Math.max(epoch, granted);
  }

  /** Written, not yet durable. */
  void write(Event event, Map<String, Object> body) {
    Instant now = clock.instant();
    Instant at = now.isBefore(record.last()) ? record.last() : now;
    Entry entry = journal.append(at, epoch, event.name(), scrubbed(body));
    record.add(entry);
    log.recorded(entry, record);
    listener.recorded(entry, record);
  }

  /** Written and durable when this returns. */
  void writeDurably(Event event, Map<String, Object> body) {
    String step = RecordCodec.text(body, "step");
    write(event, body);
    points.accept(CrashPoint.written(step, event));
    journal.force();
    points.accept(CrashPoint.durable(step, event));
    // Only what no power loss can take back: another record could be told under its id.
    if (!record.notices().occasions().isEmpty()) {
      telling.pending(record.notices().pending());
    }
  }

  void reserve() {
    journal.reserve();
  }

  /** Durable and signed: before the head leaves this process in a wait or a report. */
  void seal() {
    Instant now = clock.instant();
    journal.seal(now.isBefore(record.last()) ? record.last() : now, epoch);
  }

  String head() {
    return journal.head();
  }

  /** All records so far. */
  List<Entry> entries() {
    return journal.entries();
  }

  /** A word that counts is decided by: durable and signed. One that does not is only kept. */
  void said(String step, Map<String, Object> word, List<Finding> refused) {
    Map<String, Object> body = body(step, word, refused, "", Optional.empty());
    body.put("counts", refused.isEmpty());
    if (refused.isEmpty()) {
      writeDurably(Event.SAID, body);
      seal();
    } else {
      write(Event.SAID, body);
    }
  }

  @Override
  public void close() {
    journal.close();
  }

  /** Whether a channel has answered, so that a turn of the run has something to journal. */
  boolean anyTold() {
    return telling.anyResults();
  }

  /**
   * Journals what came of telling. Where that cannot be written the run goes on: it is told again
   * some day, and if nothing can be written any more, the run's own records will say so.
   */
  void told() {
    if (telling.anyResults()) {
      besideTheRun(() -> telling.results().forEach(this::told));
    }
  }

  /** Waits a while for what is still to be told, and journals what is left. */
  void endTelling(Duration patience) {
    boolean interrupted = Thread.interrupted();
    try {
      telling.end(interrupted ? Duration.ZERO : patience);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    told();
    if (!record.notices().pending().isEmpty()) {
      besideTheRun(() -> record.notices().pending().forEach(this::left));
    }
    // A crash may have come between what was told and its seal.
    if (record.state().closed() && !journal.sealed()) {
      besideTheRun(this::seal);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void told(Telling.Result result) {
    Map<String, Object> body = told(result.channel(), result.upTo(), result.count());
    result.problem().ifPresent(why -> body.put("findings", RecordCodec.of(List.of(why))));
    write(result.problem().isPresent() ? Event.NOT_TOLD : Event.TOLD, body);
  }

  private void left(String channel, List<Long> open) {
    Notices.Left known = record.notices().left().get(channel);
    if (known != null && known.count() == open.size()) {
      return;
    }
    Map<String, Object> body = told(channel, open.get(open.size() - 1), open.size());
    telling.problem(channel).ifPresent(why -> body.put("findings", RecordCodec.of(List.of(why))));
    body.put("left", true);
    write(Event.NOT_TOLD, body);
  }

  private static Map<String, Object> told(String channel, long upTo, int count) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("channel", channel);
    body.put("upTo", upTo);
    body.put("count", (long) count);
    return body;
  }

  /** What was sealed is sealed again; no effect is left without its room. */
  private void besideTheRun(Runnable writing) {
    try {
      boolean sealed = journal.sealed();
      long before = journal.entries().size();
      journal.reserve();
      writing.run();
      if (sealed && journal.entries().size() > before) {
        seal();
      }
    } catch (Refusal e) {
      if (!warned) {
        warned = true;
        LOG.warn("run {}: what was told is not journaled: {}", record.run(), e.getMessage());
      }
    }
  }

  void checked(
      String step,
      String status,
      List<Finding> findings,
      String reason,
      Optional<Evidence> evidence) {
    write(Event.CHECKED, body(step, Map.of("status", status), findings, reason, evidence));
  }

  void intent(BoundStep step, String key, String session, boolean undo, boolean takingBack) {
    Map<String, Object> body = intent(step, key, session, undo);
    if (takingBack) {
      body.put("takingBack", true);
    }
    writeDurably(Event.INTENT, body);
  }

  /** Of an undo that a person does, who is asked next. */
  void intentOfPerson(BoundStep step, String key) {
    Map<String, Object> body = intent(step, key, "", true);
    body.put("byPerson", true);
    writeDurably(Event.INTENT, body);
  }

  private static Map<String, Object> intent(
      BoundStep step, String key, String session, boolean undo) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("step", step.name());
    body.put("key", key);
    body.put("session", session);
    body.put("undo", undo);
    return body;
  }

  void outcome(String step, Attempt attempt) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("state", attempt.state().name());
    attempt.part().ifPresent(part -> told.putAll(part(part)));
    attempt.unseen().ifPresent(unseen -> told.put("unseen", true));
    String reason = attempt.unseen().orElse("");
    writeDurably(Event.OUTCOME, body(step, told, attempt.findings(), reason, attempt.evidence()));
  }

  /**
   * @param found whether the world is already as the part leaves it
   */
  void partIntent(String step, Parts.Way way, int number, int of, String name, boolean found) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("step", step);
    body.put("part", (long) number);
    body.put("of", (long) of);
    body.put("way", way.name());
    body.put("name", name);
    if (found) {
      body.put("found", true);
    }
    writeDurably(Event.PART_INTENT, body);
  }

  void partOutcome(String step, Parts.Told part, Evidence evidence) {
    writeDurably(Event.PART_OUTCOME, body(step, part(part), List.of(), "", Optional.of(evidence)));
  }

  private static Map<String, Object> part(Parts.Told part) {
    return Map.of(
        "part", (long) part.number(),
        "way", part.way().name(),
        "partState", part.state().name());
  }

  /** Undone by the undo of another step, which put the whole target back. */
  void covered(StepRecord step, StepRecord rewind) {
    String by = rewind.line().rewind().map(Outline.Rewind::by).orElse("");
    String reason = "covered by '" + by + "', the undo of '" + rewind.name() + "'";
    writeDurably(
        Event.OUTCOME,
        body(
            step.name(),
            Map.of("state", StepState.UNDONE.name(), "coveredBy", rewind.name()),
            List.of(),
            reason,
            Optional.empty()));
  }

  void resolved(
      String step, Answer answer, String because, String who, Optional<Evidence> evidence) {
    resolved(step, answer, because, who, evidence, Map.of());
  }

  /**
   * @param letter what is told of the letter it came by
   */
  void resolved(
      String step,
      Answer answer,
      String because,
      String who,
      Optional<Evidence> evidence,
      Map<String, Object> letter) {
    Map<String, Object> told = new LinkedHashMap<>(letter);
    told.put("state", answer.state().name());
    told.put("who", who);
    answer.part().ifPresent(part -> told.putAll(part(part)));
    writeDurably(Event.RESOLVED, body(step, told, List.of(), because, evidence));
  }

  /**
   * @param letter what is told of the letter it came by
   */
  void answered(
      String step, String who, boolean yes, Evidence evidence, Map<String, Object> letter) {
    Map<String, Object> told = new LinkedHashMap<>(letter);
    told.put("who", who);
    told.put("yes", yes);
    writeDurably(Event.ANSWERED, body(step, told, List.of(), "", Optional.of(evidence)));
  }

  void guarded(GuardWatch.Turn turn) {
    String reaction = turn.reaction().map(Enum::name).orElse("");
    Map<String, Object> body =
        Map.of(
            "guard", turn.guard().name(),
            "reaction", reaction,
            "findings", RecordCodec.of(scrubbed(turn.findings())));
    writeDurably(Event.GUARDED, body);
  }

  private Map<String, Object> body(
      String step,
      Map<String, Object> more,
      List<Finding> findings,
      String reason,
      Optional<Evidence> evidence) {
    Map<String, Object> body = new LinkedHashMap<>(more);
    body.put("step", step);
    if (!findings.isEmpty()) {
      body.put("findings", RecordCodec.of(scrubbed(findings)));
    }
    if (!reason.isEmpty()) {
      body.put("reason", reason);
    }
    evidence.ifPresent(proof -> body.put("evidence", RecordCodec.of(scrubber.scrub(proof))));
    return body;
  }

  private List<Finding> scrubbed(List<Finding> findings) {
    return findings.stream().map(scrubber::scrub).toList();
  }

  /** Every text of a record; what the run is recognised by and acts on stays as it is. */
  private Map<String, Object> scrubbed(Map<String, Object> body) {
    Map<String, Object> clean = new LinkedHashMap<>();
    body.forEach(
        (name, value) -> {
          // A signed letter is whole, or it proves nothing: one with a secret in it is left out.
          if (name.equals("original") && !scrubber.scrub((String) value).equals(value)) {
            return;
          }
          clean.put(
              name,
              value instanceof String text && !AS_IT_IS.contains(name)
                  ? scrubber.scrub(text)
                  : value);
        });
    return clean;
  }
}
