package dev.gatehouse.mysql.session;

import static dev.gatehouse.dsl.Gatehouse.noRows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** As people write names who come from other servers. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class DoubleQuotesTest {
  private static final List<String> TEXTS =
      List.of(
          "SELECT 1 FROM t WHERE word = \"x\"",
          "SELECT a AS \"a\", 1 \"word\" FROM t WHERE '\"a\"' = \"none\" ORDER BY `a`",
          "SELECT 1 FROM t WHERE \"say \\\"a\\\"\" = 'x' AND `a` = 1",
          "SELECT 1 FROM t WHERE word IN (\"%s\", \" blank at the end \")"
              .formatted("x".repeat(99)),
          "SELECT 1 FROM t WHERE word = \"\" OR word = \"a \"\"b\"\"\"");

  private static final List<String> NAMES =
      List.of(
          "SELECT 1 FROM t WHERE \"word\" = 'x'",
          "SELECT 1 FROM t, t AS u WHERE t.a = u.a AND \"A\" = 'x'",
          "SELECT 1 FROM t WHERE word = \"x\" OR \"a\" = 'x'");

  @Parameter Served served = Served.all().get(0);

  static List<Served> servers() {
    return Served.all();
  }

  @Test
  void a_column_in_double_quotes_is_no_text_to_a_check() throws Exception {
    try (TestDatabase database = served.engine().database()) {
      database.run(List.of("CREATE TABLE t (a INT, word TEXT)", "INSERT INTO t VALUES (1, 'y')"));
      for (String driver : List.of("mysql", "mariadb")) {
        Target target = Targets.at(database.jdbcUrl(driver), served.engine().admin());
        for (String query : TEXTS) {
          assertThat(At.ask(target, noRows(query)).status())
              .as("%s by %s", query, driver)
              .isEqualTo(Status.PASSED);
        }
        for (String query : NAMES) {
          Check check = noRows(query);
          assertThatThrownBy(() -> At.ask(target, check))
              .as("%s by %s", query, driver)
              .hasMessageContaining("a text in double quotes is the name of a column")
              .hasMessageContaining("query.rejected");
          try (Connection session = target.dialect().openReading(target)) {
            assertThat(check.evaluate(new At(target, session)).status())
                .as("%s by %s", query, driver)
                .isEqualTo(Status.INCONCLUSIVE);
          }
        }
      }
    }
  }
}
