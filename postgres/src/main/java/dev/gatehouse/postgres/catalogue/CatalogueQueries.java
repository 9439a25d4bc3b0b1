package dev.gatehouse.postgres.catalogue;

import static java.util.stream.Collectors.joining;

import dev.gatehouse.core.outcome.Bug;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The queries over the server's catalogue: resources, so that they can be read and tried as SQL.
 *
 * <p>A line that ends in {@code -- since 15} is left out for older servers. {@code @word(...)}
 * stands for one of the phrases below. Each query yields kind, schema and name; of, definition,
 * owner and privileges where there are any; and facts under names of their own. Where {@code
 * defined} is true, a definition that is NULL means that the object was dropped meanwhile; where
 * {@code verbatim} is true, the definition is text that the engine never parsed. A first line
 * {@code -- if any: pg_policy} names the catalogues without whose rows it yields nothing: planning
 * a query costs more than asking that, and most databases have no operators of their own.
 */
final class CatalogueQueries {
  private static final List<String> NAMES =
      List.of(
          "schema",
          "relation",
          "column",
          "constraint",
          "index",
          "sequence",
          "routine",
          "trigger",
          "rule",
          "policy",
          "type",
          "default_privileges",
          "extension",
          "publication",
          "foreign",
          "cast",
          "language",
          "access_method",
          "collation",
          "conversion",
          "statistics",
          "operator",
          "text_search",
          "system",
          "database");

  private static final String PRIVILEGE =
      """
      x_.privilege_type || ' TO '
        || case when x_.grantee = 0 then 'PUBLIC' else quote_ident(pg_get_userbyid(x_.grantee)) end
        || case when x_.is_grantable then ' WITH GRANT OPTION' else '' end
      """;

  /** A phrase with its parameters %1, %2, %3. */
  private record Phrase(int parameters, String sql) {
    String with(String arguments) {
      String[] given = arguments.split(", ", parameters);
      String text = sql;
      for (int i = 0; i < given.length; i++) {
        text = text.replace("%" + (i + 1), given[i]);
      }
      return text;
    }
  }

  private static final Map<String, Phrase> PHRASES =
      Map.of(
          "user",
          new Phrase(
              1,
              "(%1.nspname !~ '^pg_'"
                  + " and %1.nspname not in ('information_schema', 'gatehouse'))"),
          "extension",
          new Phrase(
              2,
              "exists (select from pg_depend e_ where e_.classid = '%1'::regclass"
                  + " and e_.objid = %2 and e_.deptype = 'e')"),
          "needs",
          new Phrase(
              2,
              "(select string_agg(quote_ident(x_.extname), ', ' order by x_.extname)"
                  + " from pg_depend e_ join pg_extension x_ on x_.oid = e_.refobjid"
                  + " and e_.refclassid = 'pg_extension'::regclass where e_.classid ="
                  + " '%1'::regclass and e_.objid = %2 and e_.deptype = 'x')"),
          "comment",
          new Phrase(
              3,
              "(select d_.description from pg_description d_"
                  + " where d_.classoid = '%1'::regclass and d_.objoid = %2 and d_.objsubid = %3)"),
          "options",
          new Phrase(
              1,
              "(select string_agg(case when o_ ~* '^[^=]*(pass|secret|token|key)'"
                  + " then split_part(o_, '=', 1) || '=(hidden)' else o_ end, ', ' order by o_)"
                  + " from unnest(%1) o_)"),
          "collation",
          new Phrase(
              1,
              "(select format('%I.%I', n_.nspname, c_.collname) from pg_collation c_"
                  + " join pg_namespace n_ on n_.oid = c_.collnamespace where c_.oid = %1)"),
          "privileges",
          new Phrase(1, "array(select " + PRIVILEGE + " from aclexplode(%1) x_)"),
          // What every owner may by default is told only where it was taken away.
          "acl",
          new Phrase(
              3,
              "array(select "
                  + PRIVILEGE
                  + " || case when x_.grantor <> %3"
                  + " then ' BY ' || quote_ident(pg_get_userbyid(x_.grantor)) else '' end"
                  + " from aclexplode(coalesce(%1, acldefault(%2, %3))) x_"
                  + " where x_.grantee <> %3 union all select 'NO ' || "
                  + PRIVILEGE
                  + " from aclexplode(acldefault(%2, %3)) x_"
                  + " where x_.grantee = %3 and %1 is not null and not exists (select"
                  + " from aclexplode(%1) y_ where y_.grantee = %3"
                  + " and y_.privilege_type = x_.privilege_type))"));

  private static final Pattern WORD = Pattern.compile("@(\\w+)\\(((?:[^()]|\\([^()]*\\))*)\\)");
  private static final Pattern IF_ANY = Pattern.compile("-- if any: ([a-z_, ]+)\\n");
  private static final Pattern SINCE = Pattern.compile(".*-- since (\\d+)");

  private static final Map<Integer, List<Query>> BY_VERSION = new ConcurrentHashMap<>();

  private CatalogueQueries() {}

  /** One of them; where {@code catalogues} is empty, it is asked always. */
  record Query(String sql, List<String> catalogues) {
    private static Query of(String text, int major) {
      Matcher any = IF_ANY.matcher(text);
      return new Query(
          query(text, major), any.lookingAt() ? List.of(any.group(1).split(", ")) : List.of());
    }

    /** Whether it can yield anything. */
    boolean concerns(Set<String> filled) {
      return catalogues.isEmpty() || catalogues.stream().anyMatch(filled::contains);
    }
  }

  /** All of them, for a server of that major version. */
  static List<Query> of(int major) {
    return BY_VERSION.computeIfAbsent(
        major, version -> NAMES.stream().map(name -> Query.of(text(name), version)).toList());
  }

  /** Which of the catalogues that queries name hold an object that is not the server's own. */
  static String filled(List<Query> queries) {
    return queries.stream()
        .flatMap(query -> query.catalogues().stream())
        .distinct()
        .map(
            name -> "select '%s' where exists (select from %<s where oid >= 16384)".formatted(name))
        .collect(joining(" union all "));
  }

  private static String query(String text, int major) {
    List<String> lines = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      Matcher since = SINCE.matcher(line);
      if (!since.matches() || Integer.parseInt(since.group(1)) <= major) {
        lines.add(line);
      }
    }
    return WORD.matcher(String.join("\n", lines))
        .replaceAll(word -> Matcher.quoteReplacement(phrase(word)));
  }

  private static String phrase(MatchResult word) {
    Phrase phrase = PHRASES.get(word.group(1));
    if (phrase == null) {
      throw new Bug("no phrase of a catalogue query is named " + word.group(1));
    }
    return phrase.with(word.group(2));
  }

  private static String text(String name) {
    try (InputStream in = CatalogueQueries.class.getResourceAsStream(name + ".sql")) {
      if (in == null) {
        throw new Bug("the catalogue query '" + name + "' is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new Bug("the catalogue query '" + name + "' cannot be read", e);
    }
  }
}
