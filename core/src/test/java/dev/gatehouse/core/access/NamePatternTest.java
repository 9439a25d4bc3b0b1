package dev.gatehouse.core.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One language of patterns, wherever roles and tables are named. */
class NamePatternTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ks_*|ks_user|true",
        "ks_*|ksxuser|false",
        "ks_|ksx|false",
        "*|anything at all|true",
        "a*b*c|abc|true",
        "a*b*c|acb|false",
        "ab*ba|aba|false",
        "*b*b*|abbc|true",
        "*b*b*|abc|false",
        "a**b|ab|true",
        "{eng,vh}_app|vh_app|true",
        "{eng,vh}_app|hr_app|false",
        "{a,b}*{1,2}|bx2|true",
        "{a,b}*{1,2}|bx3|false",
        "x{,_old}|x|true",
        "x{,_old}|x_old|true",
        "a}|a}|true",
        "a.b|axb|false",
        "[ab]+|a|false"
      })
  void a_star_and_braces_stand_for_others_and_nothing_else_does(
      String pattern, String name, boolean matches) {
    assertThat(NamePattern.of(pattern).matches(name)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{eng,vh}.*sensitive*|vh|deals_sensitive_2|true",
        "{eng,vh}.*sensitive*|hr|deals_sensitive_2|false",
        "{eng.a,vh.b}|vh|b|true",
        "{eng.a,vh.b}|vh|a|false",
        "doc|any|doc|true",
        "*.t|s|x.t|false",
        "s.*|s|x.t|true",
        "s.*|s.x|t|false",
        "\"s.x\".\"T\"\"1\"|s.x|T\"1|true",
        "\"s.x\".*|s|x.t|false"
      })
  void the_first_dot_parts_schema_and_name(
      String pattern, String schema, String name, boolean matches) {
    assertThat(NamePattern.of(pattern).matches(schema, name)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "shop.ks_*|shop|true",
        "shop.ks_*|hr|false",
        "{eng,vh}.*sensitive*|vh|true",
        "*.orders|shop|false",
        "ks_*|any|true",
        "s*.t*|shop|true",
        "shop.orders|shop|false",
        "shop.orders|''|false",
        "shop.*|''|true"
      })
  void tables_to_come_may_match_a_part_of_a_name(String pattern, String schema, boolean may) {
    Path path = Path.of(List.of(Hop.of(Hop.Kind.DEFAULT, "by default")));
    FutureGrant future =
        new FutureGrant(AccessObject.Kind.TABLE, "owner", schema, Set.of("SELECT"), path);
    assertThat(future.mayMatch(pattern)).isEqualTo(may);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "password|true",
        "*pass*|true",
        "*.password|true",
        "users.*|true",
        "auth.users.password|true",
        "auth.*.{password,token}|true",
        "\"auth\".\"users\".\"password\"|true",
        "auth.*|false",
        "user|false",
        "users|false",
        "auth.users|false",
        "x.auth.users.password|false"
      })
  void a_column_is_matched_part_by_part_from_its_own_name_on(String pattern, boolean matches) {
    List<String> column = List.of("auth", "users", "password");
    assertThat(NamePattern.of(pattern).matchesColumn(column)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "{a,b", "x.{a,{b,c}}"})
  void what_is_no_pattern_is_refused(String text) {
    assertThatThrownBy(() -> NamePattern.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("pattern");
  }

  @Test
  void braces_that_stand_for_too_many_names_are_refused() {
    assertThatThrownBy(() -> NamePattern.of("{1,2,3,4,5,6,7,8,9,0}".repeat(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("stands for too many names");
  }
}
