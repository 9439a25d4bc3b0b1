package dev.gatehouse.postgres.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Passwords in a script of grants, however long. */
class GrantScriptTest {
  @Test
  void a_password_of_any_length_is_found_and_not_repeated() {
    for (String password : List.of("x".repeat(200_000), "''".repeat(200_000), "open")) {
      assertThatThrownBy(
              () ->
                  GrantScript.of(
                      List.of("CREATE ROLE \"a b\" PASSWORD '" + password + "'"), Map.of()))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("a script holds a password")
          .hasMessageNotContaining(password);
    }
    assertThat(GrantScript.of(List.of("CREATE ROLE \"" + "x".repeat(200_000) + "\""), Map.of()))
        .isNotNull();
  }
}
