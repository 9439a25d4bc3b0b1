package dev.gatehouse.core.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FindingTest {

  private static final Finding FINDING =
      Finding.of("privileges.excess", "keystone_app may do more than SELECT on ks_*")
          .withExpected("no privilege beyond SELECT")
          .withFound("DELETE on heaven.ks_user,\nthrough role 'legacy_rw'")
          .withFix("REVOKE 'legacy_rw' FROM 'keystone_app'@'%'");

  @Test
  void the_message_is_aligned_facts_with_the_fix_last_but_the_code() {
    assertThat(FINDING.text("gate 'Least privilege' did not open", "heaven (MySQL 9.7.4)"))
        .isEqualToNormalizingNewlines(
            """
            gate 'Least privilege' did not open: keystone_app may do more than SELECT on ks_*
              target    heaven (MySQL 9.7.4)
              expected  no privilege beyond SELECT
              found     DELETE on heaven.ks_user,
                        through role 'legacy_rw'
              fix       REVOKE 'legacy_rw' FROM 'keystone_app'@'%'
              code      privileges.excess""");
  }

  @Test
  void a_flood_of_server_text_is_cut_and_says_so() {
    Finding flood = FINDING.withFound("x".repeat(10_000));

    assertThat(flood.found()).hasSizeLessThan(2_100).endsWith("(8000 more characters)");
  }

  @Test
  void a_cut_never_splits_a_character() {
    Finding emoji = FINDING.withFound("x" + "\uD83D\uDE00".repeat(5_000));

    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(emoji.found())).isTrue();
  }
}
