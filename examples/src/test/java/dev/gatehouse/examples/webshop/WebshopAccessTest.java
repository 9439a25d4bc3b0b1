package dev.gatehouse.examples.webshop;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.verify;
import static dev.gatehouse.dsl.GatehouseAccess.access;
import static dev.gatehouse.dsl.GatehouseAccess.accessTo;
import static dev.gatehouse.dsl.GatehouseAccess.actingAs;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.knownFindings;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.TRUNCATE;
import static dev.gatehouse.dsl.access.Privilege.UPDATE;
import static dev.gatehouse.dsl.assertj.GatehouseAssertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.dsl.access.AccessMatrix;
import dev.gatehouse.dsl.access.KnownFindings;
import dev.gatehouse.dsl.junit.DatabaseTests;
import dev.gatehouse.postgres.Postgres;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/** What an application's own test class looks like. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WebshopAccessTest {

  /**
   * Which roles do what; whatever else they and everybody may is a red test, and so is a table that
   * nobody named. Roles that are not named are not asked: {@code closedTo(grantee("*"))} does.
   */
  static final AccessMatrix WHO_MAY_WHAT =
      accessTo("shop.*")
          .is(
              grantee("webshop_app").may(SELECT, INSERT, UPDATE).on("shop.orders"),
              grantee("webshop_app").may(SELECT).on("shop.items"),
              grantee("webshop_reports").may(SELECT).on("shop.stock"))
          .closedTo(grantee("public"))
          .acceptingThrough("shop.stock", "the view is there for reports");

  /** What was wrong when the matrix came; a person has recorded it, and mends it in time. */
  static final KnownFindings KNOWN =
      knownFindings(WebshopDatabase.SCRIPTS.resolve("known-findings.txt"));

  static final Check TENANTS_ARE_KEPT_APART =
      Postgres.rowSecurity()
          .on("shop.orders")
          .by("tenant")
          .actingAs("webshop_app")
          .separates("shop.tenant", "north", "south");

  static final Runbook ROWS =
      runbook(
          "Rows of tenants",
          gate(
              "Catalogue",
              Postgres.rowSecurity().forcedOn("shop.orders"),
              Postgres.rowSecurity().policyFor(SELECT, INSERT, UPDATE).on("shop.orders")),
          gate(
              "Behaviour",
              actingAs("webshop_app").can(SELECT).on("shop.items"),
              actingAs("webshop_reports").isDenied(SELECT).on("shop.orders"),
              TENANTS_ARE_KEPT_APART));

  private WebshopDatabase database;
  private Target shop;

  @BeforeAll
  void create() throws Exception {
    database = WebshopDatabase.create();
    shop = database.target();
  }

  @AfterAll
  void drop() throws SQLException {
    database.close();
  }

  @TestFactory
  Stream<DynamicNode> each_role_may_do_exactly_what_it_should() throws SQLException {
    return DatabaseTests.on(shop).exceptKnown(KNOWN).of(WHO_MAY_WHAT);
  }

  @TestFactory
  Stream<DynamicNode> rows_belong_to_tenants() {
    return DatabaseTests.on(shop).of(ROWS);
  }

  @Test
  void tenants_are_kept_apart() {
    verify(TENANTS_ARE_KEPT_APART, shop);
  }

  @Test
  void nobody_can_empty_a_table_or_make_himself_more() throws SQLException {
    assertThat(access(shop))
        .grantee("webshop_app")
        .mayNot(DELETE, TRUNCATE)
        .on("shop.*")
        .hasNoEscalation()
        .grantee("webshop_reports")
        .mayNot(SELECT)
        .on("shop.orders")
        .hasNoEscalation();
  }
}
