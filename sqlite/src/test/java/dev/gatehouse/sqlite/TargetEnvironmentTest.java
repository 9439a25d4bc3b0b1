package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An engine without accounts. */
class TargetEnvironmentTest {

  @Test
  void the_address_is_all_that_it_takes() {
    Map<String, String> environment = Map.of("SHOP_URL", "jdbc:sqlite:/srv/shop.db");
    Target shop = Target.fromEnvironment(environment, "SHOP", Sqlite.dialect());
    assertThat(shop.coordinates().orElseThrow().jdbcUrl()).isEqualTo("jdbc:sqlite:/srv/shop.db");
    assertThat(shop.coordinates().orElseThrow().secret()).isEmpty();
    assertThatThrownBy(() -> Target.fromEnvironment(Map.of(), "SHOP", Sqlite.dialect()))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("expected  SHOP_URL\n")
        .hasMessageContaining("SHOP_URL missing or empty");
  }
}
