package dev.gatehouse.postgres.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Drift;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionSpellingTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "CHECK ((((n >= 1) AND (n <= 10)) AND (k > 'a'::text)))"
            + "~CHECK (((n >= 1) AND (n <= 10) AND (k > 'a'::text)))",
        "((a < 1) OR ((a > 5) OR (b > 3)))~((a < 1) OR (a > 5) OR (b > 3))",
        "SELECT b.c UNION ALL SELECT NULL::text FROM a~SELECT b.c UNION ALL SELECT NULL::text AS text FROM a",
        "SELECT '1'::integer~SELECT '1'::integer AS int4",
        "SELECT '1 day'::interval~SELECT '1 day'::interval AS \"interval\"",
        "SELECT '{1}'::integer[]~SELECT '{1}'::integer[] AS int4",
        "a LEFT JOIN b ON TRUE~a LEFT JOIN b ON (true)",
        "SELECT a,   b   FROM t~SELECT a, b FROM t",
      })
  void the_same_in_two_spellings(String one, String other) {
    assertThat(DefinitionSpelling.of(one)).isEqualTo(DefinitionSpelling.of(other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "((a AND b) OR c)~(a AND (b OR c))",
        "(NOT (a AND b) AND c)~(NOT (a AND b AND c))",
        "(f(a AND b) AND c)~(f(a) AND b AND c)",
        "((a - b) - c)~(a - (b - c))",
        "SELECT 'x'::text AS c~SELECT 'x'::text",
        "SELECT ('x'::text || x) AS x~SELECT ('x'::text || x)",
        "SELECT 'x'::text || x AS x~SELECT 'x'::text || x",
        "SELECT a AS text~SELECT a",
        "'a  b'::text~'a b'::text",
        "'((a AND b) AND c)'::text~'(a AND b AND c)'::text",
        "E'it\\'s ((a AND b) AND c)'~E'it\\'s (a AND b AND c)'",
        "\"((a AND b) AND c)\"~\"(a AND b AND c)\"",
        "AS $function$ ((a AND b) AND c) $function$~AS $function$ (a AND b AND c) $function$",
        "AS $a$x  y$a$~AS $a$x y$a$",
        "(ROWS BETWEEN (a AND b) PRECEDING AND c)~(ROWS BETWEEN a AND b PRECEDING AND c)",
        "a LEFT JOIN b ON TRUE~a LEFT JOIN b ON (false)",
        "(a AND b~((a AND b)",
      })
  void two_definitions(String one, String other) {
    assertThat(DefinitionSpelling.of(one)).isNotEqualTo(DefinitionSpelling.of(other));
  }

  @Test
  void only_what_the_server_prints_has_a_spelling() {
    Drift.Changed comment = new Drift.Changed(view("(a)", "((x))", "r"), view("((a))", "(x)", "r"));
    assertThat(DefinitionSpelling.only(comment)).isFalse();
    assertThat(
            DefinitionSpelling.only(
                new Drift.Changed(view("(a)", "x", "r"), view("((a))", "x", "r"))))
        .isTrue();
    assertThat(
            DefinitionSpelling.only(
                new Drift.Changed(view("(a)", "x", "r"), view("((a))", "x", "s"))))
        .as("another owner")
        .isFalse();
  }

  private static CatalogueObject view(String definition, String comment, String owner) {
    return new CatalogueObject(
        "view", "s", "s.v", "", definition, owner, List.of(), Map.of("comment", comment));
  }
}
