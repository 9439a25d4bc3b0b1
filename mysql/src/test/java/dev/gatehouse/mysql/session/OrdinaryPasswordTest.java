package dev.gatehouse.mysql.session;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.noDrift;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.recordBaseline;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.statementByStatement;
import static dev.gatehouse.dsl.Gatehouse.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.Reports;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.CanaryScanner;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.LogWatch;
import dev.gatehouse.mysql.Targets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The passwords people have on their own machines change nothing in a run and in what it says. */
class OrdinaryPasswordTest {
  private static final String RANDOM = "Zq7wK2pV9xTb4mRd";
  private static final String DATABASE = "the database's name";
  private static final String ACCOUNT = "the account's name";

  private static final Map<String, String> WANTED = new HashMap<>();

  @TempDir Path work = Path.of("");

  static Stream<Arguments> few() {
    return each(List.of("2026", "x", DATABASE));
  }

  static Stream<Arguments> others() {
    return each(List.of("app", "test", "postgres", ACCOUNT, "select", "password"));
  }

  private static Stream<Arguments> each(List<String> passwords) {
    return EngineUnderTest.mysql(OrdinaryPasswordTest.class).stream()
        .flatMap(engine -> passwords.stream().map(one -> Arguments.of(engine, one)));
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("others")
  void so_it_does_with_others(EngineUnderTest engine, String password) throws Exception {
    a_run_ends_and_says_what_it_says_with_a_random_one(engine, password);
  }

  @ParameterizedTest
  @MethodSource("few")
  void a_run_ends_and_says_what_it_says_with_a_random_one(EngineUnderTest engine, String password)
      throws Exception {
    String known = WANTED.get(engine.toString());
    String wanted = known == null ? told(engine, RANDOM) : known;
    WANTED.put(engine.toString(), wanted);
    assertThat(told(engine, password)).isEqualTo(wanted).doesNotContain("[password]");
  }

  private String told(EngineUnderTest engine, String chosen) throws Exception {
    try (TestDatabase database = engine.database()) {
      String account = database.newName("app");
      String password =
          chosen.equals(DATABASE) ? database.name() : chosen.equals(ACCOUNT) ? account : chosen;
      database.run("CREATE USER " + account + " IDENTIFIED BY '" + password + "'");
      database.run("GRANT ALL ON *.* TO " + account);
      database.run("CREATE TABLE x (id INT PRIMARY KEY, test VARCHAR(20)) ENGINE = InnoDB");
      database.run("INSERT INTO x VALUES (1, 'postgres'), (2, 'app')");
      Path here = Files.createTempDirectory(work, "run");
      Target target =
          Targets.of(database, new Account(account, Secret.of("password", password.toCharArray())));
      Target mistaken =
          Targets.of(database, new Account(account, Secret.of("password", "y".toCharArray())));
      String told;
      // Drivers log at every level meanwhile; what they have of an ordinary word is no leak.
      try (LogWatch watch = LogWatch.over(new CanaryScanner(RANDOM))) {
        told =
            ran(target, here)
                + drifted(target, here)
                + catchThrowable(() -> verify(noRows("select * from nowhere"), target)).getMessage()
                + catchThrowable(() -> verify(noRows("select 1"), mistaken)).getMessage();
        assertThat(watch.leaks()).isEmpty();
      }
      try (var left = Files.walk(here.resolve("journals"))) {
        for (Path file : left.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(RANDOM);
        }
      }
      assertThat(told).doesNotContain(RANDOM);
      return told.replace(here.toString(), "WORK")
          .replace(account, "ACCOUNT")
          .replace(database.name(), "DATABASE")
          .replaceAll("gatehouse[.]s[.][0-9a-f]+", "LOCK")
          .replaceAll("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}", "ID")
          .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+Z?", "TIME")
          .replaceAll("[0-9a-f]{64}", "SHA")
          .replaceAll("[0-9]+(\\.[0-9]+)?", "N")
          .replaceAll("N(ms|s)\\b", "N")
          .replaceAll(" +", " ");
    }
  }

  private static String ran(Target target, Path here) throws Exception {
    Runbook book =
        runbook(
            "Latest orders of 2026",
            gate(
                "Change test",
                inOneTransaction(sql("update x set test = concat('select ', test) where id = 2"))
                    .named("Update x in app")
                    .undoneBy(
                        inOneTransaction(sql("update x set test = 'app' where id = 2"))
                            .cannotBeUndone("undo"))),
            gate(
                "Columns",
                statementByStatement(sql("ALTER TABLE x ADD COLUMN app VARCHAR(9) DEFAULT 'test'"))
                    .named("Add app to x")
                    .undoneBy(sql("ALTER TABLE x DROP COLUMN app"))),
            gate("Judged", noRows("select * from x where test like 'select app'")));
    Plan plan = Plan.of(book, target);
    try (Run run = Runner.journalingTo(here.resolve("journals")).startedBy("test").start(plan)) {
      RunRecord record = run.toEnd();
      assertThat(record.state()).as(RunText.recap(record)).isEqualTo(RunState.UNDONE);
      Reports.Written written = Reports.write(here.resolve("reports"), record, "HEAD");
      return String.join(
          "\n",
          plan.full(),
          RunText.failure(record),
          Files.readString(written.checklist()),
          Files.readString(written.json()));
    }
  }

  private static String drifted(Target target, Path here) throws Exception {
    Path baseline = here.resolve("baseline");
    Runbook recording =
        runbook("Recording", gate("Baseline", recordBaseline(baseline).named("Baseline of app")));
    assertThat(
            Runner.journalingTo(here.resolve("journals")).run(Plan.of(recording, target)).state())
        .isEqualTo(RunState.SUCCEEDED);
    Runbook adding =
        runbook(
            "Adding",
            gate(
                "Table",
                statementByStatement(
                        sql("CREATE TABLE app (test VARCHAR(9) DEFAULT 'test' COMMENT 'app')"))
                    .cannotBeUndone("test")));
    assertThat(Runner.journalingTo(here.resolve("journals")).run(Plan.of(adding, target)).state())
        .isEqualTo(RunState.SUCCEEDED);
    Check check = noDrift().from(baseline).named("no drift");
    Throwable thrown = catchThrowable(() -> verify(check, target));
    return thrown.getMessage() + Files.readString(baseline);
  }
}
