package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.Asking.Capability;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scripts are split as the product's own client does, and may not leave their transaction. */
public interface ScriptFacet extends Facet {

  private ScriptReader reader() {
    return dialect().scripts().orElseThrow();
  }

  @Test
  default void a_script_is_split_into_statements_that_take_effect_one_by_one() throws Exception {
    if (Asking.refusedWhilePlanning(Capability.SCRIPTS, target())) {
      return;
    }
    String script =
        "-- first; the header\n"
            + subject().insert(4, "a;b -- no comment")
            + ";\n\n"
            + subject().insert(5, "/* no ''comment'' */;")
            + "  ;\n/* last; of all */\n"
            + subject().insert(6, "without an end");
    List<ScriptStatement> statements = reader().read(Script.of("more.sql", script));
    assertThat(statements).hasSize(3);
    assertThat(statements.get(1).line()).isEqualTo(4);
    try (Connection session = dialect().openWriting(filled())) {
      for (ScriptStatement statement : statements) {
        Sql.run(session, statement.sql());
      }
      assertThat(Sql.rows(session, "SELECT name FROM " + DialectSubject.TABLE + " ORDER BY id"))
          .endsWith("a;b -- no comment", "/* no 'comment' */;", "without an end");
    }
  }

  @Test
  default void a_script_without_statements_has_none() {
    if (Asking.refusedWhilePlanning(Capability.SCRIPTS, target())) {
      return;
    }
    assertThat(reader().read(Script.of("empty.sql", ""))).isEmpty();
    assertThat(reader().read(Script.of("empty.sql", " ;;\n-- nothing;\n/* ; */ ;"))).isEmpty();
  }

  @Test
  default void a_script_that_ends_its_transaction_is_refused_with_its_place() {
    if (Asking.refusedWhilePlanning(Capability.SCRIPTS, target())) {
      return;
    }
    for (String escape : List.of("COMMIT", "Rollback", "/* x */ commit", "BEGIN")) {
      String script = subject().insert(4, "four") + ";\n" + escape + ";\n";
      assertThatThrownBy(() -> reader().read(Script.of("escape.sql", script)))
          .as(escape)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("escape.sql:2");
    }
  }
}
