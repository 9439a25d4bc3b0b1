package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.Gatehouse.evaluate;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseAccess.accessTo;
import static dev.gatehouse.dsl.GatehouseAccess.actingAs;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.knownFindings;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.RoleProbes.Command;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.access.KnownFindings;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is wrong on a real server is known by names that are the same each time. */
class KnownOnPostgresTest {
  @TempDir private Path work = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(KnownOnPostgresTest.class);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void each_kind_of_finding_is_recognised_again_and_what_is_new_beside_it_fails(
      EngineUnderTest engine) throws Exception {
    try (TestDatabase database = engine.database()) {
      String app = database.newName("app");
      String role = "\"" + app + "\"";
      database.run(
          """
          CREATE ROLE %1$s CREATEROLE REPLICATION;
          CREATE SCHEMA shop;
          CREATE TABLE shop."Odd | name" (id integer);
          CREATE TABLE shop.orders (id integer);
          ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
          GRANT USAGE ON SCHEMA shop TO %1$s;
          GRANT INSERT ON shop."Odd | name" TO %1$s;
          ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT DELETE ON TABLES TO %1$s;
          """
              .formatted(role));
      Target target =
          Target.at(
              "shop",
              database.jdbcUrl(),
              database.account(),
              database.secret(),
              Postgres.dialect());
      List<Check> checks =
          List.of(
              grantee(app).mayNot(INSERT, DELETE).on("shop.*"),
              grantee(app).hasNoEscalation(),
              accessTo("shop.*").is(grantee(app).may(SELECT).on("shop.orders")),
              Postgres.rowSecurity().enabledOn("shop.*"),
              Postgres.rowSecurity().forcedOn("shop.orders"),
              Postgres.rowSecurity().policyFor(Command.SELECT, Command.UPDATE).on("shop.orders"),
              actingAs(app).isDenied(INSERT).on("shop.*"),
              actingAs(app).can(SELECT).on("shop.orders"),
              actingAs(app).isDenied(sql("insert into shop.\"Odd | name\" values (1)")));
      KnownFindings known = knownFindings(work.resolve("known.txt"));
      for (Check check : checks) {
        assertThat(evaluate(check, target).status()).as(check.name()).isEqualTo(Status.FAILED);
        known.record(target, check);
      }
      for (Check check : checks) {
        assertThat(evaluate(known.strictly().leftOutOf(check), target).status())
            .as(check.name())
            .isEqualTo(Status.PASSED);
      }
      assertThat(Files.readString(work.resolve("known.txt")))
          .contains("privileges.excess | " + app + " | INSERT | shop.\"Odd \\u007c name\" | ")
          .contains("rowsecurity.disabled |  |  | \"shop\".\"Odd \\u007c name\" | ")
          .contains("probe.rejected | " + app + " | SELECT | ")
          .doesNotContainPattern(Pattern.quote(database.name()))
          .doesNotContain(database.host(), String.valueOf(database.port()));

      database.run(
          """
          CREATE TABLE shop.prices (id integer);
          GRANT INSERT ON shop.prices TO %1$s;
          ALTER TABLE shop.orders NO FORCE ROW LEVEL SECURITY;
          """
              .formatted(role));
      for (int check : new int[] {0, 2, 3, 6}) {
        assertThat(evaluate(known.leftOutOf(checks.get(check)), target).findings())
            .as(checks.get(check).name())
            .isNotEmpty()
            .allSatisfy(finding -> assertThat(finding.toString()).contains("prices"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void what_could_not_be_tried_is_not_hidden_by_what_is_known(EngineUnderTest engine)
      throws Exception {
    try (TestDatabase database = engine.database()) {
      String app = database.newName("app");
      database.run(
          """
          CREATE ROLE %1$s;
          CREATE SCHEMA shop;
          CREATE TABLE shop.a (id integer);
          CREATE TABLE shop.b (id integer);
          GRANT USAGE ON SCHEMA shop TO %1$s;
          GRANT SELECT ON shop.b TO %1$s;
          """
              .formatted(app));
      Target target =
          Target.at(
              "shop",
              database.jdbcUrl(),
              database.account(),
              database.secret(),
              Postgres.dialect());
      Check reads = actingAs(app).can(SELECT).on("shop.*");
      KnownFindings known = knownFindings(work.resolve("known.txt"));
      assertThat(known.record(target, reads)).isEqualTo(1);
      assertThat(evaluate(known.leftOutOf(reads), target).status()).isEqualTo(Status.PASSED);
      database.run(
          """
          CREATE VIEW shop.c AS SELECT 1 / (SELECT count(*) FROM shop.a) AS one;
          GRANT SELECT ON shop.c TO %1$s;
          """
              .formatted(app));
      assertThat(evaluate(known.leftOutOf(reads), target).status()).isEqualTo(Status.FAILED);
    }
  }
}
