package dev.gatehouse.core.journal;

import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.outcome.Finding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a journal says of its run: nothing else is ever believed about it. Resume, undo and reports
 * all work on this view, so that what people read is what the engine acts on.
 *
 * <p>Grows with its journal; one thread at a time.
 *
 * @since 0.1
 */
public final class RunRecord {
  /** Code of the finding of a step that was cut off because somebody stopped the run. */
  public static final String STOPPED = "run.stopped";

  /** Something a person decided, or that happened beside the steps. */
  public record Remark(Instant at, String text) {}

  private final String run;
  private final String plan;
  private final String initiator;
  private final Outline outline;
  private final Instant opened;
  private final Map<String, StepRecord> steps = new LinkedHashMap<>();
  private final List<String> openGates = new ArrayList<>();
  private final List<StepRecord> appliedInOrder = new ArrayList<>();
  private final List<Remark> remarks = new ArrayList<>();
  private final Map<String, Guarded> guards = new LinkedHashMap<>();
  private final Said said = new Said();
  private final Notices notices = new Notices();
  private Map<String, String> facts = Map.of();
  private final Timeline timeline = new Timeline();
  private RunState state = RunState.RUNNING;
  private Instant last;
  private @Nullable Instant wakeAt;
  private String waitsFor = "";
  private boolean undoing;
  private String stoppedBy = "";
  private boolean panicked;

  /** A tripped guard: what it does, and whether a person went on in spite of it. */
  public record Guarded(String reaction, List<Finding> findings, boolean confirmed) {}

  private RunRecord(Entry opened) {
    Map<String, Object> body = opened.body();
    run = RecordCodec.text(body, "run");
    plan = RecordCodec.text(body, "plan");
    initiator = RecordCodec.text(body, "initiator");
    said.initiator(initiator);
    facts(body);
    outline = RecordCodec.outline(body);
    this.opened = opened.at();
    last = opened.at();
    for (Outline.GateLine gate : outline.gates()) {
      for (Outline.StepLine step : gate.steps()) {
        steps.put(step.name(), new StepRecord(gate.name(), step));
      }
    }
  }

  /**
   * The view of those records.
   *
   * @return empty when they hold no OPENED record: the run never began
   */
  public static Optional<RunRecord> of(List<Entry> entries) {
    RunRecord record = null;
    for (Entry entry : entries) {
      if (record != null) {
        record.add(entry);
      } else if (entry.type().equals(Event.OPENED.name())) {
        record = new RunRecord(entry);
      }
    }
    return Optional.ofNullable(record);
  }

  /**
   * Moves the view on by one record. Types of later versions are refused by the journal, not here.
   */
  public void add(Entry entry) {
    // That others were told is no news of the run, which may have ended before.
    boolean telling = entry.type().equals("TOLD") || entry.type().equals("NOT_TOLD");
    if (!Journal.ownClock(entry.type()) && !telling) {
      last = entry.at();
    }
    Map<String, Object> body = entry.body();
    Optional<People> before = said.people();
    said.add(entry);
    timeline.add(entry);
    if (before.isPresent() && !before.equals(said.people())) {
      remark(entry, "who may decide, and by which keys, is not as it was before");
    }
    switch (entry.type()) {
      case "LEASED" -> leased(entry);
      case "CHECKED" -> checked(entry);
      case "GATE_OPENED" -> openGates.add(RecordCodec.text(body, "gate"));
      case "WAITING" -> waiting(entry);
      case "INTENT" -> intent(entry);
      case "OUTCOME" -> outcome(entry);
      case "PART_INTENT" -> {
        Parts.Way way = Parts.way(body);
        step(entry).parts(way).intent(entry, way);
      }
      case "PART_OUTCOME" -> StepTransition.part(step(entry), entry);
      case "RESOLVED" -> resolved(entry);
      case "SAID" -> heard(entry);
      case "ANSWERED" -> answered(entry);
      case "ACCEPTED" -> accepted(entry);
      case "GUARDED" -> guarded(entry);
      case "CONFIRMED" -> confirmed(entry);
      case "STOPPING" -> stopping(entry);
      case "PAUSED" -> paused(entry);
      case "CLOSED" -> state = RunState.valueOf(RecordCodec.text(body, "state"));
      case "NOT_TOLD" -> notTold(entry);
      default -> {
        // FORMAT, REPAIRED and SEAL are the journal's own affair, TOLD that of the notices
      }
    }
    notices.add(entry, state);
  }

  private void facts(Map<String, Object> body) {
    Map<String, Object> told = RecordCodec.map(body, "facts");
    if (!told.isEmpty()) {
      Map<String, String> all = new LinkedHashMap<>();
      told.forEach((name, value) -> all.put(name, String.valueOf(value)));
      facts = Collections.unmodifiableMap(all);
    }
  }

  private void notTold(Entry entry) {
    Map<String, Object> body = entry.body();
    String why =
        RecordCodec.findings(body).stream()
            .map(finding -> ": " + finding.headline() + ", " + finding.found())
            .findFirst()
            .orElse("");
    String until = RecordCodec.flag(body, "left") ? " yet" : "";
    remark(
        entry,
        "channel '"
            + RecordCodec.text(body, "channel")
            + "' was not told of "
            + body.get("count")
            + " notices"
            + until
            + why);
  }

  private void confirmed(Entry entry) {
    String name = RecordCodec.text(entry.body(), "guard");
    guards.computeIfPresent(
        name, (same, guard) -> new Guarded(guard.reaction(), guard.findings(), true));
    String who = RecordCodec.text(entry.body(), "who");
    remark(entry, who + " confirmed to go on in spite of guard '" + name + "'");
  }

  /**
   * What the pause cut off did not fail: when it proves not to have happened, it is ready again.
   */
  private void paused(Entry entry) {
    state = RunState.PAUSED;
    steps.values().forEach(step -> step.inDoubtByError = false);
    // Until somebody resumes it, it looks at nothing.
    wakeAt = null;
    String who = RecordCodec.text(entry.body(), "who");
    String by = who.isEmpty() ? "" : who + " ";
    remark(entry, by + "paused: " + RecordCodec.text(entry.body(), "why"));
  }

  private void leased(Entry entry) {
    facts(entry.body());
    if (entry.body().containsKey("replaced")) {
      remark(entry, "took over from " + RecordCodec.text(entry.body(), "replaced"));
    }
    for (StepRecord step : steps.values()) {
      StepTransition.leased(step, !undoing && !openGates.contains(step.gate()));
    }
    goOn();
  }

  private void goOn() {
    if (!state.closed()) {
      state = undoing ? RunState.UNDOING : RunState.RUNNING;
    }
    waitsFor = "";
    wakeAt = null;
  }

  private void checked(Entry entry) {
    goOn();
    StepTransition.checked(step(entry), entry);
  }

  private void heard(Entry entry) {
    Map<String, Object> body = entry.body();
    String who = RecordCodec.text(body, "who");
    String what = RecordCodec.text(body, "kind") + " of '" + RecordCodec.text(body, "step") + "'";
    if (RecordCodec.flag(body, "counts")) {
      StepTransition.said(step(entry), Said.word(entry));
      remark(entry, who + " (" + RecordCodec.text(body, "role") + ") said " + what);
    } else {
      String why =
          RecordCodec.findings(body).stream().map(Finding::headline).findFirst().orElse("");
      remark(entry, what + " by " + who + " does not count: " + why);
    }
  }

  private void waiting(Entry entry) {
    boolean doubt = steps.values().stream().anyMatch(step -> step.state == StepState.IN_DOUBT);
    state = doubt ? RunState.IN_DOUBT : RunState.WAITING;
    waitsFor = RecordCodec.text(entry.body(), "reason");
    String until = RecordCodec.text(entry.body(), "until");
    String name = RecordCodec.text(entry.body(), "step");
    if (!until.isEmpty()) {
      wakeAt = Instant.parse(until);
    } else if (!name.isEmpty()) {
      wakeAt = null;
    }
    if (!name.isEmpty()) {
      StepRecord step = step(entry);
      if (step.state == StepState.UNDOING) {
        state = RunState.UNDOING;
      } else {
        step.state = StepState.WAITING;
      }
      StepTransition.waiting(step, entry, wakeAt);
    }
  }

  private void intent(Entry entry) {
    goOn();
    StepTransition.intent(step(entry), entry);
  }

  private void outcome(Entry entry) {
    StepRecord step = step(entry);
    StepState before = step.state;
    StepTransition.outcome(step, entry);
    settle(step, before);
  }

  private void settle(StepRecord step, StepState before) {
    giveUp(step);
    if (step.state.applied() && !appliedInOrder.contains(step)) {
      appliedInOrder.add(step);
    } else if (step.state == StepState.UNDONE) {
      appliedInOrder.remove(step);
      step.parts().undone();
    } else if (step.state == StepState.IN_DOUBT) {
      step.undoInFlight = before == StepState.UNDOING || step.undoInFlight;
      state = RunState.IN_DOUBT;
    }
  }

  /** What would have gone on behind the parts that are in effect, and will not. */
  private void giveUp(StepRecord step) {
    if ((undoing || panicked)
        && step.state == StepState.PENDING
        && !step.parts().inEffect().isEmpty()) {
      step.state = StepState.FAILED_PARTIAL;
      appliedInOrder.add(step);
    }
  }

  private void resolved(Entry entry) {
    StepRecord step = step(entry);
    StepState before = step.state;
    StepTransition.resolved(step, entry);
    if (step.state != StepState.IN_DOUBT) {
      goOn();
    }
    settle(step, before);
    String by = step.who.isEmpty() ? ", because " : ", says " + step.who + ": ";
    String to = RecordCodec.text(entry.body(), "state");
    remark(entry, "'" + step.name() + "' was in doubt: " + to + by + step.reason);
  }

  private void answered(Entry entry) {
    goOn();
    StepRecord step = step(entry);
    boolean undo = step.state == StepState.UNDOING || step.undoInFlight;
    boolean yes = RecordCodec.flag(entry.body(), "yes");
    StepTransition.answered(step, entry, undo, yes);
    settle(step, step.state);
    String what = (undo ? "the undo of '" : "'") + step.name() + "'";
    remark(entry, step.who + (yes ? " confirmed " : " declined ") + what);
  }

  private void accepted(Entry entry) {
    goOn();
    StepRecord step = step(entry);
    StepTransition.accepted(step, entry);
    remark(entry, step.who + " accepted '" + step.name() + "' as it is: " + step.reason);
  }

  private void guarded(Entry entry) {
    String guard = RecordCodec.text(entry.body(), "guard");
    String reaction = RecordCodec.text(entry.body(), "reaction");
    waitsFor = "";
    if (reaction.isEmpty()) {
      guards.remove(guard);
      remark(entry, "guard '" + guard + "' passes again");
    } else {
      guards.put(guard, new Guarded(reaction, RecordCodec.findings(entry.body()), false));
      remark(entry, "guard '" + guard + "' tripped: " + reaction);
    }
  }

  private void stopping(Entry entry) {
    String mode = RecordCodec.text(entry.body(), "mode");
    if (mode.equals("PANIC")) {
      panicked = true;
    } else {
      undoing = true;
    }
    if (!mode.equals("FAILED")
        && steps.values().stream().noneMatch(StepTransition::failedByItself)) {
      stoppedBy = RecordCodec.text(entry.body(), "who");
    }
    steps.values().forEach(this::giveUp);
    steps.values().forEach(StepTransition::askNoMore);
    goOn();
    if (!mode.equals("FAILED")) { // that is told by the step that failed
      String who = RecordCodec.text(entry.body(), "who");
      remark(entry, who + " " + mode + ": " + RecordCodec.text(entry.body(), "why"));
    }
  }

  private void remark(Entry entry, String text) {
    remarks.add(new Remark(entry.at(), text));
  }

  private StepRecord step(Entry entry) {
    String name = RecordCodec.text(entry.body(), "step");
    StepRecord step = steps.get(name);
    if (step == null) {
      throw new Bug("record " + entry.seq() + " names step '" + name + "' that the run has not");
    }
    return step;
  }

  /** Identity of the run. */
  public String run() {
    return run;
  }

  /** Who, or which guard, stopped it before it had failed by itself; empty when nobody did. */
  public Optional<String> stoppedBy() {
    return Optional.of(stoppedBy).filter(who -> !who.isEmpty());
  }

  /** Digest of the plan it executes. */
  public String plan() {
    return plan;
  }

  /** Who started it. */
  public String initiator() {
    return initiator;
  }

  /** What people said, and who they are. */
  public Said said() {
    return said;
  }

  /** Who is told of it, and who has still to be. */
  public Notices notices() {
    return notices;
  }

  /**
   * What is known of who called for it, such as commit and link; of the last start or resume that
   * knew anything.
   */
  public Map<String, String> facts() {
    return facts;
  }

  /** When its steps were waited for, executed and undone. */
  public Timeline timeline() {
    return timeline;
  }

  /** The plan as printed when the run began. */
  public Outline outline() {
    return outline;
  }

  /** Where it is. */
  public RunState state() {
    return state;
  }

  /** Whether it stops and undoes instead of going on. */
  public boolean undoing() {
    return undoing;
  }

  /** Whether somebody panicked: nothing more is touched, not even by a resumed run. */
  public boolean panicked() {
    return panicked;
  }

  /** When it began. */
  public Instant opened() {
    return opened;
  }

  /** When its last record was written, not counting those of who was told. */
  public Instant last() {
    return last;
  }

  /** When a waiting run is to be looked at again; absent when only a person can move it. */
  public Optional<Instant> wakeAt() {
    return Optional.ofNullable(wakeAt);
  }

  /** Why it waits, as it was last told; empty when it does not, or a guard has its say since. */
  public String waitsFor() {
    return waitsFor;
  }

  /** All steps in the runbook's order. */
  public List<StepRecord> steps() {
    return List.copyOf(steps.values());
  }

  /** The step of that name. */
  public Optional<StepRecord> step(String name) {
    return Optional.ofNullable(steps.get(name));
  }

  /** What is applied and not undone, in the order it was applied. */
  public List<StepRecord> applied() {
    return List.copyOf(appliedInOrder);
  }

  /** Names of the gates that have opened. */
  public List<String> openGates() {
    return Collections.unmodifiableList(openGates);
  }

  /** Guards that have tripped and do not pass again. */
  public Map<String, Guarded> trippedGuards() {
    return Collections.unmodifiableMap(guards);
  }

  /** What happened beside the steps, in order. */
  public List<Remark> remarks() {
    return Collections.unmodifiableList(remarks);
  }
}
