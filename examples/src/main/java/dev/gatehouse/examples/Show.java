package dev.gatehouse.examples;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.LiveConsole;
import dev.gatehouse.core.report.Reports;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.dsl.sql.InOneTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;

/** What an example prints of a run: live lines, recap, failure, and where the reports are. */
public final class Show {
  private Show() {}

  public static LiveConsole live() {
    return LiveConsole.of(
        System.out,
        Boolean.getBoolean("examples.terminal"),
        System.getenv(),
        InstantSource.system());
  }

  /** What the trials of a run would have changed in the catalogue. */
  public static void wouldChange(RunRecord record) {
    record.steps().stream()
        .flatMap(step -> step.evidence().stream())
        .map(proof -> proof.facts().get(InOneTransaction.WOULD_CHANGE))
        .filter(Objects::nonNull)
        .forEach(lines -> System.out.println("in the catalogue this would change\n" + lines));
  }

  /**
   * At the end of a run, while it is still open and can sign its head. How it ended is told whether
   * or not the reports find room: they can be written again from the journal.
   */
  public static void end(Run run, RunRecord record, Path reports) {
    String head = run.head();
    try {
      Reports.Written written = Reports.write(reports, record, head);
      System.out.println("checklist  " + written.checklist());
      System.out.println("page       " + written.html());
      System.out.println("report     " + written.json());
      System.out.println("results    " + written.junit());
    } catch (IOException | Refusal e) {
      System.out.println("reports    NOT WRITTEN to " + reports + ": " + e);
    }
    System.out.println("journal    " + run.journal());
    System.out.println(
        "verify     examples/run verify " + run.journal() + " --head '" + head + "'");
  }
}
