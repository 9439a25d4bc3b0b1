package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.word.Assembly.approved;
import static dev.gatehouse.dsl.word.Assembly.change;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those who are asked are told of how much is touched: estimates, and called so. */
class PacketTest {
  @TempDir Path directory;

  private String packet(Assembly all) {
    Plan plan = Plan.of(all.book(approved(), change("one")), all.shop, all.clock);
    try (Run run = all.runner().startAnother(plan)) {
      run.advance();
      return run.packet();
    }
  }

  @Test
  void rows_are_what_the_statistics_say_and_of_what_the_plan_names() throws Exception {
    Assembly all = new Assembly(directory);
    all.beside("create table undone(a)");
    all.beside("insert into undone values (1), (2), (3)");
    all.beside("insert into done values ('zero'), ('zero')");
    assertThat(packet(all))
        .contains("rows of all tables: unknown, without statistics\n")
        .contains("rows of done, named in the plan: unknown, without statistics\n")
        .doesNotContain("rows of undone");
    all.beside("analyze");
    all.beside("create table later(a)");
    assertThat(packet(all))
        .contains(
            "rows of all tables: about 5 (estimated), without those of 2 tables that have no"
                + " statistics\n")
        .contains("rows of done, named in the plan: about 2 (estimated)\n")
        .doesNotContain("rows of undone");
  }
}
