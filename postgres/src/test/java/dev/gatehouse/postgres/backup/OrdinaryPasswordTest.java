package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.verify;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.knownFindings;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.Reports;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.CanaryScanner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.LogWatch;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.postgres.Postgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
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
    return each(List.of("2026", DATABASE));
  }

  static Stream<Arguments> others() {
    return each(List.of("app", today(), "x", "test", "postgres", ACCOUNT, "select", "password"));
  }

  private static Stream<Arguments> each(List<String> passwords) {
    return EngineUnderTest.postgres(OrdinaryPasswordTest.class).stream()
        .flatMap(engine -> passwords.stream().map(password -> Arguments.of(engine, password)));
  }

  /** What an artifact's id begins with. */
  private static String today() {
    return Instant.now().toString().substring(0, 10).replace("-", "");
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
    String wanted = wanted(engine);
    String told = told(engine, password);
    assertThat(told).isEqualTo(wanted).doesNotContain("[password]");
  }

  private String wanted(EngineUnderTest engine) throws Exception {
    String known = WANTED.get(engine.toString());
    String wanted = known == null ? told(engine, RANDOM) : known;
    WANTED.put(engine.toString(), wanted);
    return wanted;
  }

  private String told(EngineUnderTest engine, String chosen) throws Exception {
    try (TestDatabase database = engine.database()) {
      String account = database.newName("app");
      String password =
          chosen.equals(DATABASE) ? database.name() : chosen.equals(ACCOUNT) ? account : chosen;
      database.run(
          """
          CREATE ROLE %1$s LOGIN SUPERUSER PASSWORD '%2$s';
          CREATE ROLE %1$s_test NOLOGIN;
          CREATE SCHEMA app;
          CREATE TABLE app.x (id integer PRIMARY KEY, test text);
          INSERT INTO app.x VALUES (1, 'postgres'), (2, 'app');
          GRANT USAGE ON SCHEMA app TO %1$s_test;
          GRANT INSERT ON app.x TO %1$s_test;
          """
              .formatted(account, password));
      Path here = Files.createTempDirectory(work, "run");
      Target target =
          Target.at(
              "test",
              database.jdbcUrl(),
              account,
              Secret.of("password", password.toCharArray()),
              Postgres.dialectWith(Dumps.tools(engine)));
      String told =
          chosen.equals(RANDOM) && Boolean.getBoolean("engines.every")
              ? watched(target, here, account)
              : ran(target, here) + known(target, here, account + "_test");
      try (var left = Files.walk(here.resolve("journals"))) {
        for (Path file : left.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(RANDOM);
        }
      }
      return told.replace(here.toString(), "WORK")
          .replace(account, "ACCOUNT")
          .replace(database.name(), "DATABASE")
          .replaceAll("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}", "ID")
          .replaceAll("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+Z?", "TIME")
          .replaceAll("[0-9a-f]{64}", "SHA")
          .replaceAll("[0-9]+(\\.[0-9]+)?", "N")
          .replaceAll("N(ms|s)\\b", "N")
          .replaceAll(" +", " ");
    }
  }

  /** Drivers log at every level meanwhile, which takes a minute: with -Pengines and -Pnightly. */
  private static String watched(Target target, Path here, String account) throws Exception {
    try (LogWatch watch = LogWatch.over(new CanaryScanner(RANDOM))) {
      String told = ran(target, here) + known(target, here, account + "_test");
      assertThat(watch.leaks()).isEmpty();
      assertThat(watch.count()).isGreaterThan(10_000);
      return told;
    }
  }

  private static String ran(Target target, Path here) throws Exception {
    BackUp dump = backUp(into(here.resolve("vault"))).named("Dump of app");
    Runbook book =
        runbook(
            "Latest orders of 2026",
            gate("Backup of x", dump),
            gate("Drill", restoreDrill(dump).intoScratchDatabase()),
            gate(
                "Change test",
                inOneTransaction(sql("update app.x set test = 'select ' || test where id = 2"))
                    .named("Update x in app")
                    .undoneBy(restore(dump))),
            gate("Judged", noRows("select * from app.x where test like 'select app'")));
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

  private static String known(Target target, Path here, String role) throws Exception {
    Check check = grantee(role).mayNot(INSERT).on("app.*");
    Path file = here.resolve("known.txt");
    assertThat(knownFindings(file).record(target, check)).isEqualTo(1);
    verify(knownFindings(file).strictly().leftOutOf(check), target);
    Throwable thrown = catchThrowable(() -> verify(check, target));
    return Files.readString(file) + thrown.getMessage();
  }

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(OrdinaryPasswordTest.class).subList(0, 1);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_password_that_nobody_writes_by_chance_is_in_no_name(EngineUnderTest engine)
      throws Exception {
    try (TestDatabase database = engine.database()) {
      String account = database.newName("app");
      database.run("CREATE ROLE " + account + " LOGIN SUPERUSER PASSWORD '" + RANDOM + "'");
      Target target =
          Target.at(
              "shop",
              database.jdbcUrl(),
              account,
              Secret.of("password", RANDOM.toCharArray()),
              Postgres.dialect());
      Runbook book = runbook("Uses " + RANDOM, gate("g", noRows("select 1 where false")));
      assertThatThrownBy(() -> Plan.of(book, target))
          .isInstanceOf(Refusal.class)
          .hasMessage(
              """
              a name holds the password of the target's account: 'Uses [password]'
                expected  names that may be printed and journaled
                found     Uses [password]
                fix       give account '%s' another password, or name it otherwise
                code      plan.secret-in-name\
              """
                  .formatted(account));
    }
  }
}
