package dev.gatehouse.postgres.access;

import static dev.gatehouse.postgres.access.CatalogueReader.number;
import static dev.gatehouse.postgres.access.CatalogueReader.text;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * What is no relation and no routine, and has an access control list all the same: types,
 * languages, foreign servers and wrappers, tablespaces, large objects, parameters.
 */
final class OtherObjects {
  /** How many large objects of one owner and one list are named; the rest is counted. */
  private static final int NAMED = 100;

  private static final String OBJECTS =
      """
      select 'TYPE' as kind, quote_ident(n.nspname) || '.' || quote_ident(t.typname) as name,
          n.nspname || '.' || t.typname as plain, t.typnamespace::bigint as place,
          t.typowner::bigint as owner, ' ' as letter,
          coalesce(t.typacl, acldefault('T', t.typowner)) as acl
        from pg_type t join pg_namespace n on n.oid = t.typnamespace
          left join pg_class c on c.oid = t.typrelid
        where (t.typtype in ('b', 'd', 'e', 'r') or c.relkind = 'c')
          and n.nspname !~ '^pg_(toast|temp)'
          and not exists (select from pg_type e where e.typarray = t.oid)
      union all select 'LANGUAGE', quote_ident(lanname), lanname, 0, lanowner::bigint,
          case when lanpltrusted then ' ' else 'x' end, coalesce(lanacl, acldefault('l', lanowner))
        from pg_language
      union all select 'FOREIGN_SERVER', quote_ident(srvname), srvname, 0, srvowner::bigint, ' ',
          coalesce(srvacl, acldefault('S', srvowner)) from pg_foreign_server
      union all select 'FOREIGN_DATA_WRAPPER', quote_ident(fdwname), fdwname, 0, fdwowner::bigint,
          ' ', coalesce(fdwacl, acldefault('F', fdwowner)) from pg_foreign_data_wrapper
      union all select 'TABLESPACE', quote_ident(spcname), spcname, 0, spcowner::bigint, ' ',
          coalesce(spcacl, acldefault('t', spcowner)) from pg_tablespace""";

  private static final String LARGE_OBJECTS =
      """

      union all select 'LARGE_OBJECTS', l.named, l.named, 0, l.owner, case when
          current_setting('lo_compat_privileges')::boolean then 'u' else ' ' end,
          case when current_setting('lo_compat_privileges')::boolean
            then array[makeaclitem(0, l.owner::oid, 'SELECT', false),
              makeaclitem(0, l.owner::oid, 'UPDATE', false)]
            else coalesce(l.acl::aclitem[], acldefault('L', l.owner::oid)) end
        from (select o.owner, o.acl, string_agg(o.id::text, ', ' order by o.id)
              filter (where o.n <= :named) || case when count(*) > :named
              then ' and ' || count(*) - :named || ' more' else '' end as named
          from (select oid::bigint as id, lomowner::bigint as owner, lomacl::text as acl,
              row_number() over (partition by lomowner, lomacl::text order by oid) as n
            from pg_largeobject_metadata) o
          group by o.owner, o.acl) l"""
          .replace(":named", String.valueOf(NAMED));

  /** The role that initdb makes owns them all. */
  private static final String PARAMETERS =
      """

      union all select 'PARAMETER', coalesce(s.name, p.parname), coalesce(s.name, p.parname), 0,
          10, case when s.context in ('user', 'backend') then 'u'
            when s.context in ('sighup', 'postmaster') then 'w'
            when s.context = 'internal' then 'i'
            when s.context is null and strpos(p.parname, '.') > 0 then 'u' else 's' end,
          coalesce(p.paracl, acldefault('p', 10))
        from (select lower(name) as name, context from pg_settings) s
          full join pg_parameter_acl p on p.parname = s.name""";

  private final SecurableReader items;
  private final Roles roles;
  private String object = "";
  private List<Grant> grants = new ArrayList<>();

  private OtherObjects(SecurableReader items, Roles roles) {
    this.items = items;
    this.roles = roles;
  }

  /** Entries of a list come one after the other. */
  static void read(CatalogueReader reader, Roles roles, SecurableReader items) {
    OtherObjects objects = new OtherObjects(items, roles);
    String parameters = reader.major < 15 ? "" : PARAMETERS;
    CatalogueReader.each(
        reader
            .sql
            .select(
                text("o.kind"),
                text("o.name"),
                text("o.plain"),
                number("o.place"),
                number("o.owner"),
                text("o.letter"),
                number("a.grantee"),
                number("a.grantor"),
                text("a.privilege_type"))
            .from(
                "("
                    + OBJECTS
                    + LARGE_OBJECTS
                    + parameters
                    + ") o left join lateral aclexplode(o.acl) a on true")
            .orderBy(text("o.kind"), text("o.name"), text("o.owner")),
        row -> {
          objects.begin(
              Kind.valueOf(row.value1()),
              row.value2(),
              row.value3(),
              row.value4(),
              roles.number(row.value5()),
              row.value6().charAt(0));
          if (row.value9() != null) {
            objects.grant(row.value7(), row.value8(), Right.bit(row.value9()));
          }
        });
  }

  /** The same as before, or the next. */
  private void begin(Kind kind, String name, String plain, long place, int owner, char letter) {
    if (!object.equals(kind + name)) {
      object = kind + name;
      grants = new ArrayList<>();
      if (kind == Kind.PARAMETER && letter == Securable.UNASKED) {
        grants.add(new Grant(0, owner, Right.SET.bit));
      }
      items.add(
          new AccessObject(kind, name),
          letter,
          letter == 'x',
          plain,
          place == 0 ? -1 : items.schema(place),
          owner,
          grants);
    }
  }

  private void grant(long grantee, long grantor, int right) {
    Grants.add(grants, roles.number(grantee), roles.number(grantor), right);
  }
}
