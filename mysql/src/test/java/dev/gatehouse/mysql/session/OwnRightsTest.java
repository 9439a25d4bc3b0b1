package dev.gatehouse.mysql.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What SHOW GRANTS says, of versions too that not every build has. */
class OwnRightsTest {

  private static OwnRights of(String database, String... shown) {
    return OwnRights.of(List.of(shown), database);
  }

  @Test
  void a_partial_revoke_takes_what_it_names_and_nothing_else() {
    String[] shown = {
      "GRANT SELECT, INSERT, PROCESS ON *.* TO `u`@`%`", "REVOKE SELECT ON `shop`.* FROM `u`@`%`"
    };
    OwnRights shop = of("shop", shown);
    assertThat(shop.hold("SELECT ON *.*")).isFalse();
    assertThat(shop.hold("SELECT ON this")).isFalse();
    assertThat(shop.hold("SELECT ON shop.*")).isFalse();
    assertThat(shop.hold("INSERT ON this")).isTrue();
    assertThat(shop.hold("PROCESS ON *.*")).isTrue();
    assertThat(shop.hold("SELECT ON mysql.*")).isTrue();
    assertThat(of("other", shown).hold("SELECT ON this")).isTrue();
  }

  @Test
  void grants_on_single_tables_and_roles_are_none_on_the_database() {
    OwnRights rights =
        of(
            "shop",
            "GRANT USAGE ON *.* TO `u`@`%`",
            "GRANT SELECT ON `shop`.`orders` TO `u`@`%`",
            "GRANT `reader`@`%` TO `u`@`%`",
            "GRANT INSERT ON `sh_p`.* TO `u`@`%`",
            "GRANT DELETE ON `sh\\_p`.* TO `u`@`%`");
    assertThat(rights.hold("SELECT ON this")).isFalse();
    assertThat(rights.hold("INSERT ON this")).isTrue();
    assertThat(rights.hold("DELETE ON this")).isFalse();
  }
}
