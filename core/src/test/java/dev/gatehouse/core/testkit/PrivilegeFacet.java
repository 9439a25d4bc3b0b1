package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.testkit.Asking.Capability;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a catalogue of privileges answers before any role is made. A dialect without one is refused
 * while planning.
 */
public interface PrivilegeFacet extends Facet {

  private EffectiveAccess access() throws Exception {
    try (Connection session = dialect().openReading(target())) {
      return dialect().privileges().orElseThrow().read(session);
    }
  }

  /** Without the schema, whose name is the product's affair. */
  private static List<String> names(List<AccessObject> tables) {
    return tables.stream()
        .map(AccessObject::name)
        .map(name -> name.substring(name.lastIndexOf('.') + 1).replace("\"", ""))
        .toList();
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
    EffectiveAccess access = access();
    assertThat(names(access.tables("contract_item"))).containsExactly(DialectSubject.TABLE);
    assertThat(names(access.tables("contract_*")))
        .containsExactly(DialectSubject.TABLE, "contract_later");
    assertThat(access.tables("contract%")).isEmpty();
    assertThat(access.tables("nothing_*")).isEmpty();
  }

  @Test
  default void a_role_that_is_not_there_does_not_exist() throws Exception {
    if (Asking.refusedWhilePlanning(Capability.PRIVILEGES, target())) {
      return;
    }
    filled();
    assertThat(access().roles("nobody_at_all")).isEmpty();
  }
}
