package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is not known to have failed cleanly is in doubt. */
public interface DoubtFacet extends Facet {

  @Test
  default void errors_that_nobody_knows_are_in_doubt() {
    for (SQLException error :
        List.of(
            new SQLException("?"),
            new SQLException("?", "ZZ999"),
            new SQLException("?", "", 987_654),
            new SQLException("the connection is gone", "08006"),
            new SQLException("communications link failure", "08S01"),
            new SQLException("statement completion unknown", "40003"))) {
      assertThat(concurrency().inDoubt(error)).as("%s %s", error, error.getSQLState()).isTrue();
    }
  }

  @Test
  default void errors_of_the_product_are_told_apart() {
    assertThat(subject().errorsInDoubt())
        .isNotEmpty()
        .allSatisfy(error -> assertThat(concurrency().inDoubt(error)).isTrue());
    assertThat(subject().errorsWithoutEffect())
        .isNotEmpty()
        .allSatisfy(error -> assertThat(concurrency().inDoubt(error)).isFalse());
  }

  @Test
  default void statements_the_live_database_refuses_are_not_in_doubt() throws Exception {
    Target target = filled();
    for (String sql :
        List.of(
            subject().insert(1, "a key that is there already"),
            "SELEKT nonsense",
            "DELETE FROM no_such_table_anywhere")) {
      try (Connection session = dialect().openWriting(target)) {
        SQLException error =
            Objects.requireNonNull(
                catchThrowableOfType(SQLException.class, () -> Sql.run(session, sql)), sql);
        assertThat(concurrency().inDoubt(error)).as("%s", error).isFalse();
      }
    }
    assertThat(committedRows()).isEqualTo(3);
  }
}
