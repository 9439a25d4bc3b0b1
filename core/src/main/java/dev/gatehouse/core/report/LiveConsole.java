package dev.gatehouse.core.report;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Parts;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.StepState;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells a run line by line while it goes on, and at its end or wait what {@link RunText} has to
 * say. On a terminal the step that is under way has one line that is rewritten with bytes and
 * elapsed time; elsewhere it is told when it begins, every ten seconds, and when it ends.
 *
 * <p>Colours only on a terminal; {@code NO_COLOR} (not empty) and {@code TERM=dumb} switch them
 * off, {@code FORCE_COLOR} switches them on, {@code FORCE_COLOR=0} off; {@code NO_COLOR} beats
 * {@code FORCE_COLOR}. {@code COLUMNS} is the width of a terminal, 80 if unset: what has no room
 * stands in the next line, and nothing is cut. Symbols are ASCII when the charset cannot encode
 * others. An output that fails is not written to again: a closed pipe must not stop a run.
 *
 * <p>Thread-safe. Reads no database and needs no privilege.
 *
 * @since 0.1
 */
public final class LiveConsole implements RunListener {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);
  private static final Duration BETWEEN_REWRITES = Duration.ofMillis(100);

  private final Appendable out;
  private final boolean terminal;
  private final Map<String, String> environment;
  private final InstantSource clock;
  private final Screen screen;
  private final Lines lines;
  private final Map<String, String> told = new HashMap<>();
  private final Map<String, Long> bytes = new HashMap<>();
  private final Map<String, String> waits = new HashMap<>();
  private @Nullable Path journal;
  private String summed = "";
  private int passed;
  private @Nullable String moving;
  private Instant movingSince = Instant.EPOCH;
  private Instant movedAt = Instant.EPOCH;
  private String current = "";
  private int remarks;

  private LiveConsole(
      Appendable out,
      boolean terminal,
      Map<String, String> environment,
      InstantSource clock,
      Charset charset) {
    this.out = out;
    this.terminal = terminal;
    this.environment = Map.copyOf(environment);
    this.clock = clock;
    this.screen = Screen.of(terminal, charset, environment);
    this.lines = new Lines(out, charset);
  }

  /**
   * A console that encodes as this Java's standard output does.
   *
   * @param out such as {@code System.out}
   * @param terminal whether a person watches, such as {@code System.console() != null}
   * @param environment such as {@code System.getenv()}
   * @param clock such as {@code InstantSource.system()}
   */
  public static LiveConsole of(
      Appendable out, boolean terminal, Map<String, String> environment, InstantSource clock) {
    String name = System.getProperty("stdout.encoding", Charset.defaultCharset().name());
    Charset charset = Charset.isSupported(name) ? Charset.forName(name) : Charset.defaultCharset();
    return new LiveConsole(out, terminal, environment, clock, charset);
  }

  /** A new console with the same output that encodes in that charset. */
  public LiveConsole withCharset(Charset charset) {
    return new LiveConsole(out, terminal, environment, clock, charset);
  }

  @Override
  public synchronized void journaling(Path file) {
    journal = file;
  }

  @Override
  public synchronized void recorded(Entry entry, RunRecord run) {
    if (!run.run().equals(current)) {
      begin(run);
    }
    switch (entry.type()) {
      case "LEASED" ->
          run.steps().stream()
              .filter(step -> step.state() == StepState.IN_DOUBT)
              .forEach(this::told);
      case "INTENT" -> begun(step(entry, run), entry.at());
      case "PART_OUTCOME" -> part(entry, run);
      case "CHECKED", "OUTCOME" -> told(step(entry, run));
      case "RESOLVED", "ANSWERED", "ACCEPTED" -> {
        remarks = run.remarks().size();
        boolean news = told(step(entry, run));
        if (news && run.state() == RunState.IN_DOUBT) {
          summary(run);
        }
      }
      case "GATE_OPENED" -> opened(entry);
      case "WAITING" -> waiting(entry, run);
      default -> {
        // PAUSED, GUARDED, CONFIRMED and STOPPING are remarks of the run; the rest is the journal's
        // own affair
      }
    }
    remarks(run);
    if (entry.type().equals("PAUSED") || entry.type().equals("CLOSED")) {
      summary(run);
    }
  }

  @Override
  public synchronized void moved(String step, long done, long total) {
    Instant now = clock.instant();
    if (!step.equals(moving)) {
      moving = step;
      movingSince = now;
      movedAt = Instant.EPOCH;
    }
    bytes.put(step, done);
    Duration pause = screen.rewrites() ? BETWEEN_REWRITES : BETWEEN_LINES;
    boolean first = movedAt.equals(Instant.EPOCH);
    if (first && !screen.rewrites()) {
      movedAt = movingSince;
    } else if (first || !now.isBefore(movedAt.plus(pause))) {
      movedAt = now;
      moving(step, done, total, Duration.between(movingSince, now));
    }
  }

  private void moving(String step, long done, long total, Duration elapsed) {
    String of = total > 0 ? " of " + Words.bytes(total) + percent(done, total) : "";
    String text = "  " + screen.symbol(StepState.INTENT) + " " + Plain.line(step);
    String facts = "  " + Words.bytes(done) + of + "  " + Words.elapsed(elapsed);
    if (screen.rewrites()) {
      lines.rewrite(screen.fitting(text, facts));
    } else {
      lines.line(text + facts);
    }
  }

  private static String percent(long done, long total) {
    return " (" + Math.min(100, (long) (100.0 * done / total)) + "%)";
  }

  /** What a resumed run has behind it is not told again. */
  private void begin(RunRecord run) {
    current = run.run();
    told.clear();
    bytes.clear();
    waits.clear();
    passed = 0;
    moving = null;
    remarks = run.remarks().size();
    String head = Plain.line(run.outline().runbook()) + " on " + Words.target(run.outline());
    lines(screen.paint(Screen.Tone.HEAD, head));
    // whoever watches has just read the plan; a log may be all that is left
    String plan = screen.rewrites() ? "" : ", plan " + run.plan();
    lines("  run " + Plain.line(run.run() + plan + ", by " + run.initiator()));
  }

  private void begun(StepRecord step, Instant at) {
    moving = step.name();
    movingSince = at;
    movedAt = Instant.EPOCH;
    bytes.remove(step.name());
    told.remove(step.name());
    String text = "  " + screen.symbol(step.state()) + " " + Plain.line(step.name());
    if (screen.rewrites()) {
      lines.rewrite(screen.fitting(text, "  " + Words.of(step)));
    } else {
      lines.line(text + "  " + Words.of(step));
    }
  }

  private void part(Entry entry, RunRecord run) {
    StepRecord step = step(entry, run);
    Parts parts = step.partsOf(entry);
    parts
        .of(entry)
        .ifPresent(
            part ->
                lines(
                    "    "
                        + Plain.line(part.name())
                        + "  "
                        + Words.of(part)
                        + ", "
                        + parts.text()));
  }

  /** Says once how a step stands; a check that answers the same again is not told again. */
  private boolean told(StepRecord step) {
    String text = Words.told(step);
    if (text.equals(told.put(step.name(), text))) {
      return false;
    }
    waits.remove(step.name());
    StringBuilder line = new StringBuilder("  ");
    line.append(screen.paint(Screen.tone(step.state()), screen.symbol(step.state()) + ""));
    line.append(' ').append(Plain.line(step.name())).append("  ");
    line.append(screen.paint(Screen.tone(step.state()), text));
    if (step.name().equals(moving)) {
      Long moved = bytes.remove(step.name());
      line.append(moved == null ? "" : "  " + Words.bytes(moved));
      Instant end = step.ended().orElse(movingSince);
      line.append("  ").append(Words.elapsed(Duration.between(movingSince, end)));
      moving = null;
    }
    line(step, line.toString());
    return true;
  }

  /**
   * On a terminal a check that passed is counted by its gate, and the last change of a gate has the
   * gate beside it; a log has each line.
   */
  private void line(StepRecord step, String text) {
    if (!screen.rewrites()) {
      lines.line(text);
    } else if (step.state() == StepState.PASSED) {
      passed++;
      String mark = "  " + screen.symbol(step.state()) + " ";
      lines.rewrite(fits(text) ? text : screen.fitting(mark + Plain.line(step.name()), "  passed"));
    } else if (step.state() == StepState.SUCCEEDED && fits(text)) {
      lines.hold(text);
    } else {
      lines(text);
    }
  }

  private void opened(Entry entry) {
    String text = screen.paint(Screen.Tone.HEAD, "gate " + quoted(entry, "gate") + " is open");
    String checks = passed == 1 ? "  1 check passed" : "  " + passed + " checks passed";
    lines.more(passed == 0 ? text : text + checks, "  ", screen.columns());
    passed = 0;
  }

  private boolean fits(String text) {
    return Wrapping.width(text) <= screen.columns();
  }

  /** A terminal gets what has no room in the next line; in a log a line is one record. */
  private void lines(String text) {
    if (screen.rewrites()) {
      Wrapping.lines(text, screen.columns()).forEach(lines::line);
    } else {
      lines.line(text);
    }
  }

  /** Told once for each thing that is waited for; the time of the next look is no news. */
  private void waiting(Entry entry, RunRecord run) {
    String until = run.wakeAt().map(at -> ", until " + Words.time(at)).orElse("");
    String name = text(entry, "step");
    String what = name.isEmpty() ? "" : " " + name + " ";
    String of = run.step(name).map(Words::askedOf).orElse("");
    String reason = text(entry, "reason");
    String line = what + " waiting" + of + (reason.isEmpty() ? "" : ": " + reason);
    String text = "  " + screen.symbol(StepState.WAITING) + line + until;
    boolean people = run.wakeAt().isEmpty() || run.step(name).filter(LiveConsole::asks).isPresent();
    String before = waits.put(name, line);
    told.remove(name);
    if (screen.rewrites() && (!people || before != null)) {
      lines.rewrite(screen.paint(Screen.Tone.UNSURE, screen.fitting(text, "")));
    } else if (!line.equals(before)) {
      lines(screen.paint(Screen.Tone.UNSURE, text));
    }
    if (people && before == null) {
      told(Failure.of(run).isEmpty() ? toGoOn(run) : failure(run));
      summed = failure(run);
    }
  }

  private String toGoOn(RunRecord run) {
    return RunText.toGoOn(run, Optional.ofNullable(journal));
  }

  private static boolean asks(StepRecord step) {
    return !step.needs().isEmpty();
  }

  private void remarks(RunRecord run) {
    for (; remarks < run.remarks().size(); remarks++) {
      String remark = Plain.line(run.remarks().get(remarks).text());
      lines("  " + screen.paint(Screen.Tone.UNSURE, remark));
    }
  }

  /** Once; what is only waited for stands below the line that says so. */
  private void told(String failure) {
    if (!failure.isEmpty() && !failure.equals(summed)) {
      boolean wrong = !failure.startsWith(" ");
      if (wrong) {
        lines.line("");
      }
      failure.lines().forEach(this::failure);
      if (wrong) {
        lines.line("");
      }
    }
    summed = failure;
  }

  private void summary(RunRecord run) {
    told(failure(run));
    lines(screen.paint(Screen.Tone.HEAD, RunText.recap(run)));
  }

  private String failure(RunRecord run) {
    return journal == null ? RunText.failure(run) : RunText.failure(run, journal);
  }

  /** Heads stand at the margin, facts are indented. */
  private void failure(String line) {
    lines(screen.paint(line.startsWith(" ") ? Screen.Tone.PLAIN : Screen.Tone.BAD, line));
  }

  private static StepRecord step(Entry entry, RunRecord run) {
    return run.step(String.valueOf(entry.body().get("step"))).orElseThrow();
  }

  private static String text(Entry entry, String field) {
    return Plain.line(String.valueOf(entry.body().getOrDefault(field, "")));
  }

  private static String quoted(Entry entry, String field) {
    return "'" + text(entry, field) + "'";
  }
}
