-- Privileges on what the server itself or an extension brought, where they are no longer those it was set up with.
select case when o.oid < 16384 then 'system object' else 'extension member' end as kind, '' as "schema", i.identity as name, @privileges(o.acl) as privileges
from (
    select 'pg_proc'::regclass as class, p.oid, 0 as sub, p.proacl as acl, acldefault('f', p.proowner) as usual from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and p.oid < 16384
    union all
    select 'pg_class'::regclass, c.oid, 0, c.relacl, acldefault('r', c.relowner) from pg_class c
    where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind in ('r', 'v') and c.oid < 16384
    union all
    select 'pg_namespace'::regclass, n.oid, 0, n.nspacl, acldefault('n', n.nspowner) from pg_namespace n where n.nspname = 'pg_catalog'
    union all
    select 'pg_type'::regclass, t.oid, 0, t.typacl, acldefault('T', t.typowner) from pg_type t
    where t.typnamespace = 'pg_catalog'::regnamespace and t.oid < 16384
    union all
    select 'pg_language'::regclass, l.oid, 0, l.lanacl, acldefault('l', l.lanowner) from pg_language l
    where l.oid < 16384 and l.lanispl -- of the others no dump tells
    union all
    select 'pg_class'::regclass, c.oid, a.attnum, a.attacl, acldefault('c', c.relowner) from pg_attribute a, pg_class c
    where c.oid = a.attrelid and a.attacl is not null and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and (c.oid < 16384 and c.relnamespace = 'pg_catalog'::regnamespace
        or exists (select from pg_depend e where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e'))
    union all
    select e.classid::regclass, e.objid, 0, m.acl, m.usual
    from pg_depend e, lateral (
        select p.proacl, acldefault('f', p.proowner) from pg_proc p where e.classid = 'pg_proc'::regclass and p.oid = e.objid
        union all
        select c.relacl, acldefault((case c.relkind when 'S' then 's' else 'r' end)::"char", c.relowner) from pg_class c
        where e.classid = 'pg_class'::regclass and c.oid = e.objid and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        union all
        select t.typacl, acldefault('T', t.typowner) from pg_type t where e.classid = 'pg_type'::regclass and t.oid = e.objid
        union all
        select n.nspacl, acldefault('n', n.nspowner) from pg_namespace n where e.classid = 'pg_namespace'::regclass and n.oid = e.objid
        union all
        select w.fdwacl, acldefault('F', w.fdwowner) from pg_foreign_data_wrapper w
        where e.classid = 'pg_foreign_data_wrapper'::regclass and w.oid = e.objid
        union all
        select l.lanacl, acldefault('l', l.lanowner) from pg_language l where e.classid = 'pg_language'::regclass and l.oid = e.objid
      ) m(acl, usual)
    where e.deptype = 'e' and e.objsubid = 0 and e.objid >= 16384
  ) o
  left join pg_init_privs p on p.classoid = o.class and p.objoid = o.oid and p.objsubid = o.sub
  cross join lateral (select coalesce(o.acl, o.usual) as now, coalesce(p.initprivs, o.usual) as at_first) a
  cross join lateral pg_identify_object(o.class, o.oid, o.sub) i
where o.acl is distinct from p.initprivs
  and not (a.now @> a.at_first and a.at_first @> a.now)
