package dev.gatehouse.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.Test;

/** The same text that compiles as Java is typed line by line, and prints its outline. */
class JShellTest {

  @Test
  void verbs_work_line_by_line_and_values_print_their_outline() {
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      for (Class<?> type : List.of(Gatehouse.class, dev.gatehouse.core.model.Step.class)) {
        shell.addToClasspath(
            java.nio.file.Path.of(
                    java.net.URI.create(
                        type.getProtectionDomain().getCodeSource().getLocation().toString()))
                .toString());
      }
      evaluate(shell, "import static dev.gatehouse.dsl.Gatehouse.*;");
      evaluate(
          shell, "var dump = backUp(into(java.nio.file.Path.of(\"/vault\"))).named(\"dump\");");
      evaluate(shell, "var lines = rowCount(\"orders\").isAtLeast(3);");
      evaluate(
          shell,
          "var book = runbook(\"Gate A\", gate(\"Backup taken\", dump), gate(\"Counted\", lines));");
      assertThat(evaluate(shell, "dump")).isEqualTo("dump");
      assertThat(evaluate(shell, "lines")).isEqualTo("rows of orders: at least 3");
      assertThat(evaluate(shell, "book.gates()"))
          .isEqualTo("[Backup taken[dump], Counted[rows of orders: at least 3]]");
    }
  }

  private static String evaluate(JShell shell, String line) {
    List<SnippetEvent> events = shell.eval(line);
    assertThat(events).allMatch(event -> event.status() == Snippet.Status.VALID, line);
    return String.valueOf(events.get(0).value());
  }
}
