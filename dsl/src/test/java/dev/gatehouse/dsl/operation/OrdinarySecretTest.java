package dev.gatehouse.dsl.operation;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.command;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.Reports;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sampled.Few;
import dev.gatehouse.dsl.Desk;
import dev.gatehouse.dsl.backup.BackUp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Secrets that are words of everybody change nothing in a run on SQLite and in what it says. */
class OrdinarySecretTest {
  private static final String RANDOM = "Zq7wK2pV9xTb4mRd";

  @TempDir Path work = Path.of("");

  static Stream<String> words() {
    List<String> all =
        List.of("2026", "x", "app", "test", "shop", today(), "select", "password", "Dump");
    return Few.of(3, all.size()).mapToObj(all::get);
  }

  /** What an artifact's id begins with. */
  private static String today() {
    return Instant.now().toString().substring(0, 10).replace("-", "");
  }

  @ParameterizedTest
  @MethodSource("words")
  void a_run_ends_and_says_what_it_says_with_a_random_one(String word) throws Exception {
    assertThat(told(word, "true")).isEqualTo(told(RANDOM, "true")).doesNotContain("[token]");
  }

  @Test
  void one_that_nobody_writes_by_chance_is_nowhere_though_its_reader_says_it() throws Exception {
    assertThat(told(RANDOM, "s=$(cat); echo \"got $s\"")).contains("got [token]");
  }

  private String told(String secret, String reader) throws Exception {
    Path here = Files.createTempDirectory(work, "run");
    Target target =
        Desk.shop(
            here.resolve("shop.db"),
            "create table x(id integer primary key, test text)",
            "insert into x values (1, 'postgres'), (2, 'app')");
    BackUp dump = backUp(into(here.resolve("vault"))).named("Dump of app");
    Runbook book =
        runbook(
            "Latest orders of 2026",
            gate("Backup of x", dump),
            gate("Drill", restoreDrill(dump).into(here.resolve("scratch"))),
            gate(
                "Tell",
                command("/bin/sh", "-c", reader)
                    .withSecretOnStdin(Secret.of("token", secret.toCharArray()))
                    .named("Tell app")
                    .besideTarget()
                    .cannotBeUndone("test")),
            gate(
                "Change test",
                inOneTransaction(sql("update x set test = 'select ' || test where id = 2"))
                    .named("Update x in app")
                    .undoneBy(restore(dump))),
            gate("Judged", noRows("select * from x where test like 'select app'")));
    Files.createDirectories(here.resolve("scratch"));
    Plan plan = Plan.of(book, target);
    try (Run run = Runner.journalingTo(here.resolve("journals")).startedBy("test").start(plan)) {
      RunRecord record = run.toEnd();
      assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.NOT_UNDONE);
      Reports.Written written = Reports.write(here.resolve("reports"), record, "HEAD");
      try (var left = Files.walk(here)) {
        for (Path file : left.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(RANDOM);
        }
      }
      List<String> all =
          List.of(
              plan.full(),
              RunText.failure(record),
              Files.readString(written.checklist()),
              Files.readString(written.json()));
      return String.join("\n", all)
          .replace(here.toString(), "WORK")
          .replaceAll("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}", "ID")
          .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+Z?", "TIME")
          .replaceAll("[0-9a-f]{64}", "SHA")
          .replaceAll("[0-9]+(\\.[0-9]+)?", "N")
          .replaceAll("N(ms|s)\\b", "N")
          .replaceAll(" +", " ");
    }
  }
}
