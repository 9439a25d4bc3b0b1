package dev.gatehouse.dsl.tell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.tell.Delivery;
import dev.gatehouse.core.tell.Notice;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobSummaryTest {
  @TempDir Path directory;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  private static Notice notice(String id, String report, Finding... findings) {
    return new Notice(
        id,
        Instant.EPOCH,
        Set.of(Occasion.ENDED),
        "run",
        "shop",
        "shop",
        "UNDONE",
        "ended",
        List.of(),
        Map.of(),
        List.of(findings),
        report);
  }

  private JobSummary summary() {
    PrintStream out = new PrintStream(log, true, StandardCharsets.UTF_8);
    return JobSummary.in(directory.resolve("summary.md"), out);
  }

  private String text() throws IOException {
    return Files.readString(directory.resolve("summary.md"));
  }

  @Test
  void a_report_is_added_once_however_often_it_is_told() throws IOException {
    assertThat(summary().deliver(List.of(notice("r:1:s", "# `shop`")))).isEqualTo(Delivery.told());
    summary().deliver(List.of(notice("r:1:s", "# `shop`")));
    summary().deliver(List.of(notice("r:2:s", "# `again`")));
    assertThat(text())
        .isEqualTo("<!-- gatehouse r:1:s -->\n\n# `shop`\n<!-- gatehouse r:2:s -->\n\n# `again`\n");
  }

  @Test
  void a_long_report_is_cut_at_a_line_and_says_so() throws IOException {
    summary().deliver(List.of(notice("r:1:s", "- `é`\n".repeat(200_000))));
    summary().deliver(List.of(notice("r:2:s", "more\n")));
    assertThat(Files.size(directory.resolve("summary.md"))).isBetween(890_000L, 901_000L);
    assertThat(text())
        .contains("- `é`\n\n\n**Cut here: ")
        .contains(" bytes of this report are not shown; the journal has them.**\n")
        .doesNotContain("more");
  }

  @Test
  void a_line_of_a_file_is_marked_and_nothing_else_is() {
    Finding found =
        Finding.of("script.failed", "100% of it\nfailed ::warning::x")
            .withFound(
                "db/migrations/003_orders.sql:12 said no, at db.example.com:5432, 10.0.0.1:80");
    summary().deliver(List.of(notice("r:1:s", "x", found, found)));
    assertThat(log.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "::error file=db/migrations/003_orders.sql,line=12::100%25 of it%0Afailed ::warning::x"
                + " (script.failed)"
                + System.lineSeparator());
  }

  @Test
  void a_summary_that_cannot_be_written_is_told_later() {
    JobSummary nowhere = JobSummary.in(directory.resolve("no/summary.md"), new PrintStream(log));
    assertThat(nowhere.deliver(List.of(notice("r:1:s", "x"))).kind())
        .isEqualTo(Delivery.Kind.LATER);
  }
}
