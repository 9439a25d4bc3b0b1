package dev.gatehouse.dsl.tell;

import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.tell.Delivery;
import dev.gatehouse.core.tell.Notice;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Adds the report of a run to the summary of a GitHub Actions job when it ends, waits or is paused,
 * and marks the lines of files that findings name. What is there already is not added again. GitHub
 * takes 1 MiB a step (docs.github.com, "Workflow commands": step isolation and limits); the report
 * is cut at 900 KB, and says so.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class JobSummary extends NamedChannel<JobSummary> {
  private static final int MOST = 900_000;

  private final Path file;
  private final PrintStream log;

  private JobSummary(Path file, PrintStream log, Set<Occasion> occasions) {
    super("job-summary", occasions);
    this.file = file;
    this.log = log;
  }

  /**
   * Of the job that this process is a step of.
   *
   * @throws Refusal {@code tell.no-summary} when it is none
   */
  public static JobSummary ofThisJob() {
    String file = Optional.ofNullable(System.getenv("GITHUB_STEP_SUMMARY")).orElse("");
    if (file.isBlank()) {
      throw new Refusal(
          Finding.of("tell.no-summary", "there is no job whose summary could be told")
              .withExpected("a step of a GitHub Actions job, where GITHUB_STEP_SUMMARY is set")
              .withFound("it is not set")
              .withFix("leave jobSummary() out where it does not run as such a step"));
    }
    return in(Path.of(file), System.out);
  }

  /** In that file; what marks lines goes to that log. */
  public static JobSummary in(Path file, PrintStream log) {
    return new JobSummary(file, log, EnumSet.of(Occasion.ENDED, Occasion.WAITING, Occasion.PAUSED));
  }

  /** Under its one name: a job has one summary. */
  @Override
  JobSummary with(String newName, Set<Occasion> newOccasions) {
    return new JobSummary(file, log, newOccasions);
  }

  @Override
  public Delivery deliver(List<Notice> notices) {
    try {
      Notice last = notices.get(notices.size() - 1);
      byte[] there = Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
      String mark = "<!-- gatehouse " + last.id() + " -->";
      if (!new String(there, StandardCharsets.UTF_8).contains(mark)) {
        String line = "    " + NoticeText.line(last) + "\n";
        String report = last.report().isEmpty() ? line : last.report();
        Files.write(
            file,
            cut(mark + "\n\n" + report + "\n", MOST - there.length),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        Annotations.of(last.findings()).forEach(log::println);
      }
      return Delivery.told();
    } catch (IOException e) {
      return Delivery.later(
          Finding.of("tell.summary", "the job's summary cannot be written")
              .withExpected("a file this process may write: " + file)
              .withFound(e.getClass().getSimpleName())
              .withFix("see that GITHUB_STEP_SUMMARY is as the job set it"));
    }
  }

  /** At the end of a line, so that nothing is left open. */
  private static byte[] cut(String text, int room) {
    byte[] whole = text.getBytes(StandardCharsets.UTF_8);
    if (whole.length <= room) {
      return whole;
    }
    int end = Math.max(0, room);
    while (end > 0 && whole[end - 1] != '\n') {
      end--;
    }
    String note =
        "\n\n**Cut here: "
            + (whole.length - end)
            + " bytes of this report are not shown; the journal has them.**\n";
    return (new String(whole, 0, end, StandardCharsets.UTF_8) + note)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return name() + " (" + file + ")";
  }
}
