package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;

import dev.gatehouse.core.access.AccessObject.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jooq.Record6;
import org.jooq.SelectOrderByStep;
import org.jooq.impl.DSL;

/** All access control lists as they are read, and what takes the place of those never changed. */
final class Grants {
  static final String RELATION = "pg_class";
  static final String SCHEMA = "pg_namespace";
  static final String ROUTINE = "pg_proc";
  static final String DATABASE = "pg_database";
  private static final String COLUMN = "pg_attribute";

  /** What the same two roles gave and have, in the order of the list: of thousands of rights. */
  private static final String TOGETHER =
      "(select e.grantee, e.grantor, string_agg(e.privilege_type, ',') as rights from"
          + " aclexplode(o.%s) with ordinality e (grantor, grantee, privilege_type, grantable, nth)"
          + " group by e.grantee, e.grantor order by min(e.nth))";

  /** The letters of acldefault(). */
  private static final Map<String, Kind> LETTERS =
      Map.of(
          "r",
          Kind.TABLE,
          "s",
          Kind.SEQUENCE,
          "n",
          Kind.SCHEMA,
          "f",
          Kind.ROUTINE,
          "d",
          Kind.DATABASE);

  private final CatalogueReader reader;
  private final Roles roles;
  private final Map<String, Map<Long, List<Grant>>> explicit = new HashMap<>();
  private final Map<Long, Map<String, List<Grant>>> ofColumns = new HashMap<>();
  private final Map<Kind, Integer> owners = new EnumMap<>(Kind.class);
  private final Map<Kind, Integer> everybody = new EnumMap<>(Kind.class);

  Grants(CatalogueReader reader, Roles roles) {
    this.reader = reader;
    this.roles = roles;
    defaults();
    lists();
  }

  List<Grant> of(String catalogue, long oid, boolean byDefault, Kind kind, int owner) {
    if (!byDefault) {
      return List.copyOf(explicit.getOrDefault(catalogue, Map.of()).getOrDefault(oid, List.of()));
    }
    Grant own = new Grant(owner, owner, owners.getOrDefault(kind, 0));
    int all = everybody.getOrDefault(kind, 0);
    return all == 0 ? List.of(own) : List.of(own, new Grant(0, owner, all));
  }

  Map<String, List<Grant>> ofColumns(long relation) {
    return ofColumns.getOrDefault(relation, Map.of());
  }

  private void defaults() {
    CatalogueReader.each(
        reader
            .sql
            .select(text("k"), number("a.grantee"), text("a.privilege_type"))
            .from(
                "unnest(array['r', 's', 'n', 'f', 'd']) k,"
                    + " aclexplode(acldefault(k::\"char\", 10)) a"),
        row ->
            (row.value2() == 0 ? everybody : owners)
                .merge(
                    LETTERS.getOrDefault(row.value1(), Kind.TABLE),
                    Right.bit(row.value3()),
                    (a, b) -> a | b));
  }

  private SelectOrderByStep<Record6<String, Long, String, Long, Long, String>> explode(
      String catalogue, String oid, String column, String acl, String where) {
    return reader
        .sql
        .select(
            DSL.inline(catalogue),
            number(oid),
            text(column),
            number("a.grantee"),
            number("a.grantor"),
            text("a.rights"))
        .from(catalogue + " o cross join lateral " + TOGETHER.formatted(acl) + " a")
        .where(where);
  }

  private void lists() {
    CatalogueReader.each(
        explode(RELATION, "o.oid", "''", "relacl", "o.relkind in ('r','p','v','m','f','S')")
            .unionAll(explode(SCHEMA, "o.oid", "''", "nspacl", "true"))
            .unionAll(explode(ROUTINE, "o.oid", "''", "proacl", "true"))
            .unionAll(explode(DATABASE, "o.oid", "''", "datacl", "true"))
            .unionAll(
                explode(
                    COLUMN,
                    "o.attrelid",
                    "quote_ident(o.attname)",
                    "attacl",
                    "o.attacl is not null and not o.attisdropped")),
        row -> {
          List<Grant> list =
              row.value1().equals(COLUMN)
                  ? ofColumns
                      .computeIfAbsent(row.value2(), key -> new HashMap<>())
                      .computeIfAbsent(row.value3(), key -> new ArrayList<>())
                  : explicit
                      .computeIfAbsent(row.value1(), key -> new HashMap<>())
                      .computeIfAbsent(row.value2(), key -> new ArrayList<>());
          int rights = 0;
          for (String right : row.value6().split(",", -1)) {
            rights |= Right.bit(right);
          }
          add(list, roles.number(row.value4()), roles.number(row.value5()), rights);
        });
  }

  /** Rights of the same two roles come one after the other. */
  static void add(List<Grant> list, int grantee, int grantor, int right) {
    int last = list.size() - 1;
    if (last >= 0 && list.get(last).grantee() == grantee && list.get(last).grantor() == grantor) {
      list.set(last, new Grant(grantee, grantor, list.get(last).rights() | right));
    } else {
      list.add(new Grant(grantee, grantor, right));
    }
  }
}
