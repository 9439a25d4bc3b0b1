package dev.gatehouse.core.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CauseTest {
  private static Finding excess(String table, String... fix) {
    return Finding.of("privileges.excess", "app may do more than it should with " + table)
        .withExpected("nothing")
        .withFound("DELETE: app is a member of owner, owner owns " + table)
        .withFix(String.join("\n", fix));
  }

  @Test
  void findings_of_one_remedy_are_told_once_with_all_that_they_touch() {
    assertThat(
            CheckText.of(
                List.of(
                    excess("items", "REVOKE owner FROM app"),
                    excess("orders", "REVOKE owner FROM app", "-- for DELETE"),
                    Finding.of("rows.exposed", "app sees rows of others")
                        .withFix("REVOKE owner FROM app"))))
        .isEqualTo(
            """
            app may do more than it should with items
              expected  nothing
              found     DELETE: app is a member of owner, owner owns items
              also      app may do more than it should with orders: DELETE: app is a member of owner, owner owns orders
                        app sees rows of others
              fix       REVOKE owner FROM app
                        -- for DELETE
              code      privileges.excess, rows.exposed""");
  }

  @Test
  void a_finding_that_needs_more_than_that_remedy_is_told_for_itself() {
    String text =
        CheckText.of(
            List.of(
                excess("items", "REVOKE owner FROM app"),
                excess("orders", "REVOKE owner FROM app", "REVOKE DELETE ON orders FROM app")));

    assertThat(text.split("\n\n")).hasSize(2).noneMatch(block -> block.contains("  also "));
  }

  @Test
  void what_nothing_is_known_to_help_is_never_told_with_another() {
    assertThat(CheckText.of(List.of(excess("items"), excess("orders"))).split("\n\n")).hasSize(2);
  }

  @Test
  void a_great_many_are_counted() {
    List<Finding> many = new ArrayList<>();
    for (int n = 0; n < 1_000; n++) {
      many.add(excess("t" + n, "REVOKE owner FROM app"));
    }

    assertThat(CheckText.of(many).lines()).hasSize(56);
    assertThat(CheckText.of(many)).contains("\n            and 949 more\n  fix       REVOKE");
  }
}
