package dev.gatehouse.examples.webshop;

import static dev.gatehouse.dsl.Gatehouse.evaluate;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.newestBackup;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.TRUNCATE;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.run.Inspection;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that asks before it deploys, by its own pool. */
class WebshopServiceTest {

  /** What is wrong, as people are told it; empty when nothing is. */
  private static List<String> wrong(DataSource pool, Path vault) {
    Target shop = Target.of("shop", pool, Postgres.dialect());

    Gate ready =
        gate(
            "Ready to deploy",
            noRows("select 1 from shop.orders where tenant is null"),
            grantee("webshop_reports").mayNot(DELETE, TRUNCATE).on("shop.*"),
            newestBackup(vault).isNoOlderThan(ofHours(24)));

    return evaluate(ready, shop).stream()
        .filter(answer -> !answer.holds())
        .map(Inspection.Answer::text)
        .toList();
  }

  @Test
  void what_is_wrong_is_told_and_nothing_is_made(@TempDir Path work) throws Exception {
    Path vault = work.resolve("vault");
    try (WebshopDatabase database = WebshopDatabase.create()) {
      assertThat(wrong(database.pool(), vault))
          .singleElement()
          .asString()
          .contains("gate 'Ready to deploy' did not open", "backup.none", "no vault there");
      database.run("grant delete on shop.orders to webshop_reports");
      assertThat(wrong(database.pool(), vault))
          .hasSize(2)
          .first()
          .asString()
          .contains("REVOKE DELETE ON shop.orders FROM webshop_reports");
      assertThat(vault).doesNotExist();
    }
  }
}
