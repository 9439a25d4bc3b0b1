package dev.gatehouse.postgres.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.Postgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing connects here: what the environment says is the target's address. */
class TargetEnvironmentTest {
  private static final String URL = "jdbc:postgresql://db/shop";

  private static Target target(Map<String, String> environment) {
    return Target.fromEnvironment(environment, "SHOP", Postgres.dialect());
  }

  private static String secret(Target target) {
    return target
        .coordinates()
        .orElseThrow()
        .secret()
        .orElseThrow()
        .reveal(value -> new String(value));
  }

  @Test
  void the_secret_stands_in_a_variable_or_in_a_file(@TempDir Path directory) throws Exception {
    Target shop = target(Map.of("SHOP_URL", URL, "SHOP_USER", "ada", "SHOP_PASSWORD", "hush-1"));
    assertThat(shop.name()).isEqualTo("shop");
    assertThat(shop.coordinates().orElseThrow().jdbcUrl()).isEqualTo(URL);
    assertThat(shop.coordinates().orElseThrow().account()).isEqualTo("ada");
    assertThat(secret(shop)).isEqualTo("hush-1");
    Path file = Files.writeString(directory.resolve("password"), "hush-2\n");
    assertThat(
            secret(
                target(
                    Map.of("SHOP_URL", URL, "SHOP_USER", "ada", "SHOP_PASSWORD_FILE", "" + file))))
        .isEqualTo("hush-2");
  }

  @Test
  void what_is_missing_is_told_at_once_and_no_secret_is() {
    refused(Map.of(), "SHOP_URL, SHOP_USER missing or empty");
    refused(Map.of("SHOP_URL", URL, "SHOP_USER", " "), "SHOP_USER missing or empty");
    refused(
        Map.of("SHOP_URL", URL, "SHOP_USER", "ada"),
        "SHOP_PASSWORD and SHOP_PASSWORD_FILE both missing or empty");
    refused(
        Map.of(
            "SHOP_URL", URL, "SHOP_USER", "a", "SHOP_PASSWORD", "hush", "SHOP_PASSWORD_FILE", "/f"),
        "SHOP_PASSWORD and SHOP_PASSWORD_FILE both there");
    refused(
        Map.of("SHOP_URL", URL, "SHOP_USER", "ada", "SHOP_PASSWORD_FILE", "/no\0path"),
        "SHOP_PASSWORD_FILE is no path");
  }

  private static void refused(Map<String, String> environment, String found) {
    assertThatThrownBy(() -> target(environment))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(found)
        .hasMessageContaining("SHOP_URL, SHOP_USER and SHOP_PASSWORD or SHOP_PASSWORD_FILE")
        .message()
        .doesNotContain("hush");
  }
}
