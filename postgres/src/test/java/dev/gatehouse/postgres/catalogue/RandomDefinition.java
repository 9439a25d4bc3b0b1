package dev.gatehouse.postgres.catalogue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * An object made up by chance: a CHECK, a view, a policy and so on, with expressions in it.
 *
 * @param name that nothing else has in its name
 * @param kind with holes for expressions, {@code %i} and the like; {@code @} stands for the name
 */
record RandomDefinition(String name, Kind kind, List<RandomExpression> parts) {
  private static final Pattern HOLE = Pattern.compile("%([a-z])");

  /**
   * @param prefix of columns in its expressions
   * @param since the major version that knows it
   */
  record Kind(String create, String drop, String prefix, int since) {}

  private static final String COLUMNS =
      "n int, m int, k text, k2 text, v varchar(20), p numeric(10,2), dt date, a int[], j jsonb";

  /** What the objects stand on. */
  static final List<String> GROUND =
      List.of(
          "create schema s",
          "create table s.d (" + COLUMNS + ", b boolean)",
          "create table s.e (" + COLUMNS + ", b boolean)",
          "create table s.g (" + COLUMNS + ")",
          "create table s.l (x int, y text, z boolean)",
          "create table s.r (" + COLUMNS + ", during int4range)",
          "alter table s.d enable row level security",
          "create function s.trg() returns trigger language plpgsql as 'begin return new; end'",
          "create type s.mood as enum ('sad', 'ok')");

  private static final List<Kind> KINDS =
      List.of(
          kind("alter table s.d add constraint @ check (%b)", "alter table s.d drop constraint @"),
          kind(
              "alter table s.e add constraint @ check (%b) no inherit not valid",
              "alter table s.e drop constraint @"),
          kind(
              "create view s.@ as select %i as c1, %t as c2, %b as c3 from s.d where %b",
              "drop view s.@"),
          kind(
              "create view s.@ as select n, k, v from s.d where %b order by %i, k desc nulls last limit 3",
              "drop view s.@"),
          kind(
              "create materialized view s.@ as select %i as c1, %n as c2 from s.d where %b with no data",
              "drop materialized view s.@"),
          kind(
              "create view s.@ as select %i as c1, %t as c2 from s.d union all select n, null from s.d where %b",
              "drop view s.@"),
          kind(
              "create view s.@ as select q.c1, q.c2 from (select n as c1, p as c2 from s.d union all select %i, null from s.e union select 3, '4') q where q.c1 between 1 and 5 and q.c2 > 1.5",
              "drop view s.@"),
          kind(
              "create view s.@ as (select n, k, dt from s.d where %b intersect select %i, 'a', '2020-01-01' from s.e) except (select 1, 'b', null union select 2, 'c', %d from s.e where %b)",
              "drop view s.@"),
          kind(
              "create view s.@ as select n from s.d where n in (select %i from s.e as d where %b) and exists (select 1 from s.l where x = d.n and (y = d.k or y > d.k2)) and k <> all (select 'a' from s.l)",
              "drop view s.@"),
          kind(
              "create view s.@ as with w as (select n, %i as c1, %b as c2 from s.d as d where %b) select n, count(*) filter (where c2) over (partition by c1 order by n rows between 1 preceding and current row) as c, sum(n) over (order by c1 range between unbounded preceding and 2 following) as r from w",
              "drop view s.@"),
          kind(
              "create view s.@ as with recursive w(x) as (select 1 union all select x + 1 from w where x between 1 and 5 and x <> 3) select x, %i as y from w, s.d",
              "drop view s.@"),
          kind(
              "create view s.@ as select k, count(*) as c, max(%i) as x, string_agg(k2, ', ' order by n desc) as g from s.d group by grouping sets ((k), ()) having count(*) between 1 and 10 and max(n) > 2",
              "drop view s.@"),
          kind(
              "create view s.@ as select d.n, l.x, z.c from s.d left join s.l on d.n = l.x and l.z and (l.x between 1 and 5 and l.y > 'a') left join lateral (select %i as c from s.e d where %b) z on true cross join s.g",
              "drop view s.@"),
          kind(
              "create view s.@ as select * from s.d join (select x as lx, z as lz from s.l) l on d.n between l.lx and 9 and l.lz full join (values (1, null), (2, 'x')) as vv(x1, x2) on x1 = n",
              "drop view s.@"),
          kind(
              "create view s.@ as select k, g.i, %i as c1 from s.d, generate_series(1, 3) with ordinality as g(i, o) where (d.*) is not null and %b",
              "drop view s.@"),
          kind(
              "create view s.@ as select distinct on (k) k, array(select x from s.l where x between 1 and 2 and z) as c, (select max(x) from s.l where x > d.n and (z or y is null)) as c2, row_number() over w as c3 from s.d where %b window w as (partition by k2 order by n) order by k, n",
              "drop view s.@"),
          kind(
              "create view s.@ as select current_date as a, session_user as u, -1 as b, interval '1 day' as c, '1 2'::interval day to second as e, b'101' as f, cast('x' as \"char\") as g, 'sad'::s.mood as h, null as i, %t as c1 from s.d",
              "drop view s.@"),
          kind("create policy @ on s.d for all using (%b) with check (%b)", "drop policy @ on s.d"),
          kind(
              "create policy @ on s.e as restrictive for select using (exists (select 1 from s.l where l.x = e.n and l.x between 1 and 5 and z) or k = current_user)",
              "drop policy @ on s.e"),
          kind("create index @ on s.d ((%i), lower(k)) include (n) where %b", "drop index s.@"),
          kind(
              "create unique index @ on s.e using btree (k collate \"C\" desc, (%t) text_pattern_ops) where (n between 1 and 5 or %b)",
              "drop index s.@"),
          kind(
              "alter table s.g add column @ boolean generated always as (%b) stored",
              "alter table s.g drop column @"),
          kind(
              "alter table s.g add column @ varchar(30) generated always as (%t) stored",
              "alter table s.g drop column @"),
          plain(
              "alter table s.l add column @ boolean default (1 between 0 and 2 and 'a' < 'b' and 3 > 2)",
              "alter table s.l drop column @"),
          new Kind(
              "create trigger @ before update on s.d for each row when (%b) execute function s.trg()",
              "drop trigger @ on s.d", "new.", 0),
          new Kind(
              "create trigger @ after update of n, k on s.e for each row when (old.n is distinct from new.n and %b) execute function s.trg()",
              "drop trigger @ on s.e", "old.", 0),
          kind(
              "create function s.@("
                  + COLUMNS
                  + ") returns boolean language sql begin atomic select %b; end",
              "drop function s.@"),
          kind(
              "create function s.@("
                  + COLUMNS
                  + ") returns setof int language sql begin atomic insert into s.l(x, y) select %i, %t where %b; select x from s.l union all select n where %b; end",
              "drop function s.@"),
          kind(
              "create function s.@(" + COLUMNS + ") returns int language sql return %i",
              "drop function s.@"),
          plain(
              "create function s.@(q boolean default (1 between 0 and 2 and 'a' < 'b' and 3 > 2), z int default 5 - (3 - 1)) returns int language plpgsql as 'begin return  z; end'",
              "drop function s.@"),
          plain(
              "create domain s.@ as int check (value between 1 and 10 and value <> 5) default 3 - (2 - 1)",
              "drop domain s.@"),
          plain(
              "create domain s.@ as text check (value in ('a', 'b') or (value not between 'c' and 'd' and length(value) < 3)) not null",
              "drop domain s.@"),
          plain(
              "create domain s.@ as varchar(5) check (value = any (array['a', 'b'])) default 'a'",
              "drop domain s.@"),
          kind(
              "create table s.@ (" + COLUMNS + ") partition by range ((%i), lower(k))",
              "drop table s.@"),
          plain(
              "create table s.@ (n int, dt date, k varchar(9)) partition by list (k); create table s.@_1 partition of s.@ for values in ('a', null, 'b''c'); create table s.@_2 (like s.@ including all, check (n between 1 and 5 and k > 'a'))",
              "drop table s.@, s.@_2"),
          plain(
              "create table s.@ (n int, dt timestamptz) partition by range (dt); create table s.@_1 partition of s.@ for values from ('2020-01-01') to (timestamptz '2021-01-01' + interval '1 day') partition by hash (n); create table s.@_2 partition of s.@_1 for values with (modulus 2, remainder 1)",
              "drop table s.@"),
          new Kind(
              "create rule @ as on update to s.d where %b do also insert into s.l select %i, old.k where old.n between 1 and 5 and old.m > 3",
              "drop rule @ on s.d", "new.", 0),
          new Kind(
              "create rule @ as on delete to s.e do instead update s.l set x = %i, z = %b where y = old.k and x between 1 and 5",
              "drop rule @ on s.e", "old.", 0),
          kind(
              "alter table s.r add constraint @ exclude using gist (during with &&) where (%b)",
              "alter table s.r drop constraint @"),
          kind(
              "alter table s.r add constraint @ exclude ((%i) with =, k with =)",
              "alter table s.r drop constraint @"),
          new Kind(
              "create publication @ for table s.d (n, k) where (n between 1 and 5 and k > 'a' and %b) with (publish = 'insert')",
              "drop publication @", "", 15),
          kind("create statistics s.@ on (%i), k, (%t) from s.d", "drop statistics s.@"));

  /** Constants that a mutant exchanges where a kind has no expressions. */
  private static final List<List<String>> CONSTANTS =
      List.of(
          List.of("between 1 and 5", "between 1 and 6"),
          List.of("between 0 and 2 and", "between 0 and 2 or"),
          List.of("between 1 and 10", "between 2 and 10"),
          List.of("5 - (3 - 1)", "5 - 3 - 1"),
          List.of("3 - (2 - 1)", "3 - 2 - 1"),
          List.of("'a', 'b'", "'a', 'c'"),
          List.of("modulus 2, remainder 1", "modulus 2, remainder 0"),
          List.of("'b''c'", "'b''d'"),
          List.of("or (y = d.k", "or (y >= d.k"),
          List.of("(z or y is null)", "(z and y is null)"),
          List.of("l.lx and 9", "l.lx and 8"),
          List.of("'2020-01-01'", "'2020-01-02'"));

  private static Kind kind(String create, String drop) {
    return new Kind(create, drop, "", 0);
  }

  private static Kind plain(String create, String drop) {
    return kind(create, drop);
  }

  static RandomDefinition of(String name, int major, Random random) {
    List<Kind> known = KINDS.stream().filter(kind -> kind.since() <= major).toList();
    Kind kind = known.get(random.nextInt(known.size()));
    List<RandomExpression> parts = new ArrayList<>();
    Matcher holes = HOLE.matcher(kind.create());
    while (holes.find()) {
      parts.add(RandomExpression.of(holes.group(1).charAt(0), 1 + random.nextInt(4), random));
    }
    return new RandomDefinition(name, kind, parts);
  }

  /** The same with another meaning. */
  RandomDefinition mutated(Random random) {
    List<List<String>> constants =
        CONSTANTS.stream().filter(pair -> kind.create().contains(pair.get(0))).toList();
    if (parts.isEmpty() && constants.isEmpty()) {
      return this;
    }
    int at = random.nextInt(parts.size() + constants.size());
    if (at >= parts.size()) {
      List<String> pair = constants.get(at - parts.size());
      Kind other =
          new Kind(
              kind.create().replace(pair.get(0), pair.get(1)),
              kind.drop(),
              kind.prefix(),
              kind.since());
      return new RandomDefinition(name, other, parts);
    }
    return new RandomDefinition(
        name,
        kind,
        IntStream.range(0, parts.size())
            .mapToObj(i -> i == at ? parts.get(i).mutated(random) : parts.get(i))
            .toList());
  }

  String create() {
    StringBuilder out = new StringBuilder();
    Matcher holes = HOLE.matcher(kind.create());
    int next = 0;
    while (holes.find()) {
      holes.appendReplacement(out, Matcher.quoteReplacement(parts.get(next++).sql(kind.prefix())));
    }
    return holes.appendTail(out).toString().replaceAll("@(?=[ (;,]|_\\d|$)", name);
  }

  String drop() {
    return kind.drop().replaceAll("@(?=[ ,_]|$)", name);
  }
}
