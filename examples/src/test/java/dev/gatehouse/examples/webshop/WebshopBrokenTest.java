package dev.gatehouse.examples.webshop;

import static dev.gatehouse.dsl.Gatehouse.evaluate;
import static dev.gatehouse.dsl.GatehouseAccess.knownFindings;
import static dev.gatehouse.examples.webshop.WebshopAccessTest.KNOWN;
import static dev.gatehouse.examples.webshop.WebshopAccessTest.TENANTS_ARE_KEPT_APART;
import static dev.gatehouse.examples.webshop.WebshopAccessTest.WHO_MAY_WHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.dsl.junit.DatabaseTests;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The application's tests in a world that was broken: exactly the right ones are red. */
class WebshopBrokenTest {
  private WebshopDatabase shop;

  @BeforeEach
  void create() throws Exception {
    shop = WebshopDatabase.create();
  }

  @AfterEach
  void drop() throws Exception {
    shop.close();
  }

  private Map<String, String> red() throws Exception {
    Map<String, String> red = new LinkedHashMap<>();
    collect("", DatabaseTests.on(shop.target()).exceptKnown(KNOWN).of(WHO_MAY_WHAT), red);
    return red;
  }

  private static void collect(
      String prefix, Stream<? extends DynamicNode> nodes, Map<String, String> red) {
    nodes.forEach(
        node -> {
          if (node instanceof DynamicContainer container) {
            collect(container.getDisplayName() + " / ", container.getChildren(), red);
          } else if (node instanceof DynamicTest test) {
            try {
              test.getExecutable().execute();
            } catch (Throwable e) {
              red.put(prefix + test.getDisplayName(), String.valueOf(e.getMessage()));
            }
          }
        });
  }

  @Test
  void a_new_grant_is_red_in_exactly_its_cell_with_its_path_and_the_fix() throws Exception {
    assertThat(red()).isEmpty();
    shop.run("CREATE ROLE webshop_etl NOLOGIN");
    try {
      shop.run("GRANT DELETE ON shop.orders TO webshop_etl; GRANT webshop_etl TO webshop_app");
      assertThat(red())
          .containsExactly(
              Map.entry(
                  "webshop_app / webshop_app on shop.orders: INSERT, SELECT, UPDATE",
                  """
                  webshop_app may do more than it should with shop.orders
                    expected  webshop_app may do exactly INSERT, SELECT, UPDATE on shop.orders
                    found     DELETE: webshop_app is a member of webshop_etl (inherited), webshop_etl has DELETE on shop.orders, granted by webshop_owner
                    fix       REVOKE webshop_etl FROM webshop_app
                    code      privileges.excess"""));
    } finally {
      shop.run("DROP OWNED BY webshop_etl; DROP ROLE webshop_etl");
    }
  }

  @Test
  void what_is_missing_is_red_in_exactly_its_cell() throws Exception {
    shop.run("REVOKE INSERT ON shop.orders FROM webshop_app");
    assertThat(red())
        .containsOnlyKeys("webshop_app / webshop_app on shop.orders: INSERT, SELECT, UPDATE")
        .allSatisfy(
            (cell, text) ->
                assertThat(text).contains("fix       GRANT INSERT ON shop.orders TO webshop_app"));
  }

  @Test
  void a_new_table_with_a_grant_is_red_before_anybody_has_named_it() throws Exception {
    shop.run("CREATE TABLE shop.prices (id integer); GRANT SELECT ON shop.prices TO PUBLIC");
    assertThat(red())
        .containsOnlyKeys(
            "public / public on shop.prices: nothing",
            "webshop_app / webshop_app on shop.prices: nothing",
            "webshop_reports / webshop_reports on shop.prices: nothing");
  }

  @Test
  void default_privileges_are_red_before_there_is_a_table() throws Exception {
    shop.run(
        "ALTER DEFAULT PRIVILEGES FOR ROLE webshop_owner IN SCHEMA shop"
            + " GRANT SELECT ON TABLES TO webshop_reports");
    assertThat(red())
        .containsOnlyKeys("webshop_reports / webshop_reports on future tables: nothing");
  }

  @Test
  void what_was_mended_is_told_so_that_its_line_can_go() throws Exception {
    shop.run("REVOKE UPDATE ON shop.items FROM webshop_reports");
    assertThat(red()).containsOnlyKeys("known findings that are gone: 1");
  }

  @Test
  void the_committed_file_is_what_record_writes(@TempDir Path work) throws Exception {
    Path file = work.resolve("known-findings.txt");
    assertThat(knownFindings(file).record(shop.target(), WHO_MAY_WHAT)).isEqualTo(1);
    assertThat(file).hasSameTextualContentAs(Path.of(KNOWN.toString()));
  }

  @Test
  void a_policy_that_lets_all_pass_keeps_nobody_apart() throws Exception {
    shop.run("CREATE POLICY support ON shop.orders FOR SELECT TO webshop_app USING (true)");
    Outcome outcome = evaluate(TENANTS_ARE_KEPT_APART, shop.target());
    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    shop.run("DROP POLICY support ON shop.orders");
    assertThat(evaluate(TENANTS_ARE_KEPT_APART, shop.target()).status()).isEqualTo(Status.PASSED);
  }
}
