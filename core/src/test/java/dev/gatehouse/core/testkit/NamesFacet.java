package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Identifier;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A name comes back as it was given, or is refused: it never means another object. */
public interface NamesFacet extends Facet {

  private Names names() {
    return new Names(20_261_121, dialect().longestIdentifier(), subject().reservedWords());
  }

  @Test
  default void names_come_back_as_they_were_given_or_are_refused() throws Exception {
    Names names = names();
    Target target = filled();
    Set<String> created = new TreeSet<>();
    try (Connection session = dialect().openWriting(target)) {
      // one transaction where the product can, for speed alone
      session.setAutoCommit(false);
      Set<String> before = new TreeSet<>(Sql.tables(session));
      for (String name : names.some(subject().names())) {
        if (names.impossible(name)) {
          assertThatThrownBy(() -> Identifier.of(name, dialect().longestIdentifier()))
              .isInstanceOf(Refusal.class);
        } else if (create(session, Identifier.of(name, dialect().longestIdentifier()))) {
          created.add(name);
        }
      }
      Set<String> now = new TreeSet<>(Sql.tables(session));
      assertThat(now).as("tables that were there are there").containsAll(before);
      now.removeAll(before);
      assertThat(now).as("tables by the names they were given").isEqualTo(created);
      session.rollback();
    }
    assertThat(created.size())
        .as("names that are usable")
        .isGreaterThan(subject().names() * 3 / 10);
    assertThat(committedRows()).isEqualTo(3);
  }

  /** What the server refuses is refused; after an error a transaction may have to be left. */
  private boolean create(Connection session, Identifier name) throws SQLException {
    var savepoint = session.setSavepoint();
    try {
      Sql.run(session, subject().createTable(dialect().quote(name)));
      return true;
    } catch (SQLException | Refusal e) {
      session.rollback(savepoint);
      return false;
    }
  }

  @Test
  default void reserved_words_quotes_and_wildcards_are_usable_names() throws Exception {
    List<String> plain = new ArrayList<>(subject().reservedWords());
    plain.addAll(List.of("it's", "say \"hi\"", "back`tick", "a_b", "a%b", "two words", "\u00e9"));
    plain.add("n".repeat(Math.min(64, dialect().longestIdentifier().most())));
    try (Connection session = dialect().openWriting(target())) {
      for (String name : plain) {
        String quoted = dialect().quote(Identifier.of(name, dialect().longestIdentifier()));
        Sql.run(session, subject().createTable(quoted));
        Sql.run(session, "INSERT INTO " + quoted + " (id, name) VALUES (1, 'one')");
        assertThat(Sql.rows(session, "SELECT name FROM " + quoted)).containsExactly("one");
      }
      assertThat(Sql.tables(session)).containsExactlyInAnyOrderElementsOf(plain);
    }
  }
}
