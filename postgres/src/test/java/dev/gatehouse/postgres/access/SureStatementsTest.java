package dev.gatehouse.postgres.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Bodies that are long: whoever makes a trigger must not be able to end the reading. */
class SureStatementsTest {
  private static final int LONG = 200_000;

  @Test
  void a_constant_of_any_length_is_read_over() {
    for (String constant :
        List.of(
            "'" + "x".repeat(LONG) + "'",
            "'" + "''".repeat(LONG) + "'",
            "E'" + "x".repeat(LONG) + "'",
            "E'" + "\\'".repeat(LONG) + "'",
            "\"" + "x".repeat(LONG) + "\"",
            "\"" + "\"\"".repeat(LONG) + "\"")) {
      assertThat(
              SureStatements.of(
                  "begin insert into pub.log values (" + constant + "); return new; end"))
          .as(constant.substring(0, 4))
          .containsExactly(new SureStatements.Change(Right.INSERT, "pub.log"));
    }
  }
}
