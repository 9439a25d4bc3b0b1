package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.PrivilegeCatalogue;
import dev.gatehouse.core.testkit.Asking.Capability;
import java.sql.Connection;
import org.junit.jupiter.api.Test;

/**
 * What a catalogue of privileges answers before any role is made. A dialect without one is refused
 * while planning.
 */
interface PrivilegeFacet extends Facet {

  private PrivilegeCatalogue catalogue() {
    return dialect().privileges().orElseThrow();
  }

  @Test
  default void a_pattern_matches_the_tables_it_says_and_an_underscore_is_an_underscore()
      throws Exception {
    if (Asking.refusedWhilePlanning(Capability.PRIVILEGES, target())) {
      return;
    }
    try (Connection session = dialect().openWriting(filled())) {
      Sql.run(session, subject().createTable("contractXitem"));
      Sql.run(session, subject().createTable("contract_later"));
    }
    try (Connection session = dialect().openReading(target())) {
      assertThat(catalogue().tables(session, "contract_item"))
          .containsExactly(DialectSubject.TABLE);
      assertThat(catalogue().tables(session, "contract_*"))
          .containsExactly(DialectSubject.TABLE, "contract_later");
      assertThat(catalogue().tables(session, "contract%")).isEmpty();
      assertThat(catalogue().tables(session, "nothing_*")).isEmpty();
    }
  }

  @Test
  default void a_role_that_is_not_there_does_not_exist() throws Exception {
    if (Asking.refusedWhilePlanning(Capability.PRIVILEGES, target())) {
      return;
    }
    try (Connection session = dialect().openReading(filled())) {
      assertThat(catalogue().roleExists(session, "nobody_at_all")).isFalse();
    }
  }
}
