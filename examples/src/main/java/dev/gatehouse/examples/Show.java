package dev.gatehouse.examples;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.LiveConsole;
import dev.gatehouse.core.report.Reports;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.dsl.sql.InOneTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What an example prints of a plan and a run: live lines, recap, failure, and where the reports
 * are.
 */
public final class Show {
  private Show() {}

  /** For a terminal of as many columns as {@code examples/run} has found. */
  public static LiveConsole live() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    Optional.ofNullable(System.getProperty("examples.columns"))
        .ifPresent(columns -> environment.put("COLUMNS", columns));
    return LiveConsole.of(
        System.out, Boolean.getBoolean("examples.terminal"), environment, InstantSource.system());
  }

  /** A plan on a page, and where the whole of it is. */
  public static void plan(Plan plan, Path work) throws IOException {
    System.out.print(plan);
    Path whole = Files.writeString(work.resolve("plan.txt"), plan.full());
    System.out.println("whole plan " + near(whole));
  }

  /** As a shell that stands here may name it, which is shorter. */
  public static Path near(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path there = path.toAbsolutePath();
    return there.startsWith(here) ? here.relativize(there) : there;
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
      Path kept = Files.writeString(reports.resolve(record.run() + ".head"), head);
      System.out.println(
          "checklist  " + near(written.checklist()) + ", and .html, .json, .junit.xml");
      System.out.println("head       " + near(kept) + " (keep it away from the journal)");
    } catch (IOException | Refusal e) {
      System.out.println("reports    NOT WRITTEN to " + reports + ": " + e);
    }
    System.out.println("journal    " + near(run.journal()));
  }
}
