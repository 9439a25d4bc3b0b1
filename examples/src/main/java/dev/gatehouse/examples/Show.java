package dev.gatehouse.examples;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.report.LiveConsole;
import dev.gatehouse.core.report.Reports;
import dev.gatehouse.core.run.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;

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

  /** At the end of a run, while it is still open and can sign its head. */
  public static void end(Run run, RunRecord record, Path reports) {
    String head = run.head();
    Reports.Written written;
    try {
      written = Reports.write(reports, record, head);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.println("checklist  " + written.checklist());
    System.out.println("report     " + written.json());
    System.out.println("journal    " + run.journal());
    System.out.println(
        "verify     examples/run verify " + run.journal() + " --head '" + head + "'");
  }
}
