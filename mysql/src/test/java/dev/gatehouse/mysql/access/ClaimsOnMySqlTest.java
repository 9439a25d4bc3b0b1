package dev.gatehouse.mysql.access;

import static dev.gatehouse.dsl.Gatehouse.evaluate;
import static dev.gatehouse.dsl.Gatehouse.verify;
import static dev.gatehouse.dsl.GatehouseAccess.access;
import static dev.gatehouse.dsl.GatehouseAccess.accessTo;
import static dev.gatehouse.dsl.GatehouseAccess.columns;
import static dev.gatehouse.dsl.GatehouseAccess.databases;
import static dev.gatehouse.dsl.GatehouseAccess.definerRoutines;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.materializedViews;
import static dev.gatehouse.dsl.GatehouseAccess.routines;
import static dev.gatehouse.dsl.access.Privilege.CREATE;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.DROP;
import static dev.gatehouse.dsl.access.Privilege.EXECUTE;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.MAINTAIN;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.TRUNCATE;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;
import static dev.gatehouse.dsl.assertj.GatehouseAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.access.AccessMatrix;
import dev.gatehouse.dsl.access.PrivilegeCheck;
import dev.gatehouse.dsl.junit.DatabaseTests;
import dev.gatehouse.mysql.Served;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Claims, matrix, AssertJ and JUnit, as PostgreSQL has them. */
class ClaimsOnMySqlTest {

  static List<Served> one() {
    return Served.share(ClaimsOnMySqlTest.class);
  }

  private static Stage stage(Served served) throws Exception {
    return Stage.of(served, "app", "reports", "owner")
        .run(
            "CREATE TABLE {db}.ks_item (id INT, note TEXT)",
            "CREATE TABLE {db}.ks_user (id INT, password TEXT)",
            "CREATE TABLE {db}.node (id INT)",
            "CREATE VIEW {db}.ks_names AS SELECT id FROM {db}.ks_user",
            "GRANT SELECT, INSERT ON {db}.ks_item TO '{app}'@'%'",
            "GRANT SELECT, INSERT ON {db}.ks_user TO '{app}'@'%'",
            "GRANT SELECT ON {db}.ks_names TO '{reports}'@'%'");
  }

  @ParameterizedTest
  @MethodSource("one")
  void claims_pass_and_fail_with_path_and_fix(Served served) throws Exception {
    try (Stage stage = stage(served)) {
      String app = stage.filled("{app}@%");
      verify(grantee(app).mayOnly(SELECT, INSERT).on("ks_*"), stage.target());
      verify(grantee(stage.name("app")).mayNot(SELECT, UPDATE).on("node"), stage.target());
      verify(grantee(app).mayNot(CREATE).on(databases(stage.name("db"))), stage.target());
      verify(grantee(app).hasNoEscalation(), stage.target());
      stage.run("GRANT DELETE, DROP ON {db}.ks_user TO '{app}'@'%'");
      assertThatThrownBy(
              () -> verify(grantee(app).mayOnly(SELECT, INSERT).on("ks_*"), stage.target()))
          .extracting(
              e ->
                  stage
                      .shortened(String.valueOf(e.getMessage()))
                      .replaceAll("(MySQL|MariaDB) [0-9.]+", "PRODUCT"))
          .isEqualTo(
              """
              'app@% may only INSERT, SELECT on ks_*' does not hold: app@% may do more than it should with db.ks_user
                target    shop (PRODUCT)
                expected  app@% may only INSERT, SELECT on ks_*
                found     DELETE: app@% has DELETE on `db`.`ks_user`
                          DROP: app@% has DROP on `db`.`ks_user`
                fix       REVOKE DELETE ON `db`.`ks_user` FROM 'app'@'%'
                          REVOKE DROP ON `db`.`ks_user` FROM 'app'@'%'
                code      privileges.excess""");
      assertThatThrownBy(() -> verify(grantee(app).mayNot(TRUNCATE).on("ks_*"), stage.target()))
          .hasMessageContaining("TRUNCATE: ")
          .hasMessageContaining("has DROP on");
      assertThatThrownBy(() -> verify(grantee(app).may(UPDATE, DELETE).on("node"), stage.target()))
          .extracting(e -> stage.shortened(String.valueOf(e.getMessage())))
          .asString()
          .contains("GRANT UPDATE ON `db`.`node` TO 'app'@'%'");
      assertThatThrownBy(() -> verify(grantee(app).mayNot(MAINTAIN).on("ks_*"), stage.target()))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("access.no-privilege");
      assertThatThrownBy(() -> verify(grantee(app).mayNot(DROP).on("nothing_*"), stage.target()))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("privileges.no-table");
    }
  }

  @ParameterizedTest
  @MethodSource("one")
  void a_table_behind_a_definers_body_is_not_called_closed(Served served) throws Exception {
    try (Stage stage = stage(served)) {
      stage.run(
          "CREATE PROCEDURE {db}.tidy() DELETE FROM {db}.node",
          "GRANT EXECUTE ON PROCEDURE {db}.tidy TO '{reports}'@'%'");
      String reports = stage.filled("{reports}@%");
      PrivilegeCheck closed = grantee(reports).mayNot(DELETE).on("node");
      assertThatThrownBy(() -> verify(closed, stage.target()))
          .extracting(e -> stage.shortened(String.valueOf(e.getMessage())))
          .asString()
          .contains("DELETE, perhaps: reports@% has EXECUTE on PROCEDURE `db`.`tidy`")
          .contains("fix       REVOKE EXECUTE ON PROCEDURE `db`.`tidy` FROM 'reports'@'%'");
      assertThat(evaluate(closed.acceptingUnknown("read by hand"), stage.target()))
          .isInstanceOf(Outcome.Passed.class);
      verify(grantee(reports).mayNot(DELETE).on("ks_item"), stage.target());
      assertThatThrownBy(
              () -> verify(grantee(reports).mayNot(EXECUTE).on(routines("*")), stage.target()))
          .hasMessageContaining("EXECUTE");
      assertThatThrownBy(
              () ->
                  verify(grantee(reports).mayNot(EXECUTE).on(definerRoutines("*")), stage.target()))
          .hasMessageContaining("EXECUTE")
          .hasMessageContaining("tidy");
      stage.run("ALTER PROCEDURE {db}.tidy SQL SECURITY INVOKER");
      verify(grantee(reports).mayNot(EXECUTE).on(definerRoutines("*")), stage.target());
      assertThatThrownBy(
              () ->
                  verify(
                      grantee(reports).mayNot(SELECT).on(materializedViews("*")), stage.target()))
          .isInstanceOf(Refusal.class);
    }
  }

  @ParameterizedTest
  @MethodSource("one")
  void assertions_and_tests_of_suites(Served served) throws Exception {
    try (Stage stage = stage(served)) {
      String app = stage.filled("{app}@%");
      String reports = stage.filled("{reports}@%");
      assertThat(access(stage.target()))
          .grantee(app)
          .mayOnly(SELECT, INSERT)
          .on("ks_*", "node")
          .hasNoEscalation()
          .grantee(reports)
          .mayNot(SELECT)
          .on(columns("*.password"), columns("node.*"));
      assertThatThrownBy(
              () ->
                  assertThat(access(stage.target())).grantee(reports).mayNot(SELECT).on("ks_user"))
          .isInstanceOf(AssertionError.class)
          .extracting(e -> stage.shortened(String.valueOf(e.getMessage())))
          .asString()
          .contains("view db.ks_names leads to db.ks_user as admin@%");
      AccessMatrix matrix =
          accessTo("ks_*")
              .is(
                  grantee(app).may(SELECT, INSERT).on("ks_{item,user}"),
                  grantee(reports).may(SELECT).on("ks_names"))
              .closedTo(grantee(stage.filled("{owner}@%")))
              .acceptingThrough("*.ks_names", "the view is there for reports");
      List<DynamicTest> tests =
          DatabaseTests.on(stage.target()).of(matrix).flatMap(ClaimsOnMySqlTest::leaves).toList();
      assertThat(tests).hasSizeGreaterThanOrEqualTo(9);
      tests.forEach(test -> executed(test));
      stage.run("GRANT UPDATE ON {db}.ks_item TO '{owner}'@'%'");
      assertThatThrownBy(() -> verify(matrix, stage.target()))
          .extracting(e -> stage.shortened(String.valueOf(e.getMessage())))
          .asString()
          .contains("UPDATE: owner@% has UPDATE on `db`.`ks_item`");
      assertThat(stage.shortened(access(stage.target()).report(reports).text()))
          .contains("view db.ks_names")
          .contains("SELECT: reports@% has SELECT on `db`.`ks_names`");
    }
  }

  private static Stream<DynamicTest> leaves(DynamicNode node) {
    return node instanceof DynamicContainer container
        ? container.getChildren().flatMap(ClaimsOnMySqlTest::leaves)
        : Stream.of((DynamicTest) node);
  }

  private static void executed(DynamicTest test) {
    try {
      test.getExecutable().execute();
    } catch (Throwable e) {
      throw new AssertionError(test.getDisplayName(), e);
    }
  }
}
