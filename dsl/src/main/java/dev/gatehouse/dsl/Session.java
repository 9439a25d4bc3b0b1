package dev.gatehouse.dsl;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs for a shell session, with a latch: after a run that did not pass, every further run of the
 * session is refused until a person resets it. Line 12 of a script must not restore over the wreck
 * of line 11.
 *
 * <p>Thread-safe. The latch is the one thing Gatehouse keeps in static state, because a shell
 * session is a process.
 *
 * @since 0.1
 */
public final class Session {
  private static @Nullable String wreck;

  private Session() {}

  /**
   * Runs the plan to its end, then prints what went wrong, if anything did, and one line of recap
   * to standard output.
   *
   * @return what the script should exit with, see {@link
   *     dev.gatehouse.core.journal.RunState#exitCode()}
   * @throws Refusal when an earlier run of this session did not pass, or this one cannot start
   */
  public static int run(Plan plan, Runner runner) {
    return run(plan, runner, (run, record) -> Shell.tell(run, record));
  }

  /**
   * The same, and asks at the terminal what the runbook asks people to do or confirm, in the name
   * of the account that sits there. Without a terminal (a pipe, a job at night) it waits for
   * nobody, and is {@link #run(Plan, Runner)}; so it is where the runbook names people, who prove
   * who they are by letters. Whatever is answered but yes or no leaves the run waiting, to be
   * resumed.
   *
   * <p>While it asks, the run gives no sign of life; see {@link Runner#takingOverAfter}.
   *
   * @return what the script should exit with, see {@link
   *     dev.gatehouse.core.journal.RunState#exitCode()}
   * @throws Refusal when an earlier run of this session did not pass, or this one cannot start
   */
  public static int runAsking(Plan plan, Runner runner) {
    return run(plan, runner, AtTerminal.ofThisProcess(), (run, record) -> Shell.tell(run, record));
  }

  /**
   * Runs the plan to its end and prints nothing.
   *
   * @param atEnd sees the run before it is closed: to write reports with its signed head
   * @return what the script should exit with, see {@link
   *     dev.gatehouse.core.journal.RunState#exitCode()}
   * @throws Refusal when an earlier run of this session did not pass, or this one cannot start
   */
  public static int run(Plan plan, Runner runner, BiConsumer<Run, RunRecord> atEnd) {
    return run(plan, runner, Optional.empty(), atEnd);
  }

  static synchronized int run(
      Plan plan, Runner runner, Optional<AtTerminal> terminal, BiConsumer<Run, RunRecord> atEnd) {
    if (wreck != null) {
      throw new Refusal(
          Finding.of("session.latched", "an earlier runbook of this session did not pass")
              .withFound(wreck)
              .withFix("look at its report; then Session.reset(\"why it is safe to go on\")"));
    }
    wreck = "'" + plan.runbook().name() + "' did not end";
    try (Run run = runner.start(plan)) {
      RunRecord record = terminal.isPresent() ? terminal.get().toEnd(plan, run) : run.toEnd();
      atEnd.accept(run, record);
      int exitCode = record.state().exitCode();
      wreck = exitCode == 0 ? null : "'" + plan.runbook().name() + "' ended " + record.state();
      return exitCode;
    }
  }

  /** Lets the session run again, for a reason somebody can be asked about. */
  public static synchronized void reset(String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("reason is blank: say why it is safe to go on");
    }
    wreck = null;
  }
}
