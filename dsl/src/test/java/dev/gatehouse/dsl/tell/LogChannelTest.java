package dev.gatehouse.dsl.tell;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseTelling.log;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The host's log has a line for each notice, by its level, and no line that a name begins. */
class LogChannelTest {
  @TempDir Path directory = Path.of("");

  private List<String> logged(LogChannel channel, String query) throws Exception {
    PrintStream err = System.err;
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    System.setErr(new PrintStream(heard, true, StandardCharsets.UTF_8));
    try {
      Runner.journalingTo(directory.resolve("journals"))
          .telling(channel)
          .run(
              Plan.of(
                  runbook("Night\nERROR forged", gate("Checked", noRows(query))),
                  Desk.shop(directory.resolve("shop.db"))));
    } finally {
      System.setErr(err);
    }
    return heard.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void each_notice_is_one_line_of_its_level() throws Exception {
    List<String> good = logged(log("runs"), "select 1 where 0");
    assertThat(good).isNotEmpty().allMatch(line -> line.contains("INFO runs - Night"));
    assertThat(good.get(good.size() - 1)).contains("SUCCEEDED").endsWith(":log]");

    List<String> bad = logged(log("runs").on(Occasion.FAILED).called("host"), "select 1");
    assertThat(bad).hasSize(1).allMatch(line -> line.contains("ERROR runs - Night"));
    assertThat(bad.get(0)).endsWith(":host]");
    assertThatThrownBy(() -> log(" ")).isInstanceOf(IllegalArgumentException.class);
  }
}
