package dev.gatehouse.mysql.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.mysql.Served;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can be done with a table once somebody has moved it to where more is granted. */
class MovedTablesTest {

  static List<Served> engines() {
    return Served.share(MovedTablesTest.class);
  }

  private static Stage stage(Served served) throws SQLException {
    return Stage.of(served, "app", "owner");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_table_that_can_be_moved_can_be_read_elsewhere(Served served) throws SQLException {
    try (Stage stage = stage(served).database("x")) {
      stage.run(
          "CREATE TABLE {db}.secret (a INT)",
          "GRANT ALTER, DROP ON {db}.secret TO '{app}'@'%'",
          "GRANT ALL ON {db.x}.* TO '{app}'@'%'");
      assertThat(stage.told("{app}@%", "SELECT", "{db}.secret"))
          .isEqualTo(
              "REACHABLE: app@% has ALTER on `db`.`secret`, app@% may move it to db.x and do it"
                  + " there; after ALTER TABLE `db`.`secret` RENAME TO `db.x`.`secret`");
      assertThat(
              stage.executes(
                  "app",
                  "ALTER TABLE `{db}`.`secret` RENAME TO `{db.x}`.`secret`",
                  "SELECT * FROM {db.x}.secret"))
          .isZero();
      stage.run("RENAME TABLE {db.x}.secret TO {db}.secret");
      assertThat(stage.verdict("{owner}@%", "SELECT", "{db}.secret"))
          .isInstanceOf(Verdict.Denied.class);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_table_that_can_take_the_place_of_another_can_be_read_there(Served served)
      throws SQLException {
    try (Stage stage = stage(served)) {
      stage.run(
          "CREATE TABLE {db}.secret (a INT)",
          "CREATE TABLE {db}.mine (a INT)",
          "GRANT ALTER, DROP ON {db}.secret TO '{app}'@'%'",
          "GRANT SELECT, INSERT, CREATE, DROP ON {db}.mine TO '{app}'@'%'");
      assertThat(stage.told("{app}@%", "SELECT", "{db}.secret"))
          .isEqualTo(
              "REACHABLE: app@% has ALTER on `db`.`secret`, app@% may move it in place of db.mine"
                  + " and do it there; after DROP TABLE `db`.`mine`; ALTER TABLE `db`.`secret`"
                  + " RENAME TO `db`.`mine`");
      assertThat(
              stage.executes(
                  "app",
                  "DROP TABLE {db}.mine",
                  "ALTER TABLE {db}.secret RENAME TO {db}.mine",
                  "SELECT * FROM {db}.mine"))
          .isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_grant_on_a_table_that_is_gone_is_a_place_to_move_to(Served served) throws SQLException {
    try (Stage stage = stage(served)) {
      stage.run(
          "CREATE TABLE {db}.salaries (a INT)",
          "CREATE TABLE {db}.tmp_import (a INT)",
          "GRANT ALTER, DROP ON {db}.* TO '{app}'@'%'",
          "GRANT SELECT, UPDATE, INSERT, CREATE ON {db}.tmp_import TO '{app}'@'%'",
          "GRANT SELECT ON {db}.tmp_import TO '{owner}'@'%'",
          "GRANT ALTER, DROP ON {db}.salaries TO '{owner}'@'%'",
          "DROP TABLE {db}.tmp_import");
      assertThat(stage.told("{app}@%", "SELECT", "{db}.salaries"))
          .isEqualTo(
              "REACHABLE: app@% has ALTER on `db`.*, app@% may move it to db.tmp_import, where"
                  + " nothing is yet, and do it there; after ALTER TABLE `db`.`salaries` RENAME TO"
                  + " `db`.`tmp_import`");
      assertThat(stage.verdict("{app}@%", "DELETE", "{db}.salaries"))
          .isInstanceOf(Verdict.Denied.class);
      // without CREATE and INSERT it does not arrive
      assertThat(stage.verdict("{owner}@%", "SELECT", "{db}.salaries"))
          .isInstanceOf(Verdict.Denied.class);
      String move = "ALTER TABLE {db}.salaries RENAME TO {db}.tmp_import";
      assertThat(stage.executes("owner", move)).isEqualTo(1142);
      assertThat(stage.executes("app", move, "SELECT * FROM {db}.tmp_import")).isZero();
      assertThat(stage.executes("app", "DELETE FROM {db}.tmp_import")).isEqualTo(1142);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_grant_on_a_database_that_is_not_there_is_a_place_to_move_to(Served served)
      throws SQLException {
    try (Stage stage = stage(served).named("gone", "parts")) {
      stage.run(
          "CREATE TABLE {db}.salaries (a INT)",
          "GRANT ALTER, DROP ON {db}.salaries TO '{app}'@'%'",
          "GRANT ALTER, DROP ON {db}.salaries TO '{owner}'@'%'",
          "GRANT SELECT, INSERT, CREATE, DROP ON `{gone}%`.* TO '{app}'@'%'",
          "GRANT EVENT ON `{gone}_`.* TO '{app}'@'%'", // narrower, and of no use
          "GRANT SELECT, INSERT, DROP ON `{parts}`.* TO '{owner}'@'%'");
      assertThat(stage.told("{app}@%", "SELECT", "{db}.salaries"))
          .startsWith("REACHABLE: app@% has ALTER on `db`.`salaries`, app@% may move it to ")
          .contains("after CREATE DATABASE `gone");
      // it cannot make that database
      assertThat(stage.verdict("{owner}@%", "SELECT", "{db}.salaries"))
          .isInstanceOf(Verdict.Denied.class);
      assertThat(stage.executes("owner", "CREATE DATABASE `{parts}`")).isEqualTo(1044);
      assertThat(
              stage.executes(
                  "app",
                  "CREATE DATABASE `{gone}ab`",
                  "ALTER TABLE {db}.salaries RENAME TO `{gone}ab`.salaries",
                  "SELECT * FROM `{gone}ab`.salaries",
                  "DROP DATABASE `{gone}ab`"))
          .isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_view_reads_what_was_moved_to_the_name_that_it_reads(Served served) throws SQLException {
    try (Stage stage = stage(served)) {
      stage.run(
          "CREATE TABLE {db}.salaries (a INT)",
          "CREATE TABLE {db}.mine (a INT)",
          "CREATE VIEW {db}.v AS SELECT a FROM {db}.mine",
          "GRANT ALTER, DROP ON {db}.salaries TO '{app}'@'%'",
          "GRANT INSERT, CREATE, DROP ON {db}.mine TO '{app}'@'%'",
          "GRANT SELECT ON {db}.v TO '{app}'@'%'",
          "GRANT ALTER, DROP ON {db}.salaries TO '{owner}'@'%'",
          "GRANT SELECT ON {db}.v TO '{owner}'@'%'");
      assertThat(stage.told("{app}@%", "SELECT", "{db}.salaries"))
          .isEqualTo(
              "UNKNOWN: app@% has ALTER on `db`.`salaries`, app@% may move it in place of db.mine"
                  + " and do it there, app@% has SELECT on `db`.`v`, view db.v leads to db.mine as"
                  + " admin@%; after DROP TABLE `db`.`mine`; ALTER TABLE `db`.`salaries` RENAME TO"
                  + " `db`.`mine`; whether it fits there, its columns above all, is not told");
      // it cannot take the place of mine
      assertThat(stage.verdict("{owner}@%", "SELECT", "{db}.salaries"))
          .isInstanceOf(Verdict.Denied.class);
      assertThat(
              stage.executes(
                  "app",
                  "DROP TABLE {db}.mine",
                  "ALTER TABLE {db}.salaries RENAME TO {db}.mine",
                  "SELECT * FROM {db}.v"))
          .isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_view_whose_table_is_gone_reads_what_is_moved_to_its_name(Served served)
      throws SQLException {
    try (Stage stage = stage(served)) {
      stage.run(
          "CREATE TABLE {db}.salaries (a INT)",
          "CREATE TABLE {db}.Gone (a INT)",
          "CREATE VIEW {db}.v AS SELECT a FROM {db}.Gone",
          "GRANT ALTER, DROP ON {db}.salaries TO '{app}'@'%'",
          "GRANT INSERT, CREATE ON {db}.Gone TO '{app}'@'%'",
          "GRANT SELECT ON {db}.v TO '{app}'@'%'",
          "GRANT ALTER, DROP ON {db}.salaries TO '{owner}'@'%'",
          "GRANT CREATE ON {db}.Gone TO '{owner}'@'%'",
          "GRANT SELECT ON {db}.v TO '{owner}'@'%'",
          "DROP TABLE {db}.Gone");
      assertThat(stage.told("{app}@%", "SELECT", "{db}.salaries"))
          .isEqualTo(
              "UNKNOWN: app@% has ALTER on `db`.`salaries`, app@% may move it to db.Gone, where"
                  + " nothing is yet, and do it there, app@% has SELECT on `db`.`v`, view db.v"
                  + " leads to what is moved there as admin@%; after ALTER TABLE `db`.`salaries`"
                  + " RENAME TO `db`.`Gone`; whether it fits there, its columns above all, is not"
                  + " told");
      assertThat(stage.access().notDenied(stage.filled("{app}@%"), table(stage, "{db}.salaries")))
          .contains("SELECT");
      assertThat(stage.verdict("{app}@%", "DELETE", "{db}.salaries"))
          .isInstanceOf(Verdict.Denied.class);
      // it does not arrive there
      assertThat(stage.verdict("{owner}@%", "SELECT", "{db}.salaries"))
          .isInstanceOf(Verdict.Denied.class);
      String move = "ALTER TABLE {db}.salaries RENAME TO {db}.Gone";
      assertThat(stage.executes("owner", move)).isEqualTo(1142);
      assertThat(stage.executes("app", move, "SELECT * FROM {db}.v")).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_routine_reads_what_is_moved_to_a_name_that_nothing_ever_had(Served served)
      throws SQLException {
    try (Stage stage = stage(served).database("x")) {
      stage.run(
          "CREATE TABLE {db}.salaries (a INT)",
          "CREATE PROCEDURE {db}.total() SELECT SUM(a) FROM {db.x}.import",
          "GRANT ALTER, DROP ON {db}.salaries TO '{app}'@'%'",
          "GRANT INSERT, CREATE ON {db.x}.* TO '{app}'@'%'",
          "GRANT EXECUTE ON PROCEDURE {db}.total TO '{app}'@'%'",
          "GRANT ALTER, DROP ON {db}.salaries TO '{owner}'@'%'",
          "GRANT INSERT, CREATE ON {db.x}.* TO '{owner}'@'%'");
      assertThat(stage.told("{app}@%", "SELECT", "{db}.salaries"))
          .startsWith("UNKNOWN: app@% has ALTER on `db`.`salaries`, app@% may move it to db.x.");
      // it cannot call it
      assertThat(stage.verdict("{owner}@%", "SELECT", "{db}.salaries"))
          .isInstanceOf(Verdict.Denied.class);
      assertThat(
              stage.executes(
                  "app", "ALTER TABLE {db}.salaries RENAME TO {db.x}.import", "CALL {db}.total()"))
          .isZero();
    }
  }

  private static AccessObject table(Stage stage, String name) {
    return AccessObject.table(stage.filled(name));
  }
}
