package dev.gatehouse.core.report;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Outline.GateLine;
import dev.gatehouse.core.model.Outline.StepLine;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A run as its journal tells it, one record a second unless told otherwise. */
final class Story {
  static final Instant START = Instant.parse("2026-11-21T08:00:00Z");
  static final String DIGEST = "sha256:4f1d";
  static final String HEAD = "12 sha256:9b0c";

  static final String FRESH = "backup is fresh";
  static final String BACK_UP = "back up shop";
  static final String WIDEN = "widen amount";
  static final String PURGE = "purge guests";
  static final String SIGN = "dba signs";

  private final List<Entry> entries = new ArrayList<>();
  private Instant now = START;

  /** Two gates with a step of each kind. */
  static Outline outline() {
    return new Outline(
        "restore shop",
        "shop",
        new Fingerprint("SQLite", "3.54.1", "/data/shop.db", "main"),
        List.of(
            new GateLine(
                "Recoverable",
                List.of(
                    new StepLine(
                        BACK_UP,
                        "+",
                        EffectClass.EXTERNAL,
                        List.of("VACUUM INTO '/vault/shop.db'"),
                        "nothing to undo: the target stays as it is",
                        List.of()),
                    new StepLine(
                        FRESH,
                        "=",
                        EffectClass.READ,
                        List.of("age of the backup is at most 15m"),
                        "",
                        List.of()))),
            new GateLine(
                "Applied",
                List.of(
                    new StepLine(
                        SIGN,
                        "?",
                        EffectClass.HUMAN,
                        List.of("May it start? (asked of: dba)"),
                        "nothing to undo: an answer",
                        List.of()),
                    new StepLine(
                        WIDEN,
                        "~",
                        EffectClass.TRANSACTIONAL,
                        List.of("ALTER TABLE orders\n  ADD COLUMN amount2 INTEGER"),
                        "undone by 'narrow amount'",
                        List.of("ALTER TABLE orders DROP COLUMN amount2")),
                    new StepLine(
                        PURGE,
                        "!",
                        EffectClass.TRANSACTIONAL,
                        List.of("DELETE FROM guests"),
                        "cannot be undone: the guests have left",
                        List.of())))),
        List.of("no errors, every 1s, aborts"));
  }

  static Story begun() {
    return begun(outline());
  }

  static Story begun(Outline outline) {
    Map<String, Object> body = new HashMap<>(RecordCodec.of(outline));
    body.putAll(Map.of("run", "r-1", "plan", DIGEST, "initiator", "anna"));
    return new Story().tell("OPENED", body).tell("LEASED", Map.of());
  }

  /** The backup is made and proved fresh, and the dba has said yes. */
  static Story recoverable() {
    return begun()
        .intent(BACK_UP)
        .after(Duration.ofSeconds(70))
        .outcome(BACK_UP, "SUCCEEDED", Evidence.at(START).with("bytes", 4096).with("id", "b-7"))
        .checked(FRESH, "PASSED")
        .opened("Recoverable")
        .answered(SIGN, true);
  }

  Story after(Duration time) {
    now = now.plus(time);
    return this;
  }

  Story tell(String type, Map<String, Object> body) {
    entries.add(new Entry(entries.size() + 1L, now, 1, type, body, "", ""));
    now = now.plusSeconds(1);
    return this;
  }

  Story checked(String step, String status, Finding... findings) {
    return tell(
        "CHECKED",
        Map.of("step", step, "status", status, "findings", RecordCodec.of(List.of(findings))));
  }

  Story opened(String gate) {
    return tell("GATE_OPENED", Map.of("gate", gate));
  }

  Story waiting(String step, String until, String reason) {
    return tell("WAITING", Map.of("step", step, "until", until, "reason", reason));
  }

  /** A wait that tells what it has seen so far. */
  Story soFar(String step, Evidence evidence) {
    return tell(
        "WAITING", Map.of("step", step, "reason", "not yet", "evidence", RecordCodec.of(evidence)));
  }

  Story intent(String step) {
    return tell("INTENT", Map.of("step", step, "undo", false, "session", "pid 41"));
  }

  Story undoing(String step) {
    return tell("INTENT", Map.of("step", step, "undo", true, "session", "pid 41"));
  }

  Story outcome(String step, String state, Finding... findings) {
    return tell(
        "OUTCOME",
        Map.of("step", step, "state", state, "findings", RecordCodec.of(List.of(findings))));
  }

  Story outcome(String step, String state, Evidence evidence) {
    return tell(
        "OUTCOME", Map.of("step", step, "state", state, "evidence", RecordCodec.of(evidence)));
  }

  Story applied(String step) {
    return intent(step).outcome(step, "SUCCEEDED");
  }

  Story undone(String step) {
    return undoing(step).outcome(step, "UNDONE");
  }

  Story answered(String step, boolean yes) {
    return tell("ANSWERED", Map.of("step", step, "yes", yes, "who", "bert"));
  }

  Story stopping(String mode, String why) {
    return tell("STOPPING", Map.of("mode", mode, "who", "bert", "why", why));
  }

  Story guarded(String guard, String reaction, Finding... findings) {
    return tell(
        "GUARDED",
        Map.of(
            "guard", guard, "reaction", reaction, "findings", RecordCodec.of(List.of(findings))));
  }

  Story closed(String state) {
    return tell("CLOSED", Map.of("state", state));
  }

  RunRecord run() {
    return RunRecord.of(entries).orElseThrow();
  }

  /** Tells a listener as a run would: each record with the view that includes it. */
  Story tellTo(RunListener listener) {
    for (int i = 1; i <= entries.size(); i++) {
      listener.recorded(entries.get(i - 1), RunRecord.of(entries.subList(0, i)).orElseThrow());
    }
    return this;
  }

  /** Tells only the last record, as to a listener that came late. */
  void tellLastTo(RunListener listener) {
    listener.recorded(entries.get(entries.size() - 1), run());
  }

  static Finding stale() {
    return Finding.of("backup.stale", "the backup is too old")
        .withExpected("at most 15m")
        .withFound("2h03m")
        .withFix("take it again: back up shop");
  }

  static Finding locked() {
    return Finding.of("sql.locked", "table orders is locked")
        .withFound("SQLITE_BUSY\nby pid 77")
        .withFix("end the session that holds it");
  }
}
