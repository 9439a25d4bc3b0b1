package dev.gatehouse.mysql.access;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.verify;
import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.grantsCover;
import static dev.gatehouse.dsl.access.Privilege.CREATE;
import static dev.gatehouse.dsl.access.Privilege.INDEX;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.access.GrantLeastPrivilege;
import dev.gatehouse.dsl.access.PrivilegeCheck;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Grants where each statement commits: computed, executed part by part, taken back. */
class GrantSequencesTest {
  @TempDir Path work = Path.of("");

  private static final class Death extends Error {
    private static final long serialVersionUID = 1;
  }

  static List<Served> engines() {
    return Served.share(GrantSequencesTest.class);
  }

  private static Stage stage(Served served) throws SQLException {
    return Stage.of(served, "app", "reports")
        .run(
            "CREATE TABLE {db}.ks_item (id INT, note TEXT)",
            "CREATE TABLE {db}.ks_user (id INT, password TEXT)",
            "CREATE TABLE {db}.node (id INT)");
  }

  /** What the server says of an account, line by line. */
  private static List<String> grants(Stage stage, String account) throws SQLException {
    return stage.rows("SHOW GRANTS FOR " + account).stream()
        .map(line -> stage.shortened(line).replaceAll("IDENTIFIED BY .*", ""))
        .sorted()
        .toList();
  }

  private static PrivilegeCheck claim(Stage stage) {
    return grantee(stage.filled("{app}@%"))
        .mayOnly(SELECT, INSERT, UPDATE, CREATE, INDEX)
        .on(stage.filled("{db}.ks_*"));
  }

  private static GrantLeastPrivilege least(Stage stage) {
    return grantLeastPrivilege(claim(stage))
        .revokingLegacyWithin(stage.filled("{db}.*"))
        .named("least privilege");
  }

  private Runner runner() {
    return Runner.journalingTo(work.resolve("journals"));
  }

  private RunRecord run(Stage stage, Runbook book) {
    return runner().run(Plan.of(book, stage.target()));
  }

  private static void succeeded(RunRecord record) {
    assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
  }

  private static Runbook failing(Stage stage) {
    return runbook(
        "grants", gate("grants", least(stage)), gate("then", noRows("no way", "select 1")));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_broad_legacy_grant_becomes_one_for_each_table(Served served) throws Exception {
    try (Stage stage = stage(served)) {
      stage.run(
          "GRANT ALL PRIVILEGES ON {db}.* TO '{app}'@'%' WITH GRANT OPTION",
          "GRANT SELECT (id), UPDATE (password), DELETE ON {db}.ks_user TO '{app}'@'%'",
          "GRANT SELECT ON {db}.node TO '{app}'@'%'");
      List<String> before = grants(stage, "'{app}'@'%'");
      RunRecord undone = run(stage, failing(stage));
      assertThat(undone.state()).as(RunText.failure(undone)).isEqualTo(RunState.UNDONE);
      assertThat(grants(stage, "'{app}'@'%'")).isEqualTo(before);
      Plan plan = Plan.of(runbook("grants", gate("grants", least(stage))), stage.target());
      assertThat(stage.shortened(plan.full()))
          .contains(
              "computed from the effective access as of planning, not tried: GRANT and REVOKE"
                  + " commit here")
          .contains("GRANT CREATE, INDEX, INSERT, SELECT, UPDATE ON `db`.`ks_item` TO 'app'@'%'")
          .contains("-- app@% on db.node: ")
          .containsPattern(
              "left alone, no right on tables, of which alone the claims speak: to take it away:"
                  + " REVOKE ALTER ROUTINE, CREATE ROUTINE, .*EVENT, EXECUTE, LOCK TABLES.* ON"
                  + " `db`\\.\\* FROM 'app'@'%'");
      succeeded(runner().run(plan));
      assertThat(grants(stage, "'{app}'@'%'"))
          .hasSize(4)
          .anyMatch(line -> line.startsWith("GRANT USAGE ON *.*"))
          .anyMatch(
              line ->
                  line.matches(
                      "GRANT (?!.*(SELECT|DELETE|ALTER,|CREATE,|VIEW|HISTORY|OPTION)).*EXECUTE.*"
                          + " ON `db`\\.\\* TO `app`@`%`"))
          .contains("GRANT SELECT, INSERT, UPDATE, CREATE, INDEX ON `db`.`ks_item` TO `app`@`%`");
      verify(claim(stage), stage.target());
      verify(grantsCover(claim(stage)), stage.target());
      stage.run("CREATE TABLE {db}.ks_new (id INT)");
      assertThatThrownBy(() -> verify(grantsCover(claim(stage)), stage.target()))
          .extracting(e -> stage.shortened(String.valueOf(e.getMessage())))
          .asString()
          .contains("GRANT INSERT ON `db`.`ks_new` TO 'app'@'%'");
      stage.run("DROP TABLE {db}.ks_new");
      assertThat(stage.prepares("app", "SELECT * FROM {db}.ks_item")).isZero();
      assertThat(stage.prepares("app", "SELECT * FROM {db}.node")).isEqualTo(1142);
      // once more there is nothing to do
      succeeded(run(stage, runbook("grants", gate("grants", least(stage)))));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_routine_that_leads_to_more_is_refused_and_not_taken_away(Served served) throws Exception {
    try (Stage stage = stage(served)) {
      stage.run(
          "CREATE PROCEDURE {db}.purge() DELETE FROM {db}.ks_item",
          "GRANT SELECT, EXECUTE ON {db}.* TO '{app}'@'%'");
      refused(
          stage,
          least(stage),
          "app@% perhaps may do more than it should with db.ks_item",
          "REVOKE EXECUTE ON `db`.* FROM 'app'@'%'");
      stage.run("ALTER PROCEDURE {db}.purge SQL SECURITY INVOKER");
      succeeded(run(stage, runbook("grants", gate("grants", least(stage)))));
      assertThat(grants(stage, "'{app}'@'%'")).contains("GRANT EXECUTE ON `db`.* TO `app`@`%`");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_name_with_backslash_and_quotes_is_written_as_it_is(Served served) throws Exception {
    try (Stage stage = stage(served).named("odd")) {
      String account = "`{odd}\\'``\"`@`%`";
      stage.run("CREATE USER " + account, "GRANT DELETE ON {db}.* TO " + account);
      try {
        GrantLeastPrivilege step =
            grantLeastPrivilege(
                    grantee(stage.filled("{odd}\\'`\"@%"))
                        .mayOnly(SELECT)
                        .on(stage.filled("{db}.ks_*")))
                .revokingLegacyWithin(stage.filled("{db}.*"));
        succeeded(run(stage, runbook("grants", gate("grants", step))));
        assertThat(
                stage.rows(
                    "SELECT table_name, table_priv FROM mysql.tables_priv WHERE user LIKE '{odd}%'"
                        + " ORDER BY table_name"))
            .containsExactly("ks_item|Select", "ks_user|Select");
        assertThat(stage.rows("SELECT db FROM mysql.db WHERE user LIKE '{odd}%'")).isEmpty();
      } finally {
        stage.run("DROP USER " + account);
      }
    }
  }

  private static final String BROAD = "GRANT SELECT, DELETE, EXECUTE ON {db}.* TO '{app}'@'%'";

  @ParameterizedTest
  @MethodSource("engines")
  void killed_at_a_point_it_goes_on_behind_the_parts_that_are_known(Served served)
      throws Exception {
    try (Stage stage = stage(served)) {
      stage.run(BROAD, "GRANT DELETE ON {db}.ks_user TO '{app}'@'%'");
      List<String> broad = grants(stage, "'{app}'@'%'");
      Runbook book = failing(stage);
      List<String> points = new ArrayList<>();
      runner().withPoints(points::add).run(Plan.of(book, stage.target()));
      assertThat(grants(stage, "'{app}'@'%'")).isEqualTo(broad);
      List<Integer> ofStep =
          IntStream.range(0, points.size() - 1)
              .filter(at -> points.get(at).matches("(least privilege|undo).*"))
              .boxed()
              .toList();
      // each death is a whole run and another that goes on; the longer builds die ten times as
      // often
      int often = Boolean.getBoolean("engines.every") ? 5 : 57;
      int every = Integer.getInteger("grants.every", often);
      int deaths = 0;
      for (int i = Math.min(every, ofStep.size()) / 2; i < ofStep.size(); i += every) {
        dieAt(stage, book, ofStep.get(i));
        deaths++;
        assertThat(grants(stage, "'{app}'@'%'")).as(points.get(ofStep.get(i))).isEqualTo(broad);
      }
      assertThat(deaths).as("deaths at " + points).isPositive();
    }
  }

  private void dieAt(Stage stage, Runbook book, int at) {
    int[] left = {at};
    Run dying =
        runner()
            .withPoints(
                reached -> {
                  if (--left[0] < 0) {
                    throw new Death();
                  }
                })
            .start(Plan.of(book, stage.target()));
    assertThatThrownBy(dying::toEnd).isInstanceOf(Death.class);
    dying.close();
    try (Run resumed = runner().resume(book, stage.target(), dying.journal())) {
      RunRecord record = resumed.toEnd();
      assertThat(record.state()).as(at + " " + RunText.failure(record)).isEqualTo(RunState.UNDONE);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void rows_of_which_nobody_knows_which_one_counts_are_not_touched(Served served) throws Exception {
    try (Stage stage = stage(served)) {
      String prefix = stage.name("db").substring(0, stage.name("db").length() - 1) + "_";
      stage
          .run("GRANT SELECT ON {db}.* TO '{app}'@'%'")
          .run("GRANT INSERT, DELETE ON `" + prefix + "`.* TO '{app}'@'%'");
      if (stage.isMariaDb()) {
        succeeded(run(stage, runbook("grants", gate("grants", least(stage)))));
      } else {
        refused(stage, least(stage), "grants.tied", "nobody can tell which of them counts");
      }
    }
  }

  private void refused(Stage stage, GrantLeastPrivilege step, String... words) {
    assertThatThrownBy(() -> Plan.of(runbook("grants", gate("grants", step)), stage.target()))
        .isInstanceOf(Refusal.class)
        .extracting(e -> stage.shortened(String.valueOf(e.getMessage())))
        .asString()
        .contains(words);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_revoke_that_would_let_another_row_count_is_refused(Served served) throws Exception {
    try (Stage stage = stage(served)) {
      String prefix = stage.name("db").substring(0, stage.name("db").length() - 1) + "%";
      stage
          .run("GRANT SELECT ON {db}.* TO '{app}'@'%'")
          .run("GRANT INSERT, DELETE ON `" + prefix + "`.* TO '{app}'@'%'")
          .database("x");
      // the pattern opens another database, too: it is no part of the scope
      refused(
          stage,
          least(stage),
          "may do more than it should with db.ks_item",
          "a REVOKE was not possible, or would reach beyond the scope",
          "would gain what nobody asked for",
          "app@% gains DELETE, INSERT on db.node");
      assertThat(stage.prepares("app", "INSERT INTO {db}.node VALUES (1)")).isEqualTo(1142);
    }
    try (Stage stage = stage(served)) {
      String exact = stage.exactly("db");
      String prefix = exact.replaceFirst(".`\\.\\*$", "_`.*");
      stage
          .run("GRANT SELECT ON " + exact + " TO '{app}'@'%'")
          .run("GRANT INSERT, DELETE ON " + prefix + " TO '{app}'@'%'");
      succeeded(run(stage, runbook("grants", gate("grants", least(stage)))));
      assertThat(grants(stage, "'{app}'@'%'")).hasSize(3);
      assertThat(stage.prepares("app", "INSERT INTO {db}.node VALUES (1)")).isEqualTo(1142);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_a_definer_gains_is_gained_by_all_who_use_its_views(Served served) throws Exception {
    try (Stage stage = stage(served)) {
      stage.run(
          "CREATE DEFINER = '{app}'@'%' VIEW {db}.names AS SELECT id FROM {db}.ks_user",
          "GRANT SELECT ON {db}.names TO '{reports}'@'%'");
      refused(
          stage,
          least(stage),
          "reports@% would gain what nobody asked for",
          "SELECT on db.ks_user");
      succeeded(
          run(
              stage,
              runbook(
                  "grants",
                  gate(
                      "grants",
                      least(stage)
                          .acceptingGainsOf(
                              stage.filled("{reports}@%"), "the view is for them")))));
      assertThat(stage.prepares("reports", "SELECT * FROM {db}.names")).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_can_be_moved_to_where_more_is_granted_then_is_a_gain(Served served) throws Exception {
    try (Stage stage = stage(served).database("x")) {
      stage.run(
          "CREATE TABLE {db.x}.vault (id INT)",
          "GRANT ALTER, DROP ON {db.x}.vault TO '{app}'@'%'",
          "GRANT SELECT, INSERT, DROP ON {db}.ks_item TO '{app}'@'%'");
      GrantLeastPrivilege step =
          grantLeastPrivilege(
              grantee(stage.filled("{app}@%")).may(CREATE).on(stage.filled("{db}.ks_item")));
      refused(
          stage,
          step,
          "app@% would gain what nobody asked for",
          "SELECT on db.x.vault, after a step",
          "app@% may move it in place of db.ks_item");
      stage.run("REVOKE DROP ON {db.x}.vault FROM '{app}'@'%'");
      succeeded(run(stage, runbook("grants", gate("grants", step))));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void an_underscore_opens_no_other_database(Served served) throws Exception {
    try (Stage stage = stage(served).database("_k").database("Xk")) {
      stage.run(
          "CREATE TABLE {db._k}.ks_one (id INT)",
          "CREATE TABLE {db.Xk}.ks_one (id INT)",
          "GRANT SELECT ON `{db._k}`.* TO '{app}'@'%'");
      GrantLeastPrivilege step =
          grantLeastPrivilege(
                  grantee(stage.filled("{app}@%")).mayOnly(INSERT).on(stage.filled("{db._k}.*")))
              .revokingLegacyWithin(stage.filled("{db._k}.*"));
      // as it was written, it opens both: revoking it would take something away outside
      refused(stage, step, "would reach beyond the scope");
      stage.run(
          "REVOKE SELECT ON `{db._k}`.* FROM '{app}'@'%'",
          "GRANT SELECT ON " + stage.exactly("db._k") + " TO '{app}'@'%'");
      succeeded(run(stage, runbook("grants", gate("grants", step))));
      assertThat(stage.prepares("app", "INSERT INTO {db._k}.ks_one VALUES (1)")).isZero();
      assertThat(stage.prepares("app", "SELECT * FROM {db._k}.ks_one")).isEqualTo(1142);
      assertThat(stage.prepares("app", "INSERT INTO {db.Xk}.ks_one VALUES (1)")).isEqualTo(1142);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void grants_on_what_is_gone_are_revoked_and_for_nobody_are_told(Served served) throws Exception {
    try (Stage stage = stage(served).named("gone")) {
      stage.run(
          "CREATE TABLE {db}.ks_old (id INT)",
          "GRANT SELECT ON {db}.ks_old TO '{app}'@'%'",
          "DROP TABLE {db}.ks_old",
          "CREATE USER '{gone}'@'%'",
          "GRANT SELECT ON {db}.* TO '{gone}'@'%'");
      stage.run(
          "DELETE FROM mysql."
              + (stage.isMariaDb() ? "global_priv" : "user")
              + " WHERE user = '{gone}'",
          "FLUSH PRIVILEGES");
      try {
        Plan plan = Plan.of(runbook("grants", gate("grants", least(stage))), stage.target());
        assertThat(stage.shortened(plan.full()))
            .contains("orphan: there is no account gone@%, and a row gives it SELECT on `db`.*");
        succeeded(runner().run(plan));
        assertThat(grants(stage, "'{app}'@'%'")).noneMatch(line -> line.contains("ks_old"));
      } finally {
        stage.run("DELETE FROM mysql.db WHERE user = '{gone}'", "FLUSH PRIVILEGES");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_cannot_be_so_is_refused_while_planning(Served served) throws Exception {
    try (Stage stage = stage(served)) {
      PrivilegeCheck more = grantee(stage.filled("{app}@%")).mayNot(SELECT).on("ks_user");
      refused(stage, least(stage).withFutureTablesOf("{app}@%"), "grants.no-future");
      refused(stage, grantLeastPrivilege(claim(stage), more), "grants.contradiction");
      stage.run("GRANT DELETE ON *.* TO '{app}'@'%'");
      refused(stage, least(stage), "has DELETE on *.*", "may do more than it should");
      stage.run("REVOKE DELETE ON *.* FROM '{app}'@'%'", BROAD);
      refused(
          stage,
          grantLeastPrivilege(claim(stage)),
          "may do more than it should",
          "REVOKE DELETE ON `db`.* FROM 'app'@'%'");
      refused(stage, least(stage).revokingLegacyWithin("nothing.*"), "grants.empty-scope");
      stage.run(
          "GRANT SELECT, SHOW VIEW, TRIGGER ON *.* TO '{reports}'@'%'",
          "GRANT ALL PRIVILEGES ON gatehouse.* TO '{reports}'@'%'");
      assertThatThrownBy(
              () ->
                  Plan.of(runbook("grants", gate("grants", least(stage))), stage.target("reports")))
          .hasMessageContaining("grants.no-grant-option")
          .hasMessageContaining("WITH GRANT OPTION");
    }
  }
}
