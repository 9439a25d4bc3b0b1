package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;
import static dev.gatehouse.postgres.access.CatalogueReader.texts;
import static dev.gatehouse.postgres.access.CatalogueReader.truth;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.postgres.access.CatalogueReader.ConcurrentDdlException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** The objects of a database as they are read, by oid. */
final class SecurableReader {
  /** What initdb pins: the catalogue itself, which the engine protects from all but superusers. */
  private static final long FIRST_UNPINNED = 12_000;

  private final CatalogueReader reader;
  private final Roles roles;
  private final Grants grants;
  private final List<Securable> all = new ArrayList<>();
  private final Map<String, Map<Long, Integer>> byOid = new HashMap<>();
  private final Map<Long, List<String>> columns = new HashMap<>();

  /** Numbers of columns where some between them were dropped. */
  private final Map<Long, List<Integer>> numbers = new HashMap<>();

  SecurableReader(CatalogueReader reader, Roles roles, Grants grants) {
    this.reader = reader;
    this.roles = roles;
    this.grants = grants;
    databases();
    schemas();
    columns();
    relations();
    routines();
    OtherObjects.read(reader, roles, this);
  }

  List<Securable> all() {
    return all;
  }

  /** As SQL wants it. */
  String roleName(int number) {
    return roles.quoted(number);
  }

  int role(long oid) {
    return roles.number(oid);
  }

  OptionalInt find(String catalogue, long oid) {
    Integer number = byOid.getOrDefault(catalogue, Map.of()).get(oid);
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private void databases() {
    CatalogueReader.each(
        reader
            .sql
            .select(
                number("oid"),
                text("datname"),
                text("quote_ident(datname)"),
                number("datdba"),
                truth("datacl is null"))
            .from("pg_database"),
        row ->
            add(
                Grants.DATABASE,
                row.value1(),
                AccessObject.database(row.value3()),
                ' ',
                row.value2(),
                -1,
                roles.number(row.value4()),
                row.value5()));
  }

  private void schemas() {
    CatalogueReader.each(
        reader
            .sql
            .select(
                number("oid"),
                text("nspname"),
                text("quote_ident(nspname)"),
                number("nspowner"),
                truth("nspacl is null"))
            .from("pg_namespace")
            .where("nspname !~ '^pg_(toast|temp)'"),
        row ->
            add(
                Grants.SCHEMA,
                row.value1(),
                AccessObject.schema(row.value3()),
                ' ',
                row.value2(),
                -1,
                roles.number(row.value4()),
                row.value5()));
  }

  private void columns() {
    CatalogueReader.each(
        reader
            .sql
            .select(
                number("a.attrelid"),
                texts("array_agg(quote_ident(a.attname) order by a.attnum)"),
                texts("case when max(a.attnum) > count(*) then array_agg(a.attnum order by 1) end"))
            .from("pg_attribute a join pg_class c on c.oid = a.attrelid")
            .where("a.attnum > 0 and not a.attisdropped")
            .and("c.relkind in ('r','p','v','m','f') and c.oid >= 16384")
            .groupBy(number("a.attrelid")),
        row -> {
          columns.put(row.value1(), List.of(row.value2()));
          if (row.value3() != null) {
            numbers.put(row.value1(), Stream.of(row.value3()).map(Integer::valueOf).toList());
          }
        });
  }

  /** Quoted names; empty for all, and where there are none to tell. */
  Optional<Set<String>> columns(long relation, Optional<BitSet> of) {
    List<String> all = columns.getOrDefault(relation, List.of());
    if (all.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> numbered = numbers.getOrDefault(relation, List.of());
    return of.map(
        some -> {
          Set<String> names = new HashSet<>();
          for (int i = 0; i < all.size(); i++) {
            if (some.get(numbered.isEmpty() ? i + 1 : numbered.get(i))) {
              names.add(all.get(i));
            }
          }
          return names;
        });
  }

  private void relations() {
    CatalogueReader.each(
        reader
            .sql
            .select(
                number("c.oid"),
                number("c.relnamespace"),
                text("n.nspname || '.' || c.relname"),
                text("quote_ident(n.nspname) || '.' || quote_ident(c.relname)"),
                text("c.relkind"),
                number("c.relowner"),
                truth("c.relacl is null"))
            .from("pg_class c join pg_namespace n on n.oid = c.relnamespace")
            .where("c.relkind in ('r','p','v','m','f','S') and n.nspname !~ '^pg_(toast|temp)'"),
        row -> {
          boolean sequence = row.value5().equals("S");
          add(
              Grants.RELATION,
              row.value1(),
              sequence ? AccessObject.sequence(row.value4()) : AccessObject.table(row.value4()),
              row.value5().charAt(0),
              row.value3(),
              schema(row.value2()),
              roles.number(row.value6()),
              row.value7());
        });
  }

  /** Not the product's own: thousands, and none of them acts for somebody else. */
  private void routines() {
    CatalogueReader.each(
        reader
            .sql
            .select(
                number("p.oid"),
                number("p.pronamespace"),
                text("n.nspname || '.' || p.proname"),
                text(
                    "quote_ident(n.nspname) || '.' || quote_ident(p.proname)"
                        + " || '(' || oidvectortypes(p.proargtypes) || ')'"),
                number("p.proowner"),
                truth("p.proacl is null"),
                text("case when p.prosecdef then 'd' else ' ' end"))
            .from("pg_proc p join pg_namespace n on n.oid = p.pronamespace")
            .where("(p.oid >= 16384 or n.nspname not in ('pg_catalog', 'information_schema'))")
            .and("n.nspname !~ '^pg_temp'"),
        row ->
            add(
                Grants.ROUTINE,
                row.value1(),
                AccessObject.routine(row.value4()),
                row.value7().charAt(0),
                row.value3(),
                schema(row.value2()),
                roles.number(row.value5()),
                row.value6()));
  }

  int schema(long oid) {
    return find(Grants.SCHEMA, oid).orElseThrow(() -> new ConcurrentDdlException("schema " + oid));
  }

  /** One whose list of grants is read by others. */
  void add(
      AccessObject object,
      char relkind,
      boolean system,
      String plain,
      int schema,
      int owner,
      List<Grant> acl) {
    all.add(
        new Securable(
            all.size(), object, relkind, system, plain, schema, owner, acl, List.of(), Map.of()));
  }

  private void add(
      String catalogue,
      long oid,
      AccessObject object,
      char relkind,
      String plain,
      int schema,
      int owner,
      boolean byDefault) {
    boolean relation = catalogue.equals(Grants.RELATION);
    byOid.computeIfAbsent(catalogue, key -> new HashMap<>()).put(oid, all.size());
    all.add(
        new Securable(
            all.size(),
            object,
            relkind,
            relation && oid < FIRST_UNPINNED,
            plain,
            schema,
            owner,
            grants.of(catalogue, oid, byDefault, object.kind(), owner),
            relation ? columns.getOrDefault(oid, List.of()) : List.of(),
            relation ? grants.ofColumns(oid) : Map.of()));
  }
}
