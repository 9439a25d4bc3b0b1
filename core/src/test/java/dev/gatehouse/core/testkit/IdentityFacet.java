package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which database is this: always the same answer for the same one, never for another. */
public interface IdentityFacet extends Facet {

  private Fingerprint identify(Target target, boolean writing) throws SQLException {
    try (Connection session =
        writing ? dialect().openWriting(target) : dialect().openReading(target)) {
      return dialect().identify(session);
    }
  }

  @Test
  default void a_database_has_the_same_identity_in_every_session() throws Exception {
    Fingerprint first = identify(target(), false);
    assertThat(first.product()).isNotBlank();
    assertThat(first.version()).containsPattern("\\d");
    assertThat(first.server()).isNotBlank();
    assertThat(first.database()).isNotBlank();
    assertThat(identify(target(), true)).isEqualTo(first);
    filled();
    assertThat(identify(target(), false)).isEqualTo(first);
  }

  @Test
  default void two_databases_have_two_identities() throws Exception {
    Fingerprint mine = identify(target(), false);
    assertThat(mine.sameDatabase(identify(subject().another(), false))).isFalse();
  }

  @Test
  default void a_connection_to_another_product_is_refused_by_name() throws Exception {
    try (Connection foreign = ForeignProduct.connection()) {
      assertThatThrownBy(() -> dialect().identify(foreign))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining(ForeignProduct.NAME);
    }
  }

  @Test
  default void a_plan_for_another_product_is_refused_by_name() {
    Target elsewhere = Target.of("elsewhere", ForeignProduct.dataSource(), dialect());
    Runbook any =
        new Runbook("any", List.of(new Gate("any", List.of(Steps.passing("any")))), List.of());
    assertThatThrownBy(() -> Plan.of(any, elsewhere))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(ForeignProduct.NAME);
  }

  @Test
  default void the_servers_clock_if_it_has_one_is_ours() throws Exception {
    try (Connection session = dialect().openReading(target())) {
      dialect()
          .serverTime(session)
          .ifPresent(
              time ->
                  assertThat(Duration.between(time, Instant.now()).abs())
                      .isLessThan(Duration.ofMinutes(1)));
    }
  }
}
