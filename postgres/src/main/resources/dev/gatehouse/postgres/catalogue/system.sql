-- Privileges on what the server itself brought, where they are no longer those it was set up with.
select 'system object' as kind, '' as "schema", i.identity as name, @privileges(o.acl) as privileges
from (
    select 'pg_proc'::regclass as class, p.oid, p.proacl as acl, acldefault('f', p.proowner) as usual from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace
    union all
    select 'pg_class'::regclass, c.oid, c.relacl, acldefault('r', c.relowner) from pg_class c where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind in ('r', 'v')
    union all
    select 'pg_namespace'::regclass, n.oid, n.nspacl, acldefault('n', n.nspowner) from pg_namespace n where n.nspname = 'pg_catalog'
  ) o
  left join pg_init_privs p on p.classoid = o.class and p.objoid = o.oid and p.objsubid = 0
  cross join lateral (select coalesce(o.acl, o.usual) as now, coalesce(p.initprivs, o.usual) as at_first) a
  cross join lateral pg_identify_object(o.class, o.oid, 0) i
where o.oid < 16384 and o.acl is distinct from p.initprivs
  and not (a.now @> a.at_first and a.at_first @> a.now)
