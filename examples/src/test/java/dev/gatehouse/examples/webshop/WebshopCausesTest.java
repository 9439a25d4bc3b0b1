package dev.gatehouse.examples.webshop;

import static dev.gatehouse.dsl.GatehouseAccess.knownFindings;
import static dev.gatehouse.examples.webshop.WebshopAccessTest.KNOWN;
import static dev.gatehouse.examples.webshop.WebshopAccessTest.ROWS;
import static dev.gatehouse.examples.webshop.WebshopAccessTest.WHO_MAY_WHAT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.outcome.GatehouseException;
import dev.gatehouse.dsl.access.KnownFindings;
import dev.gatehouse.dsl.junit.DatabaseTests;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

/** Whatever breaks is told once by a suite, however many of its tests are red of it. */
class WebshopCausesTest {
  private static final String ALL_BY_DEFAULT =
      "ALTER DEFAULT PRIVILEGES FOR ROLE webshop_owner IN SCHEMA shop"
          + " GRANT ALL ON TABLES TO webshop_reports";

  /**
   * @param red how many tests are
   * @param blocks how many whole messages they have among them
   */
  private record Break(String sql, int red, int blocks) {}

  private static final List<Break> ACCESS =
      List.of(
          new Break("GRANT DELETE ON shop.orders TO webshop_app", 1, 1),
          new Break("GRANT SELECT ON shop.orders TO PUBLIC", 2, 1),
          new Break("REVOKE INSERT ON shop.orders FROM webshop_app", 1, 1),
          new Break("GRANT webshop_owner TO webshop_app", 3, 1),
          new Break(
              "CREATE TABLE shop.prices (id integer); GRANT SELECT ON shop.prices TO webshop_app",
              1,
              1),
          new Break(
              "CREATE VIEW shop.all_orders AS SELECT * FROM shop.orders;"
                  + " GRANT SELECT ON shop.all_orders TO webshop_reports",
              2,
              1),
          // one cell has something known beside it, so that its fix is one more
          new Break(
              "CREATE FUNCTION shop.run(q text) RETURNS void SECURITY DEFINER LANGUAGE plpgsql"
                  + " AS 'BEGIN EXECUTE q; END'",
              9,
              2),
          new Break("GRANT SELECT (tenant) ON shop.orders TO webshop_reports", 1, 1),
          new Break(ALL_BY_DEFAULT, 1, 1));

  private static final List<Break> ROW_SECURITY =
      List.of(
          new Break(
              "ALTER TABLE shop.orders NO FORCE ROW LEVEL SECURITY;"
                  + " ALTER TABLE shop.orders DISABLE ROW LEVEL SECURITY",
              3,
              1),
          new Break("CREATE POLICY oops ON shop.orders USING (true)", 1, 1),
          new Break("GRANT SELECT ON shop.orders TO PUBLIC", 1, 1));

  @Test
  void one_cause_of_access_is_one_block() throws Exception {
    for (Break one : ACCESS) {
      try (WebshopDatabase shop = WebshopDatabase.create()) {
        shop.run(one.sql());
        told(one, red(DatabaseTests.on(shop.target()).exceptKnown(KNOWN).of(WHO_MAY_WHAT)));
      }
    }
  }

  @Test
  void one_cause_of_rows_is_one_block() throws Exception {
    for (Break one : ROW_SECURITY) {
      try (WebshopDatabase shop = WebshopDatabase.create()) {
        shop.run(one.sql());
        told(one, red(DatabaseTests.on(shop.target()).of(ROWS)));
      }
    }
  }

  @Test
  void a_role_that_is_gone_is_told_once() throws Exception {
    try (WebshopDatabase shop = WebshopDatabase.create()) {
      shop.run("ALTER ROLE webshop_reports RENAME TO webshop_reporting");
      Map<String, Throwable> red =
          red(DatabaseTests.on(shop.target()).exceptKnown(KNOWN).of(WHO_MAY_WHAT));
      shop.run("ALTER ROLE webshop_reporting RENAME TO webshop_reports");
      assertThat(red).containsKey("there is no role 'webshop_reports'");
    }
  }

  @Test
  void what_was_known_of_one_privilege_stays_known_and_the_rest_is_red(@TempDir Path work)
      throws Exception {
    try (WebshopDatabase shop = WebshopDatabase.create()) {
      shop.run(ALL_BY_DEFAULT);
      Path file = work.resolve("known.txt");
      KnownFindings known = knownFindings(file);
      known.record(shop.target(), WHO_MAY_WHAT);
      List<String> lines = Files.readAllLines(file);
      // one line for each privilege, as ever
      assertThat(lines)
          .filteredOn(line -> line.startsWith("privileges.future"))
          .hasSizeBetween(7, 8);
      assertThat(red(DatabaseTests.on(shop.target()).exceptKnown(known).of(WHO_MAY_WHAT)))
          .isEmpty();
      Files.write(file, lines.stream().filter(line -> !line.contains("| TRUNCATE |")).toList());

      assertThat(red(DatabaseTests.on(shop.target()).exceptKnown(known).of(WHO_MAY_WHAT)))
          .hasSize(1)
          .allSatisfy(
              (test, e) ->
                  assertThat(e)
                      .hasMessageContaining("TRUNCATE")
                      .hasMessageContaining("of these known: webshop_reports INSERT "));
    }
  }

  private static void told(Break one, Map<String, Throwable> red) {
    assertThat(red).as(one.sql()).hasSize(one.red());
    assertThat(red.values())
        .as(one.sql())
        .allSatisfy(
            e -> {
              assertThat(e).isInstanceOf(AssertionFailedError.class);
              assertThat(e).hasMessageContaining("  fix       ");
              assertThat(((AssertionFailedError) e).isActualDefined()).isTrue();
            })
        .filteredOn(e -> String.valueOf(e.getMessage()).contains("\n  code      "))
        .hasSize(one.blocks())
        .allSatisfy(
            e -> assertThat(String.valueOf(e.getMessage()).split("\n  code      ")).hasSize(2));
  }

  private static Map<String, Throwable> red(Stream<? extends DynamicNode> nodes) {
    Map<String, Throwable> red = new LinkedHashMap<>();
    nodes.forEach(
        node -> {
          if (node instanceof DynamicContainer container) {
            red.putAll(red(container.getChildren()));
          } else if (node instanceof DynamicTest test) {
            try {
              test.getExecutable().execute();
            } catch (AssertionError | GatehouseException e) {
              red.put(test.getDisplayName(), e);
            } catch (Throwable skipped) {
              // a line of known findings that is gone
            }
          }
        });
    return red;
  }
}
