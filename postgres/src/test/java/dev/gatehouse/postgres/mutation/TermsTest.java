package dev.gatehouse.postgres.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where an expression falls apart at its outermost AND or OR, and where it must not. */
class TermsTest {

  @Test
  void one_condition_has_nothing_to_drop() {
    assertThat(Terms.of("(tenant = 'a')").withoutOne()).isEmpty();
    assertThat(Terms.of("((true))").withoutOne()).isEmpty();
  }

  @Test
  void each_term_is_left_out_in_turn() {
    assertThat(Terms.of("((a = 1) AND (b = 2) AND (c = 3))").withoutOne())
        .containsExactly(
            "((b = 2)) AND ((c = 3))", "((a = 1)) AND ((c = 3))", "((a = 1)) AND ((b = 2))");
    assertThat(Terms.of("((a = 1) OR (b = 2))").withoutOne())
        .containsExactly("((b = 2))", "((a = 1))");
  }

  @Test
  void what_stands_in_parentheses_is_one_thing() {
    assertThat(Terms.of("(((a = 1) OR (b = 2)) AND (c = ANY (ARRAY[1, 2])))").withoutOne())
        .containsExactly("((c = ANY (ARRAY[1, 2])))", "(((a = 1) OR (b = 2)))");
    assertThat(Terms.of("(a) AND (b)").all()).containsExactly("(a)", "(b)");
  }

  @Test
  void without_parentheses_or_holds_more_loosely() {
    assertThat(Terms.of("a AND b OR c").all()).containsExactly("a AND b", "c");
  }

  @Test
  void quoted_texts_and_names_are_one_thing() {
    assertThat(Terms.of("(note = 'this AND (that'::text)").withoutOne()).isEmpty();
    assertThat(Terms.of("(note = 'it''s OR) not'::text)").withoutOne()).isEmpty();
    assertThat(Terms.of("(note = E'a\\' OR \\\\'::text)").withoutOne()).isEmpty();
    assertThat(Terms.of("(\"this AND \"\" (that\" = 1)").withoutOne()).isEmpty();
    assertThat(Terms.of("((a = '('::text) AND (b = ')'::text))").all())
        .containsExactly("(a = '('::text)", "(b = ')'::text)");
  }

  @Test
  void the_and_of_between_and_what_stands_in_a_case_is_no_conjunction() {
    assertThat(Terms.of("(a BETWEEN SYMMETRIC 1 AND 2)").withoutOne()).isEmpty();
    assertThat(Terms.of("a BETWEEN 1 AND 2 AND b").all()).containsExactly("a BETWEEN 1 AND 2", "b");
    assertThat(Terms.of("CASE WHEN a OR b THEN c ELSE d AND e END").withoutOne()).isEmpty();
    assertThat(Terms.of("CASE WHEN a THEN b END OR c").all())
        .containsExactly("CASE WHEN a THEN b END", "c");
  }

  @Test
  void a_word_within_a_name_is_no_conjunction() {
    assertThat(Terms.of("(brand = operand)").withoutOne()).isEmpty();
    assertThat(Terms.of("(and_more OR x$and)").all()).containsExactly("and_more", "x$and");
  }

  @Test
  void what_is_never_closed_stays_as_it_is() {
    assertThat(Terms.of("(a AND 'b").withoutOne()).isEmpty();
    assertThat(Terms.of("").withoutOne()).isEmpty();
  }
}
