package dev.gatehouse.mysql.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.Escalation;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.Served;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be done by what somebody has built, and by rights that lead to others. */
class BuiltAccessTest {

  static List<Served> engines() {
    return Served.share(BuiltAccessTest.class);
  }

  private static Stage stage(Served served) throws SQLException {
    return Stage.of(served, "app", "owner")
        .run(
            "CREATE TABLE {db}.t (a INT PRIMARY KEY, secret INT)",
            "CREATE TABLE {db}.u (a INT, FOREIGN KEY (a) REFERENCES {db}.t (a) ON DELETE CASCADE)",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON {db}.t TO '{owner}'@'%'");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m16_a_view_reads_and_writes_as_its_definer(Served served) throws SQLException {
    try (Stage stage = stage(served)) {
      stage.run(
          "CREATE DEFINER = '{owner}'@'%' VIEW {db}.v AS SELECT a FROM {db}.t",
          "CREATE SQL SECURITY INVOKER VIEW {db}.i AS SELECT a FROM {db}.t",
          "GRANT SELECT, DELETE ON {db}.v TO '{app}'@'%'",
          "GRANT SELECT ON {db}.i TO '{app}'@'%'");
      assertThat(stage.told("{app}@%", "SELECT", "{db}.t"))
          .isEqualTo("ALLOWED: app@% has SELECT on `db`.`v`, view db.v leads to db.t as owner@%");
      assertThat(stage.verdict("{app}@%", "DELETE", "{db}.t")).isInstanceOf(Verdict.Allowed.class);
      assertThat(stage.verdict("{app}@%", "UPDATE", "{db}.t")).isInstanceOf(Verdict.Denied.class);
      assertThat(stage.told("{app}@%", "DELETE", "{db}.u"))
          .contains("DELETE on db.t is DELETE on db.u by foreign key");
      stage.run("INSERT INTO {db}.t VALUES (1, 2)", "INSERT INTO {db}.u VALUES (1)");
      assertThat(stage.executes("app", "DELETE FROM {db}.v")).isZero();
      assertThat(stage.rows("SELECT COUNT(*) FROM {db}.u")).containsExactly("0");
      // the view does not show that column
      assertThat(
              stage
                  .access()
                  .notDenied(
                      stage.filled("{app}@%"), AccessObject.column(stage.filled("{db}.t.secret"))))
          .isEmpty();
      assertThat(
              stage
                  .access()
                  .obstacles(
                      stage.filled("{app}@%"),
                      "SELECT",
                      AccessObject.table(stage.filled("{db}.i"))))
          .extracting(one -> stage.shortened(one.sentence()))
          .containsExactly("app@%, as whom view db.i reads, has no SELECT on db.t");
      assertThat(stage.executes("app", "SELECT * FROM {db}.i")).isEqualTo(1356);
      stage.run("REVOKE SELECT ON {db}.t FROM '{owner}'@'%'");
      assertThat(stage.verdict("{app}@%", "SELECT", "{db}.t")).isInstanceOf(Verdict.Denied.class);
      assertThat(stage.executes("app", "SELECT * FROM {db}.v")).isEqualTo(1356);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m16_a_view_over_the_grant_tables_and_views_over_views(Served served) throws SQLException {
    try (Stage stage = stage(served)) {
      String grants = stage.isMariaDb() ? "mysql.global_priv" : "mysql.user";
      stage.run(
          "CREATE VIEW {db}.who AS SELECT user FROM " + grants,
          "CREATE VIEW {db}.outer_view AS SELECT a FROM {db}.t",
          "CREATE VIEW {db}.outermost AS SELECT a FROM {db}.outer_view",
          "GRANT SELECT ON {db}.who TO '{app}'@'%'",
          "GRANT SELECT ON {db}.outermost TO '{app}'@'%'");
      assertThat(stage.told("{app}@%", "SELECT", grants)).startsWith("ALLOWED").contains("db.who");
      assertThat(stage.told("{app}@%", "SELECT", "{db}.t"))
          .startsWith("ALLOWED")
          .contains(
              "view db.outermost leads to db.outer_view as admin@%, view db.outer_view leads");
      assertThat(stage.executes("app", "SELECT * FROM {db}.outermost")).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m16_a_body_is_not_seen_through(Served served) throws SQLException {
    try (Stage stage = stage(served)) {
      stage.run(
          "CREATE TABLE {db}.other (a INT)",
          "CREATE DEFINER = '{owner}'@'%' PROCEDURE {db}.p() DELETE FROM {db}.t",
          "CREATE PROCEDURE {db}.anything(q TEXT) BEGIN SET @q = q; PREPARE s FROM @q; EXECUTE s;"
              + " END",
          "CREATE PROCEDURE {db}.mine() SQL SECURITY INVOKER DELETE FROM {db}.t");
      stage.run(
          "GRANT EXECUTE ON PROCEDURE {db}.p TO '{app}'@'%'",
          "GRANT EXECUTE ON PROCEDURE {db}.mine TO '{app}'@'%'");
      assertThat(stage.told("{app}@%", "DELETE", "{db}.t"))
          .isEqualTo(
              "UNKNOWN: app@% has EXECUTE on PROCEDURE `db`.`p`, procedure db.p runs as owner@%;"
                  + " its body names it, and what it does with it is not told");
      // the definer must be allowed to execute it as well
      assertThat(stage.executes("app", "CALL {db}.p()")).isEqualTo(1370);
      assertThat(
              stage
                  .access()
                  .obstacles(
                      stage.filled("{app}@%"),
                      "EXECUTE",
                      AccessObject.routine(stage.filled("{db}.p"))))
          .extracting(one -> stage.shortened(one.sentence()))
          .containsExactly("owner@%, as whom procedure db.p runs, has no EXECUTE on db.p");
      stage.run("GRANT EXECUTE ON PROCEDURE {db}.p TO '{owner}'@'%'");
      assertThat(stage.executes("app", "CALL {db}.p()")).isZero();
      assertThat(stage.verdict("{app}@%", "UPDATE", "{db}.t")).isInstanceOf(Verdict.Denied.class);
      assertThat(stage.verdict("{app}@%", "DELETE", "{db}.other"))
          .isInstanceOf(Verdict.Denied.class);
      stage.run("GRANT EXECUTE ON PROCEDURE {db}.anything TO '{app}'@'%'");
      assertThat(stage.told("{app}@%", "DELETE", "{db}.other"))
          .startsWith("UNKNOWN")
          .contains("procedure db.anything runs as admin@%");
      assertThat(stage.executes("app", "CALL {db}.anything('DELETE FROM {db}.other')")).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m16_a_trigger_runs_as_its_definer(Served served) throws SQLException {
    try (Stage stage = stage(served)) {
      stage.run(
          "CREATE TABLE {db}.log (a INT)",
          "GRANT INSERT ON {db}.t TO '{app}'@'%'",
          "CREATE TRIGGER {db}.g AFTER INSERT ON {db}.t FOR EACH ROW INSERT INTO {db}.log VALUES"
              + " (NEW.a)");
      assertThat(stage.told("{app}@%", "INSERT", "{db}.log"))
          .startsWith("UNKNOWN")
          .contains("INSERT fires trigger g on db.t, which runs as admin@%");
      assertThat(stage.verdict("{app}@%", "DELETE", "{db}.log")).isInstanceOf(Verdict.Denied.class);
      assertThat(stage.executes("app", "INSERT INTO {db}.t VALUES (1, 1)")).isZero();
      assertThat(stage.rows("SELECT COUNT(*) FROM {db}.log")).containsExactly("1");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_definer_that_is_not_there_is_told(Served served) throws SQLException {
    try (Stage stage = stage(served)) {
      stage.run(
          "CREATE DEFINER = '{owner}'@'%' VIEW {db}.v AS SELECT a FROM {db}.t",
          "GRANT SELECT ON {db}.v TO '{app}'@'%'", "DROP USER '{owner}'@'%'");
      assertThat(stage.verdict("{app}@%", "SELECT", "{db}.t")).isInstanceOf(Verdict.Denied.class);
      assertThat(
              stage.shortened(
                  stage
                      .access()
                      .explain(stage.filled("{app}@%"), "SELECT", stage.filled("{db}.v"))))
          .contains("OF NO USE view db.v runs as owner@%, and there is no such account");
      assertThat(stage.executes("app", "SELECT * FROM {db}.v")).isNotZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m17_rights_that_lead_to_others(Served served) throws SQLException {
    try (Stage stage = stage(served).named("r")) {
      stage.run(
          "CREATE ROLE `{r}`",
          "GRANT `{r}` TO '{app}'@'%' WITH ADMIN OPTION",
          "GRANT FILE, PROCESS, REPLICATION SLAVE ON *.* TO '{app}'@'%'",
          "GRANT SELECT ON {db}.t TO '{app}'@'%' WITH GRANT OPTION",
          "GRANT UPDATE ON mysql.db TO '{app}'@'%'",
          // only who has PROXY itself may grant it
          "INSERT INTO mysql.proxies_priv (host, user, proxied_host, proxied_user, with_grant,"
              + " grantor, timestamp) VALUES ('%', '{app}', '%', '{owner}', 0, '', NOW())");
      assertThat(stage.access().escalations(stage.filled("{app}@%")))
          .extracting(Escalation::toString)
          .extracting(stage::shortened)
          .containsExactlyInAnyOrder(
              "app@% has FILE on *.*: reads and writes files of the server",
              "app@% has PROCESS on *.*: reads the statements of others, secrets in them too",
              "app@% has REPLICATION SLAVE on *.*: reads every change in the binary log",
              "app@% has GRANT OPTION on `db`.`t`: passes on what it has there",
              "app@% has UPDATE on `mysql`.`db`: writes tables in which grants and programs stand",
              "app@% has PROXY on owner@%: acts as owner@% where a plugin says so",
              "app@% has role "
                  + (stage.isMariaDb() ? "r" : "r@%")
                  + " WITH ADMIN OPTION: makes others members of it");
      assertThat(stage.verdict("{app}@%", "DELETE", "{db}.u"))
          .isInstanceOf(Verdict.Reachable.class);
      assertThat(stage.access().escalations(stage.filled("{owner}@%"))).isEmpty();
      stage.run("DELETE FROM mysql.proxies_priv WHERE user = '{app}'");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_loadable_functions_do_is_not_told(Served served) throws SQLException {
    try (Stage stage = stage(served)) {
      assertThat(stage.access().unread()).isEmpty();
      stage.run("INSERT INTO mysql.func (name, dl, type) VALUES ('sys_eval', 'x.so', 'function')");
      try {
        assertThat(stage.access().unread())
            .containsExactly("what everybody may do by the loadable functions sys_eval");
      } finally {
        stage.run("DELETE FROM mysql.func WHERE name = 'sys_eval'");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void names_of_routines_have_no_case_and_alter_makes_them_their_definers(Served served)
      throws SQLException {
    try (Stage stage = stage(served)) {
      stage.run(
          "CREATE PROCEDURE {db}.Tidy() DELETE FROM {db}.t",
          "CREATE PROCEDURE {db}.mine() SQL SECURITY INVOKER DELETE FROM {db}.t",
          "GRANT EXECUTE ON PROCEDURE {db}.tIDY TO '{app}'@'%'",
          "GRANT ALTER ROUTINE ON PROCEDURE {db}.mine TO '{owner}'@'%'",
          "GRANT EXECUTE ON PROCEDURE {db}.mine TO '{owner}'@'%'",
          "REVOKE DELETE ON {db}.t FROM '{owner}'@'%'");
      assertThat(stage.told("{app}@%", "DELETE", "{db}.t"))
          .startsWith("UNKNOWN")
          .contains("procedure db.Tidy runs as admin@%");
      assertThat(stage.executes("app", "CALL {db}.tidy()")).isZero();
      int altered = stage.executes("owner", "ALTER PROCEDURE {db}.mine SQL SECURITY DEFINER");
      if (altered == 0) {
        stage.run("ALTER PROCEDURE {db}.mine SQL SECURITY INVOKER");
        assertThat(stage.told("{owner}@%", "DELETE", "{db}.t"))
            .startsWith("UNKNOWN")
            .contains("procedure db.mine then runs as admin@%")
            .contains("after ALTER PROCEDURE `db`.`mine` SQL SECURITY DEFINER");
      } else {
        assertThat(stage.verdict("{owner}@%", "DELETE", "{db}.t"))
            .isInstanceOf(Verdict.Denied.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m18_no_hash_of_a_password_is_read(Served served) throws SQLException {
    try (Stage stage = stage(served)) {
      stage.run("GRANT SELECT ON {db}.t TO '{app}'@'%'");
      String hash =
          stage
              .rows(
                  "SELECT authentication_string FROM mysql.user WHERE user = '{app}' AND host ="
                      + " '%'")
              .get(0);
      assertThat(hash).isNotBlank();
      MySqlAccess access = (MySqlAccess) stage.access();
      assertThat(access.snapshot().toString()).contains(stage.name("app")).doesNotContain(hash);
      assertThat(access.report(stage.filled("{app}@%")).json()).doesNotContain(hash);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void an_account_that_does_not_see_everything_is_refused(Served served) throws SQLException {
    try (Stage stage = stage(served)) {
      stage.run("GRANT SELECT ON {db}.* TO '{app}'@'%'");
      assertThatThrownBy(() -> Stage.access(stage.target("app")))
          .isInstanceOf(Refusal.class)
          .extracting(e -> stage.shortened(String.valueOf(e.getMessage())))
          .asString()
          .contains("fix       GRANT SELECT, SHOW VIEW, TRIGGER ON *.* TO 'app'@'%'")
          .contains("code      access.unread");
      stage.run("GRANT SELECT, SHOW VIEW, TRIGGER ON *.* TO '{app}'@'%'");
      assertThat(Stage.access(stage.target("app")).roles(stage.name("owner"))).hasSize(1);
    }
  }
}
