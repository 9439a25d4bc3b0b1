package dev.gatehouse.mysql.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.Served;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where grants mean something else than they seem to: each case is tried on the server as well. */
class AccessCasesTest {
  private static final int DENIED = 1142;

  static List<Served> engines() {
    return Served.all();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m1_a_grant_on_a_table_to_come_counts_once_it_is_there(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app")) {
      assertThatThrownBy(() -> stage.run("GRANT SELECT ON {db}.ks_new TO '{app}'@'%'"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1146));
      stage.run("GRANT SELECT, CREATE ON {db}.ks_new TO '{app}'@'%'");
      List<FutureGrant> future = stage.access().future(stage.filled("{app}@%"));
      assertThat(future).hasSize(1);
      assertThat(future.get(0).privileges()).containsExactlyInAnyOrder("SELECT", "CREATE");
      assertThat(future.get(0).mayMatch(stage.filled("{db}.ks_*"))).isTrue();
      assertThat(future.get(0).mayMatch(stage.filled("{db}.node*"))).isFalse();
      stage.run("CREATE TABLE {db}.ks_new (a INT)");
      assertThat(stage.verdict("{app}@%", "SELECT", "{db}.ks_new"))
          .isInstanceOf(Verdict.Allowed.class);
      assertThat(stage.access().future(stage.filled("{app}@%"))).isEmpty();
      assertThat(stage.prepares("app", "SELECT * FROM {db}.ks_new")).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m2_a_grant_outlives_its_table_and_counts_for_the_next(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app")) {
      stage.run(
          "CREATE TABLE {db}.t (a INT)",
          "GRANT SELECT ON {db}.t TO '{app}'@'%'",
          "DROP TABLE {db}.t");
      assertThat(stage.access().future(stage.filled("{app}@%"))).hasSize(1);
      stage.run("CREATE TABLE {db}.t (a INT, secret INT)");
      AccessObject secret = AccessObject.column(stage.filled("{db}.t.secret"));
      assertThat(stage.access().verdict(stage.filled("{app}@%"), "SELECT", secret))
          .isInstanceOf(Verdict.Allowed.class);
      assertThat(stage.prepares("app", "SELECT secret FROM {db}.t")).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m3_an_underscore_in_a_database_is_any_sign(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app", "exact")) {
      stage.database("a_b").database("axb");
      stage.run(
          "CREATE TABLE {db.a_b}.t (a INT)",
          "CREATE TABLE {db.axb}.t (a INT)",
          "GRANT SELECT ON `{db.a_b}`.* TO '{app}'@'%'",
          "GRANT SELECT ON " + stage.exactly("db.a_b") + " TO '{exact}'@'%'");
      assertThat(stage.told("{app}@%", "SELECT", "{db.axb}.t"))
          .isEqualTo("ALLOWED: app@% has SELECT on `db.a_b`.*");
      assertThat(stage.prepares("app", "SELECT * FROM {db.axb}.t")).isZero();
      assertThat(stage.told("{exact}@%", "SELECT", "{db.axb}.t"))
          .isEqualTo("DENIED: exact@% has no SELECT on db.axb.t, by no path");
      assertThat(stage.prepares("exact", "SELECT * FROM {db.axb}.t")).isEqualTo(DENIED);
      assertThat(stage.prepares("exact", "SELECT * FROM {db.a_b}.t")).isZero();
      assertThat(stage.verdict("{exact}@%", "SELECT", "{db.a_b}.t"))
          .isInstanceOf(Verdict.Allowed.class);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m4_m5_the_narrowest_row_alone_counts_and_a_revoke_adds_a_privilege(Served served)
      throws SQLException {
    try (Stage stage = Stage.of(served, "app")) {
      String exact = stage.exactly("db");
      stage.run(
          "CREATE TABLE {db}.t (a INT)",
          "GRANT SELECT ON " + exact + " TO '{app}'@'%'",
          "GRANT INSERT ON `{db}%`.* TO '{app}'@'%'");
      assertThat(stage.verdict("{app}@%", "INSERT", "{db}.t")).isInstanceOf(Verdict.Denied.class);
      assertThat(stage.prepares("app", "INSERT INTO {db}.t VALUES (1)")).isEqualTo(DENIED);
      stage.run("REVOKE SELECT ON " + exact + " FROM '{app}'@'%'");
      assertThat(stage.told("{app}@%", "INSERT", "{db}.t"))
          .isEqualTo("ALLOWED: app@% has INSERT on `db%`.*");
      assertThat(stage.prepares("app", "INSERT INTO {db}.t VALUES (1)")).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m6_a_pattern_of_a_role_and_a_row_of_its_own(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app").named("r").database("x")) {
      stage.run("CREATE ROLE `{r}`", "GRANT `{r}` TO '{app}'@'%'", "CREATE TABLE {db.x}.t (a INT)");
      stage.run(
          stage.defaultRole("r", "app"),
          "GRANT INSERT ON `{db}%`.* TO `{r}`",
          "GRANT SELECT ON " + stage.exactly("db.x") + " TO '{app}'@'%'");
      int code = stage.prepares("app", "INSERT INTO {db.x}.t VALUES (1)");
      Verdict verdict = stage.verdict("{app}@%", "INSERT", "{db.x}.t");
      assertThat(verdict instanceof Verdict.Allowed).isEqualTo(code == 0);
      if (stage.isMariaDb()) {
        assertThat(code).isZero();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m7_what_is_given_everywhere_is_not_taken_back_in_one_place(Served served)
      throws SQLException {
    try (Stage stage = Stage.of(served, "app")) {
      stage.run("CREATE TABLE {db}.t (a INT)", "GRANT SELECT ON *.* TO '{app}'@'%'");
      assertThatThrownBy(() -> stage.run("REVOKE SELECT ON {db}.* FROM '{app}'@'%'"))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1141));
      assertThat(stage.told("{app}@%", "SELECT", "{db}.t"))
          .isEqualTo("ALLOWED: app@% has SELECT on *.*");
      assertThat(stage.prepares("app", "SELECT * FROM {db}.t")).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m8_a_partial_revoke_holds_until_something_narrower_is_granted(Served served)
      throws SQLException {
    try (Stage stage = Stage.of(served, "app")) {
      if (stage.rows("SHOW GLOBAL VARIABLES LIKE 'partial_revokes'").isEmpty()) {
        assertThatThrownBy(() -> stage.run("SET GLOBAL partial_revokes = ON"))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1193));
        return;
      }
      stage.run(
          "CREATE TABLE {db}.t (a INT)",
          "GRANT SELECT ON *.* TO '{app}'@'%'",
          "SET GLOBAL partial_revokes = ON");
      try {
        stage.run("REVOKE SELECT ON {db}.* FROM '{app}'@'%'");
        assertThat(stage.verdict("{app}@%", "SELECT", "{db}.t")).isInstanceOf(Verdict.Denied.class);
        assertThat(stage.prepares("app", "SELECT * FROM {db}.t")).isEqualTo(DENIED);
        stage.run("GRANT SELECT ON {db}.t TO '{app}'@'%'");
        assertThat(stage.verdict("{app}@%", "SELECT", "{db}.t"))
            .isInstanceOf(Verdict.Allowed.class);
        assertThat(stage.prepares("app", "SELECT * FROM {db}.t")).isZero();
      } finally {
        stage.run("DROP USER '{app}'@'%'", "SET GLOBAL partial_revokes = OFF");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m9_a_role_that_no_login_begins_with_is_one_step_away(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app").named("r")) {
      stage.run(
          "CREATE TABLE {db}.t (a INT)",
          "CREATE ROLE `{r}`",
          "GRANT SELECT ON {db}.t TO `{r}`",
          "GRANT `{r}` TO '{app}'@'%'");
      String role = stage.isMariaDb() ? "r" : "r@%";
      String set = "SET ROLE " + (stage.isMariaDb() ? "'r'" : "'r'@'%'");
      assertThat(stage.told("{app}@%", "SELECT", "{db}.t"))
          .isEqualTo(
              "REACHABLE: app@% may "
                  + String.join(
                      ", ",
                      set,
                      "app@% has role " + role,
                      role + " has SELECT on `db`.`t`; after " + set));
      assertThat(stage.prepares("app", "SELECT * FROM {db}.t")).isEqualTo(DENIED);
      assertThat(stage.executes("app", "SET ROLE `{r}`", "SELECT * FROM {db}.t")).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m10_what_everybody_has_stands_in_no_grant_of_the_account(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app").named("r")) {
      stage.run("CREATE TABLE {db}.t (a INT)");
      if (stage.isMariaDb()) {
        everybody(stage);
      } else {
        mandatory(stage);
      }
    }
  }

  private static void everybody(Stage stage) throws SQLException {
    assumeThat(stage.rows("SELECT VERSION()").get(0)).doesNotStartWith("10.6");
    stage.run("GRANT SELECT ON {db}.t TO PUBLIC");
    try {
      assertThat(stage.told("{app}@%", "SELECT", "{db}.t"))
          .isEqualTo("ALLOWED: app@% has what PUBLIC has, public has SELECT on `db`.`t`");
      assertThat(stage.prepares("app", "SELECT * FROM {db}.t")).isZero();
      assertThat(stage.access().roles("public")).containsExactly("public");
    } finally {
      stage.run("REVOKE SELECT ON {db}.t FROM PUBLIC");
    }
  }

  private static void mandatory(Stage stage) throws SQLException {
    stage.run(
        "CREATE ROLE `{r}`",
        "GRANT SELECT ON {db}.t TO `{r}`",
        "SET GLOBAL mandatory_roles = '`{r}`@`%`'");
    try {
      int code = stage.prepares("app", "SELECT * FROM {db}.t");
      Verdict verdict = stage.verdict("{app}@%", "SELECT", "{db}.t");
      assertThat(verdict).isInstanceOf(code == 0 ? Verdict.Allowed.class : Verdict.Reachable.class);
      assertThat(verdict.toString()).contains("is mandatory for all");
      assertThat(stage.executes("app", "SET ROLE `{r}`", "SELECT * FROM {db}.t")).isZero();
    } finally {
      stage.run("SET GLOBAL mandatory_roles = ''");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m11_revoking_all_leaves_roles_on_one_product_alone(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app").named("r")) {
      stage.run(
          "CREATE TABLE {db}.t (a INT)",
          "CREATE ROLE `{r}`",
          "GRANT SELECT ON {db}.t TO `{r}`",
          "GRANT `{r}` TO '{app}'@'%'",
          "REVOKE ALL PRIVILEGES, GRANT OPTION FROM '{app}'@'%'");
      assertThat(stage.verdict("{app}@%", "SELECT", "{db}.t"))
          .isInstanceOf(stage.isMariaDb() ? Verdict.Denied.class : Verdict.Reachable.class);
      assertThat(stage.executes("app", "SET ROLE `{r}`") == 0).isEqualTo(!stage.isMariaDb());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m12_a_narrower_host_row_is_another_account(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app")) {
      String password = stage.user("app").secret().reveal(String::new);
      stage.run(
          "CREATE TABLE {db}.t (a INT)",
          "CREATE TABLE {db}.u (a INT)",
          "CREATE USER '{app}'@'127.%' IDENTIFIED BY '" + password + "'",
          "CREATE USER '{app}'@'localhost' IDENTIFIED BY '" + password + "'",
          "GRANT SELECT ON {db}.t TO '{app}'@'%'",
          "GRANT SELECT ON {db}.u TO '{app}'@'%'",
          "GRANT DELETE ON {db}.u TO '{app}'@'127.%'",
          "GRANT DELETE ON {db}.u TO '{app}'@'localhost'");
      EffectiveAccess access = stage.access();
      assertThat(access.roles(stage.name("app")))
          .extracting(stage::shortened)
          .containsExactly("app@%", "app@127.%", "app@localhost");
      // a row of the same user for all hosts counts for the narrower account, too, where it has
      // none
      for (String host : List.of("127.%", "localhost")) {
        assertThat(stage.verdict("{app}@" + host, "SELECT", "{db}.t"))
            .isInstanceOf(Verdict.Allowed.class);
        assertThat(stage.verdict("{app}@" + host, "SELECT", "{db}.u"))
            .isInstanceOf(Verdict.Denied.class);
      }
      assertThat(stage.prepares("app", "SELECT * FROM {db}.t")).isZero();
      assertThat(stage.prepares("app", "SELECT * FROM {db}.u")).isEqualTo(DENIED);
      assertThat(stage.prepares("app", "DELETE FROM {db}.u")).isZero();
      assertThat(
              stage.shortened(
                  access.explain(stage.filled("{app}@%"), "SELECT", stage.filled("{db}.t"))))
          .contains("logins of 'app' from 'localhost' are taken for app@localhost");
      assertThatThrownBy(() -> access.explain(stage.name("app"), "SELECT", stage.filled("{db}.t")))
          .isInstanceOf(Refusal.class)
          .extracting(e -> stage.shortened(String.valueOf(e.getMessage())))
          .asString()
          .contains("app@%, app@127.%, app@localhost");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m12_an_anonymous_account_takes_logins_of_all_users(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app")) {
      stage.run(
          "CREATE TABLE {db}.t (a INT)",
          "CREATE USER ''@'192.168.77.1'",
          "GRANT DELETE ON {db}.t TO ''@'192.168.77.1'");
      try {
        assertThat(stage.access().roles(stage.name("app")))
            .extracting(stage::shortened)
            .containsExactly("@192.168.77.1", "app@%");
        assertThat(stage.access().roles(stage.filled("{app}@*"))).hasSize(1);
      } finally {
        stage.run("DROP USER ''@'192.168.77.1'");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m12_a_row_for_some_hosts_takes_from_logins_from_there(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app")) {
      stage.run(
          "CREATE TABLE {db}.t (a INT)",
          "GRANT SELECT, INSERT ON {db}.* TO '{app}'@'%'",
          "INSERT INTO mysql.db (host, db, user, insert_priv) VALUES ('127.0.0.1', '{db}',"
              + " '{app}', 'Y'), ('localhost', '{db}', '{app}', 'Y')",
          "FLUSH PRIVILEGES");
      try {
        assertThat(stage.prepares("app", "SELECT * FROM {db}.t")).isEqualTo(DENIED);
        assertThat(stage.prepares("app", "INSERT INTO {db}.t VALUES (1)")).isZero();
        assertThat(stage.told("{app}@%", "SELECT", "{db}.t"))
            .startsWith("UNKNOWN")
            .contains("not for logins from")
            .contains("'127.0.0.1'")
            .contains("who meet a row of their own");
        assertThat(stage.verdict("{app}@%", "INSERT", "{db}.t"))
            .isInstanceOf(Verdict.Allowed.class);
      } finally {
        stage.run("DELETE FROM mysql.db WHERE user = '{app}'", "FLUSH PRIVILEGES");
      }
    }
  }

  /** Fresh installations have such rows for the database test. */
  @ParameterizedTest
  @MethodSource("engines")
  void m12_a_row_on_a_database_for_no_user_is_for_everybody(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app")) {
      stage.run(
          "CREATE TABLE {db}.t (a INT)",
          "INSERT INTO mysql.db (host, db, user, select_priv) VALUES ('%', '{db}', '', 'Y')",
          "FLUSH PRIVILEGES");
      try {
        assertThat(stage.prepares("app", "SELECT * FROM {db}.t")).isZero();
        assertThat(stage.verdict("{app}@%", "SELECT", "{db}.t"))
            .isInstanceOf(Verdict.Allowed.class);
        stage.run("GRANT INSERT ON {db}.* TO '{app}'@'%'");
        Verdict verdict = stage.verdict("{app}@%", "SELECT", "{db}.t");
        if (stage.isMariaDb()) {
          // seen both ways on 11.4
          assertThat(verdict).isInstanceOf(Verdict.Unknown.class);
        } else {
          assertThat(stage.prepares("app", "SELECT * FROM {db}.t")).isEqualTo(DENIED);
          assertThat(verdict).isInstanceOf(Verdict.Denied.class);
        }
      } finally {
        stage.run("DELETE FROM mysql.db WHERE db = '{db}' AND user = ''", "FLUSH PRIVILEGES");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m13_what_is_not_there_is_refused_and_not_denied(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app")) {
      assertThat(stage.prepares("app", "SELECT * FROM {db}.missing")).isEqualTo(DENIED);
      assertThatThrownBy(() -> stage.verdict("{app}@%", "SELECT", "{db}.missing"))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("there is no table");
      assertThatThrownBy(() -> stage.verdict("nobody_at_all@%", "SELECT", "{db}.missing"))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("there is no account or role 'nobody_at_all@%'");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m14_writing_without_reading_works_blindly(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app")) {
      stage.run("CREATE TABLE {db}.t (a INT)", "GRANT UPDATE ON {db}.t TO '{app}'@'%'");
      assertThat(stage.verdict("{app}@%", "UPDATE", "{db}.t")).isInstanceOf(Verdict.Allowed.class);
      assertThat(stage.verdict("{app}@%", "SELECT", "{db}.t")).isInstanceOf(Verdict.Denied.class);
      assertThat(stage.prepares("app", "UPDATE {db}.t SET a = 1")).isZero();
      assertThat(stage.prepares("app", "UPDATE {db}.t SET a = 1 WHERE a = 2")).isEqualTo(1143);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void m15_who_may_drop_a_table_may_empty_it(Served served) throws SQLException {
    try (Stage stage = Stage.of(served, "app", "other")) {
      stage.run("CREATE TABLE {db}.t (a INT)", "GRANT DROP ON {db}.t TO '{app}'@'%'");
      assertThat(stage.told("{app}@%", "TRUNCATE", "{db}.t"))
          .isEqualTo("ALLOWED: app@% has DROP on `db`.`t`");
      assertThat(stage.verdict("{other}@%", "TRUNCATE", "{db}.t"))
          .isInstanceOf(Verdict.Denied.class);
      assertThat(stage.executes("app", "TRUNCATE {db}.t")).isZero();
      assertThat(stage.executes("other", "TRUNCATE {db}.t")).isEqualTo(DENIED);
    }
  }
}
