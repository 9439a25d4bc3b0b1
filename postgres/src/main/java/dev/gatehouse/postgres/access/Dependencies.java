package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;
import static dev.gatehouse.postgres.access.CatalogueReader.truth;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What DROP ... CASCADE takes along, whoever owns it: views of tables, partitions of their parent,
 * routines of a type, members of an extension.
 */
final class Dependencies {
  /**
   * A view goes with what its rule uses, an array and a row type are their table's; of a table that
   * only has a column of a type the column goes.
   */
  private static final String WHOLE =
      """
      (with named as materialized (%s)
      select o.kind, o.name, r.kind as on_kind, r.name as on_name, r.owner,
          o.kind = 'TABLE' and d.deptype = 'a' as part, d.deptype = 'e' as member
        from (select distinct
            case d.classid when 'pg_rewrite'::regclass then 'pg_class'::regclass
              else d.classid end as dependent_class,
            coalesce(r.ev_class, d.objid) as dependent,
            case when tc.oid is not null then 'pg_class'::regclass else d.refclassid end as class,
            coalesce(tc.oid, e.oid, d.refobjid) as object,
            d.deptype
          from pg_depend d
            left join pg_rewrite r on r.rulename = '_RETURN'
              and r.oid = case when d.classid = 'pg_rewrite'::regclass then d.objid end
            left join pg_type t
              on t.oid = case when d.refclassid = 'pg_type'::regclass then d.refobjid end
            left join pg_type e on e.oid = t.typelem and e.typarray = t.oid
            left join pg_class tc on tc.oid = coalesce(e.typrelid, t.typrelid)
              and tc.relkind <> 'c'
          where d.deptype in ('n', 'a', 'i', 'e') and d.objid >= 16384 and d.objsubid = 0
            and (d.refclassid <> 'pg_namespace'::regclass
              or d.classid = 'pg_extension'::regclass)
            and (d.classid <> 'pg_rewrite'::regclass or r.oid is not null)) d
        join named o on o.class = d.dependent_class and o.oid = d.dependent
        join named r on r.class = d.class and r.oid = d.object
        where (o.class, o.oid) <> (r.class, r.oid)) d
      """;

  private static final String NAMED =
      """
      select 'pg_class'::regclass as class, c.oid, c.relowner as owner,
          case c.relkind when 'S' then 'SEQUENCE' else 'TABLE' end as kind,
          quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and c.oid >= 16384
      union all select 'pg_proc'::regclass, p.oid, p.proowner, 'ROUTINE',
          quote_ident(n.nspname) || '.' || quote_ident(p.proname)
            || '(' || oidvectortypes(p.proargtypes) || ')'
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.oid >= 16384
      union all select 'pg_type'::regclass, t.oid, t.typowner, 'TYPE',
          quote_ident(n.nspname) || '.' || quote_ident(t.typname)
        from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.oid >= 16384
      union all select 'pg_namespace'::regclass, oid, nspowner, 'SCHEMA', quote_ident(nspname)
        from pg_namespace
      union all select 'pg_extension'::regclass, oid, extowner, 'EXTENSION', quote_ident(extname)
        from pg_extension
      union all select 'pg_foreign_server'::regclass, oid, srvowner, 'FOREIGN_SERVER',
          quote_ident(srvname) from pg_foreign_server
      union all select 'pg_foreign_data_wrapper'::regclass, oid, fdwowner, 'FOREIGN_DATA_WRAPPER',
          quote_ident(fdwname) from pg_foreign_data_wrapper
      union all select 'pg_language'::regclass, oid, lanowner, 'LANGUAGE', quote_ident(lanname)
        from pg_language
      union all select 'pg_operator'::regclass, oid, oprowner, 'OPERATOR', oid::regoperator::text
        from pg_operator where oid >= 16384
      union all select 'pg_collation'::regclass, oid, collowner, 'COLLATION', quote_ident(collname)
        from pg_collation where oid >= 16384""";

  /** Something whose owner drops what depends on it. */
  record Owned(String kind, String name, int owner) {
    static Owned of(Securable item) {
      return new Owned(item.kind().name(), item.name(), item.owner());
    }

    private String key() {
      return kind + " " + name;
    }

    String words() {
      return kind.equals("TABLE") || kind.equals("ROUTINE") ? name : noun() + " " + name;
    }

    private String noun() {
      return kind.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  private final Map<String, List<Owned>> on = new HashMap<>();
  private final Map<String, Owned> parents = new HashMap<>();
  private final Set<String> members = new HashSet<>();

  /** Members by their extension. */
  private final Map<String, List<Owned>> of = new HashMap<>();

  static Dependencies read(CatalogueReader reader, Roles roles) {
    Dependencies found = new Dependencies();
    CatalogueReader.each(
        reader
            .sql
            .select(
                text("d.kind"),
                text("d.name"),
                text("d.on_kind"),
                text("d.on_name"),
                number("d.owner"),
                truth("d.part"),
                truth("d.member"))
            .from(WHOLE.formatted(NAMED)),
        row -> {
          Owned on = new Owned(row.value3(), row.value4(), roles.number(row.value5()));
          String dependent = row.value1() + " " + row.value2();
          found.on.computeIfAbsent(dependent, key -> new ArrayList<>()).add(on);
          if (row.value6()) {
            found.parents.put(dependent, on);
          }
          if (row.value7()) {
            found.members.add(dependent);
            Owned member = new Owned(row.value1(), row.value2(), on.owner());
            found.of.computeIfAbsent(on.key(), key -> new ArrayList<>()).add(member);
          }
        });
    return found;
  }

  /** The table that one is a partition of, what that in turn is a partition of, and so on. */
  List<Owned> parents(Securable partition) {
    List<Owned> found = new ArrayList<>();
    Owned parent = parents.get(Owned.of(partition).key());
    while (parent != null) {
      found.add(parent);
      parent = parents.get(parent.key());
    }
    return found;
  }

  /** Whether it belongs to an extension, without which it is not dropped. */
  boolean isMember(Owned one) {
    return members.contains(one.key());
  }

  /**
   * All that it goes with, the nearest first: also with what that in turn depends on. An extension
   * goes with any member of it, when that goes with something else.
   *
   * @param schemas that the named things are in
   */
  List<Owned> of(Owned item, Function<Owned, Optional<Owned>> schemas) {
    Map<String, Owned> found = new LinkedHashMap<>();
    Deque<Owned> open = new ArrayDeque<>(List.of(item));
    while (!open.isEmpty()) {
      Owned next = open.remove();
      if (found.putIfAbsent(next.key(), next) == null) {
        schemas.apply(next).ifPresent(open::add);
        open.addAll(on.getOrDefault(next.key(), List.of()));
        open.addAll(of.getOrDefault(next.key(), List.of()));
      }
    }
    found.remove(item.key());
    return found.values().stream().filter(one -> !isMember(one)).toList();
  }
}
