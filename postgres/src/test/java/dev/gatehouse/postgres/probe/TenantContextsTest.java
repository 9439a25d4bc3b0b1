package dev.gatehouse.postgres.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What policies compare with, as it stands in their code. */
class TenantContextsTest {
  @Test
  void a_text_of_any_length_is_found() {
    String plain = "x".repeat(200_000);
    assertThat(TenantContexts.texts("tenant = '" + plain + "' or tenant = 'it''s'"))
        .containsExactly(plain, "it's");
    assertThat(TenantContexts.texts("'" + "''".repeat(200_000) + "'"))
        .containsExactly("'".repeat(200_000));
  }
}
