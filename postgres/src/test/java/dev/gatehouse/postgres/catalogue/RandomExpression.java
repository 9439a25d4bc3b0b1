package dev.gatehouse.postgres.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An expression made up by chance, of one of these types: b boolean, i integer, t text, v varchar,
 * n numeric, d date, a integer array, j jsonb. Every part of it has a mutant that means something
 * else.
 */
record RandomExpression(Rule rule, List<RandomExpression> parts) {
  private static final Pattern HOLE = Pattern.compile("%([a-z])");

  /** With holes for the types of its parts, and the same with another meaning. */
  record Rule(String text, String mutant) {}

  private static final Map<Character, List<Rule>> RULES =
      Map.of(
          'b',
          rules(
              "(%i < %i)|(%i <= %i)",
              "(%i = %i)|(%i <> %i)",
              "%i between %i and %i|%i not between %i and %i",
              "(%i not between %i and %i)|(%i between %i and %i)",
              "(%i between 1 and %i and %b)|(%i between 2 and %i and %b)",
              "(%t between 'a' and %t)|(%t between 'b' and %t)",
              "(%i between symmetric %i and %i)|(%i between %i and %i)",
              "(%b and %b)|(%b or %b)",
              "(%b or %b)|(%b and %b)",
              "(%b and %b and %b)|(%b and %b or %b)",
              "(%b and (%b or %b))|((%b and %b) or %b)",
              "((%b or %b) and %b)|(%b or (%b and %b))",
              "(%b or (%b or %b))|(%b or (%b and %b))",
              "(%b and (%b and (%b and %b)))|(%b and (%b and (%b or %b)))",
              "(not %b)|(%b is not false)",
              "(not (%b and %b))|(not %b and %b)",
              "(%i in (1, 2, 3))|(%i in (1, 2, 4))",
              "(%i not in (%i, %i, 3))|(%i in (%i, %i, 3))",
              "(%t in ('a', 'b'))|(%t not in ('a', 'b'))",
              "(%v in ('a', 'b'))|(%v in ('a', 'c'))",
              "(%v <> all (array['a', 'b']))|(%v <> any (array['a', 'b']))",
              "(%v = any (array['a', 'b']::varchar[]))|(%v = any (array['a', 'bb']::varchar[]))",
              "(%t like 'a_b')|(%t not like 'a_b')",
              "(%t ilike 'it''s')|(%t ilike 'it''t')",
              "(%t ~ E'^a\\\\d')|(%t ~* E'^a\\\\d')",
              "(%t similar to 'a_b')|(%t not similar to 'a_b')",
              "(%i is distinct from %i)|(%i is not distinct from %i)",
              "(%t is null)|(%t is not null)",
              "((%i, %i) < (%i, %i))|((%i, %i) <= (%i, %i))",
              "((%i, %t) = (%i, %t))|((%i, %t) <> (%i, %t))",
              "((%i, %i) in ((1, 2), (%i, 4)))|((%i, %i) not in ((1, 2), (%i, 4)))",
              "((%i, %t) is distinct from (%i, %t))|(not (%i, %t) is distinct from (%i, %t))",
              "(row(%i, %t) is null)|(row(%i, %t) is not null)",
              "(%b is unknown)|(%b is not unknown)",
              "(%b = %b)|(%b <> %b)",
              "(%a @> array[%i, %i])|(%a <@ array[%i, %i])",
              "(%i = any (%a))|(%i = all (%a))",
              "(%a = '{}')|(%a = '{1}')",
              "(%j @> '{\"k\": 1}')|(%j @> '{\"k\": 2}')",
              "(%j ->> 'k' = %t)|(%j ->> 'l' = %t)",
              "((%d, %d) overlaps (%d, date '2021-01-01'))|((%d, %d) overlaps (%d, date '2022-01-01'))",
              "(%d > '2020-01-01')|(%d > '2020-01-02')",
              "case when %b then %b else %b end|case when %b then %b else not %b end",
              "case %i when 1 then %b when 2 then true end|case %i when 1 then %b when 3 then true end",
              "coalesce(%b, true)|coalesce(%b, false)",
              "(%n >= -1.5)|(%n >= -1.25)",
              "(%n = %i)|(%n <> %i)",
              "(%i::text = %t)|(abs(%i)::text = %t)",
              "true|false",
              "'t'::boolean|'f'::boolean"),
          'i',
          rules(
              "§n|§m",
              "§m|§n",
              "§n|§m",
              "7|8",
              "-5|-6",
              "'12'|'13'",
              "3000000000::bigint::int|3000000001::bigint::int",
              "(%i + %i)|(%i * %i)",
              "(%i - (%i - %i))|((%i - %i) - %i)",
              "(%i + %i * %i)|((%i + %i) * %i)",
              "(- %i)|(+ %i)",
              "(%i::smallint)|(%i::smallint + 1)",
              "abs(%i)|(%i)",
              "length(%t)|octet_length(%t)",
              "case when %b then %i else 0 end|case when %b then %i else 1 end",
              "coalesce(%i, %i, 0)|coalesce(%i, %i, 1)",
              "nullif(%i, %i)|coalesce(%i, %i)",
              "greatest(%i, %i)|least(%i, %i)",
              "(%a)[1]|(%a)[2]",
              "(array[%i, %i])[1]|(array[%i, %i])[2]",
              "extract(year from %d)::int|extract(month from %d)::int",
              "position('a' in %t)|position('b' in %t)",
              "%n::int|(%n + 1)::int",
              "cast(%t as int)|cast(%t || '1' as int)"),
          't',
          rules(
              "§k|§k2",
              "§k2|§k",
              "§v|§k",
              "'abc'|'abd'",
              "E'tab\\there'|E'tab\\tthere'",
              "'it''s'|'its'",
              "''|' '",
              "(%t || %t)|(%t || ' ' || %t)",
              "lower(%t)|upper(%t)",
              "substring(%t from 1 for 2)|substring(%t from 1 for 3)",
              "trim(both 'x' from %t)|trim(leading 'x' from %t)",
              "overlay(%t placing 'x' from 1)|overlay(%t placing 'x' from 2)",
              "%i::text|(%i + 1)::text",
              "%t::varchar(3)|%t::varchar(4)",
              "%t::char(3)|%t::char(4)",
              "(%t collate \"C\")|(%t collate \"POSIX\")",
              "case when %b then %t else %t end|case when not %b then %t else %t end",
              "coalesce(%t, 'x')|coalesce(%t, 'y')",
              "nullif(%v, 'a')|nullif(%v, 'b')",
              "left(%t, 2)|right(%t, 2)",
              "(%j ->> 'k')|(%j #>> '{k}')",
              "(%j ->> 0)|(%j ->> 1)"),
          'v',
          rules("§v|§k::varchar", "'x'::varchar|'y'::varchar", "%t::varchar|%t::varchar(9)"),
          'n',
          rules(
              "§p|(§p + 1)",
              "1.5|1.50",
              "1e10|1e11",
              "(%n * %n)|(%n / %n)",
              "round(%n, 1)|round(%n, 2)",
              "%i::numeric|%i::numeric + 1",
              "%n::numeric(6,1)|%n::numeric(7,1)",
              "(%i + 0.5)|(%i - 0.5)"),
          'd',
          rules(
              "§dt|(§dt + 1)",
              "date '2020-02-03'|date '2020-02-04'",
              "(%d + %i)|(%d - %i)",
              "make_date(2020, 1, 2)|make_date(2020, 1, 3)",
              "coalesce(%d, '2020-01-01')|coalesce(%d, '2020-01-02')"),
          'a',
          rules(
              "§a|(§a || 1)",
              "array[%i, %i]|array[%i, %i, 1]",
              "'{1,2}'::int[]|'{1,3}'::int[]",
              "(%a || %i)|(%a || %i || 1)",
              "(%a)[1:2]|(%a)[1:3]"),
          'j',
          rules(
              "§j|(§j -> 'x')",
              "'{\"a\": [1]}'::jsonb|'{\"a\": [2]}'::jsonb",
              "(%j -> 'a')|(%j -> 'b')",
              "(%j #> array['a', 'b'])|(%j #> array['a', 'c'])",
              "(%j - 'a')|(%j - 'b')"));

  private static final Map<Character, String> LAST =
      Map.of(
          'b', "(§n > 1)|(§n > 2)",
          'i', "§n|§m",
          't', "§k|§k2",
          'v', "§v|'z'::varchar",
          'n', "§p|(§p + 1)",
          'd', "§dt|(§dt + 1)",
          'a', "§a|(§a || 1)",
          'j', "§j|(§j -> 'x')");

  private static List<Rule> rules(String... texts) {
    List<Rule> rules = new ArrayList<>();
    for (String text : texts) {
      rules.add(rule(text));
    }
    return rules;
  }

  private static Rule rule(String text) {
    // The bar of two texts stands behind neither another bar nor before one.
    String[] two = text.split("(?<!\\|)\\|(?!\\|)");
    return new Rule(two[0], two[1]);
  }

  static RandomExpression of(char type, int depth, Random random) {
    List<Rule> rules = RULES.getOrDefault(type, List.of());
    Rule rule =
        depth <= 0 ? rule(LAST.getOrDefault(type, "")) : rules.get(random.nextInt(rules.size()));
    List<RandomExpression> parts = new ArrayList<>();
    Matcher holes = HOLE.matcher(rule.text());
    while (holes.find()) {
      parts.add(of(holes.group(1).charAt(0), depth - 1 - random.nextInt(2), random));
    }
    return new RandomExpression(rule, parts);
  }

  /** With one of its parts, or itself, exchanged for the mutant. */
  RandomExpression mutated(Random random) {
    int at = random.nextInt(size());
    return mutated(at);
  }

  private RandomExpression mutated(int at) {
    if (at == 0) {
      return new RandomExpression(
          new Rule(/* text= */ rule.mutant(), /* mutant= */ rule.text()), parts);
    }
    List<RandomExpression> changed = new ArrayList<>(parts);
    int left = at - 1;
    for (int i = 0; i < parts.size(); i++) {
      int size = parts.get(i).size();
      if (left >= 0 && left < size) {
        changed.set(i, parts.get(i).mutated(left));
      }
      left -= size;
    }
    return new RandomExpression(rule, changed);
  }

  private int size() {
    return 1 + parts.stream().mapToInt(RandomExpression::size).sum();
  }

  /** As SQL; each column stands behind that word, such as {@code new.}. */
  String sql(String prefix) {
    StringBuilder out = new StringBuilder();
    Matcher holes = HOLE.matcher(rule.text());
    int next = 0;
    while (holes.find()) {
      holes.appendReplacement(out, Matcher.quoteReplacement(parts.get(next++).sql(prefix)));
    }
    return holes.appendTail(out).toString().replace("§", prefix);
  }
}
