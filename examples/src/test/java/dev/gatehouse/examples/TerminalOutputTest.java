package dev.gatehouse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.examples.postgres.PostgresExamples;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingSupplier;

/** How much people read of the longest examples, at a terminal of 100 columns. */
class TerminalOutputTest {
  private static final int COLUMNS = 100;

  @BeforeEach
  void a_terminal() {
    System.setProperty("examples.terminal", "true");
    System.setProperty("examples.columns", String.valueOf(COLUMNS));
  }

  @AfterEach
  void none() {
    System.clearProperty("examples.terminal");
    System.clearProperty("examples.columns");
  }

  @Test
  void a_promotion_is_told_in_less_than_90_lines_from_its_plan_to_its_reports() throws Throwable {
    List<String> seen = seen(() -> PostgresExamples.promotion(List.of()));
    String all = String.join("\n", seen);

    assertThat(seen).as(all).hasSizeLessThan(90).allMatch(TerminalOutputTest::fits);
    assertThat(all)
        .as("what must be read is there")
        .containsOnlyOnce("PLAN ONLY")
        .contains(
            "undo as written: 'take eng back'", "SUCCEEDED", "lines are folded", "whole plan ")
        .doesNotContain("PT1", "remains", "views.vh_linka...");
    assertThat(all.split("gate '", -1)).hasSizeGreaterThan(2 * 14);
  }

  @Test
  void the_plan_of_direct_to_production_is_told_in_less_than_80_lines() throws Throwable {
    List<String> seen = seen(() -> PostgresExamples.directToProduction(List.of()));
    List<String> plan = seen.stream().takeWhile(line -> !line.startsWith("whole plan")).toList();

    assertThat(plan)
        .as(String.join("\n", plan))
        .hasSizeBetween(30, 79)
        .allMatch(TerminalOutputTest::fits)
        .anyMatch(line -> line.contains("loses what others wrote to the target since"));
  }

  /** Where a path is that cannot be broken, the checkout is in a directory of a short name. */
  private static boolean fits(String line) {
    String checkout = Workspace.examples().resolve("..").normalize().toString();
    return line.replace(checkout, "/home/gatehouse").length() <= COLUMNS;
  }

  /** Lines as they stand in the end: of one that was written again, the last. */
  private static List<String> seen(ThrowingSupplier<Integer> example) throws Throwable {
    PrintStream out = System.out;
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    System.setOut(new PrintStream(heard, true, StandardCharsets.UTF_8));
    try {
      assertThat(example.get()).isZero();
    } finally {
      System.setOut(out);
    }
    return heard
        .toString(StandardCharsets.UTF_8)
        .transform(all -> Stream.of(all.split("\n")))
        .map(line -> line.replaceAll(".*\r\u001b\\[2K", "").replaceAll("\u001b\\[[0-9;]*m", ""))
        .toList();
  }
}
