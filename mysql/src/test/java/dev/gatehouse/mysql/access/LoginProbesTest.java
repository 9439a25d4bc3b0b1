package dev.gatehouse.mysql.access;

import static dev.gatehouse.dsl.Gatehouse.evaluate;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.verify;
import static dev.gatehouse.dsl.GatehouseAccess.actingAs;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.TRUNCATE;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.access.ActingAs;
import dev.gatehouse.mysql.Served;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an account can do, asked by PREPARE in a login of its own. */
class LoginProbesTest {

  static List<Served> engines() {
    return Served.share(LoginProbesTest.class);
  }

  private static Stage stage(Served served) throws Exception {
    return Stage.of(served, "app")
        .run(
            "CREATE TABLE {db}.ks_item (id INT NOT NULL, note TEXT, twice INT AS (id * 2))",
            "CREATE TABLE {db}.node (id INT, note TEXT)",
            "CREATE VIEW {db}.totals AS SELECT COUNT(*) AS n FROM {db}.node",
            "GRANT SELECT, INSERT, UPDATE ON {db}.ks_item TO '{app}'@'%'");
  }

  private static ActingAs app(Stage stage) {
    return actingAs(stage.filled("{app}@%")).loggingInWith(stage.user("app").secret());
  }

  private static String told(Outcome outcome, Stage stage) {
    return stage.shortened(outcome.toString());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_is_accepted_and_what_is_denied(Served served) throws Exception {
    try (Stage stage = stage(served)) {
      verify(app(stage).can(SELECT, INSERT, UPDATE).on("ks_*"), stage.target());
      verify(app(stage).isDenied(SELECT, INSERT, UPDATE, DELETE).on("node"), stage.target());
      verify(app(stage).isDenied(DELETE).on(stage.filled("{db}.ks_item")), stage.target());
      verify(app(stage).can(sql(stage.filled("select note from {db}.ks_item"))), stage.target());
      verify(app(stage).isDenied(sql(stage.filled("delete from {db}.node"))), stage.target());
      assertThat(stage.rows("SELECT COUNT(*) FROM {db}.ks_item")).containsExactly("0");
      assertThat(told(evaluate(app(stage).can(SELECT).on("ks_item"), stage.target()), stage))
          .contains("checked by the server and not executed");
      assertThatThrownBy(() -> verify(app(stage).can(SELECT).on("node"), stage.target()))
          .extracting(e -> stage.shortened(String.valueOf(e.getMessage())))
          .asString()
          .contains("SELECT on db.node: rejected: ", "probe.rejected");
      // a grant on one column is enough for it to be able to
      stage.run("GRANT SELECT (note) ON {db}.node TO '{app}'@'%'");
      assertThatThrownBy(() -> verify(app(stage).isDenied(SELECT).on("node"), stage.target()))
          .hasMessageContaining("probe.allowed");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_tells_nothing_is_neither(Served served) throws Exception {
    try (Stage stage = stage(served)) {
      var inconclusive =
          List.of(
              app(stage).isDenied(TRUNCATE).on("node"),
              app(stage).isDenied(sql(stage.filled("drop table {db}.node"))),
              app(stage).isDenied(sql(stage.filled("delete from {db}.missing"))),
              actingAs(stage.filled("{app}@%")).isDenied(SELECT).on("node"),
              actingAs(stage.filled("{app}@%"))
                  .loggingInWith(Secret.of("wrong", "wrong-secret".toCharArray()))
                  .isDenied(SELECT)
                  .on("node"));
      for (var check : inconclusive) {
        assertThat(evaluate(check, stage.target()))
            .as(check.name())
            .isInstanceOf(Outcome.Inconclusive.class);
      }
      assertThat(told(evaluate(inconclusive.get(4), stage.target()), stage))
          .contains("error 1045")
          .doesNotContain("wrong-secret");
      assertThat(told(evaluate(inconclusive.get(3), stage.target()), stage))
          .contains("loggingInWith(secret)");
      assertThat(told(evaluate(inconclusive.get(2), stage.target()), stage))
          .contains("probe.not-there");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_login_that_is_taken_for_another_account_is_no_answer(Served served) throws Exception {
    try (Stage stage = stage(served)) {
      String password = stage.user("app").secret().reveal(String::new);
      stage.run(
          "CREATE USER '{app}'@'localhost' IDENTIFIED BY '" + password + "'",
          "CREATE USER '{app}'@'127.0.0.1' IDENTIFIED BY '" + password + "'");
      Outcome outcome = evaluate(app(stage).isDenied(SELECT).on("ks_item"), stage.target());
      assertThat(outcome).isInstanceOf(Outcome.Inconclusive.class);
      assertThat(told(outcome, stage)).contains("probe.identity");
    }
  }
}
