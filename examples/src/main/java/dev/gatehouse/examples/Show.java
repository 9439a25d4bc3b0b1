package dev.gatehouse.examples;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.report.LiveConsole;
import dev.gatehouse.core.report.Reports;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Run;
import java.nio.file.Path;

/** What an example prints of a run: live lines, recap, failure, and where the reports are. */
final class Show {
  private Show() {}

  static LiveConsole live() {
    return LiveConsole.on(System.out);
  }

  /** At the end of a run, while it is still open and can sign its head. */
  static void end(Run run, RunRecord record, Path reports) {
    String head = run.head();
    System.out.println();
    System.out.println(RunText.recap(record));
    if (!record.state().closed() || record.state().exitCode() != 0) {
      System.out.println(RunText.failure(record));
    }
    Reports.Written written = Reports.write(reports, record, head);
    System.out.println("checklist  " + written.checklist());
    System.out.println("report     " + written.json());
    System.out.println("journal    " + run.journal());
    System.out.println("verify     examples/run verify " + run.journal() + " --head '" + head + "'");
  }
}
