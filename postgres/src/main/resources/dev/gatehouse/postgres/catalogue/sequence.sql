select 'sequence' as kind, n.nspname as "schema", format('%I.%I', n.nspname, c.relname) as name,
  format('AS %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s', format_type(s.seqtypid, null),
    s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, case when s.seqcycle then ' CYCLE' else '' end) as definition,
  (select format('%I.%I', tn.nspname, t.relname) from pg_class t join pg_namespace tn on tn.oid = t.relnamespace where t.oid = d.refobjid) as of,
  (select d.refobjid::regclass || '.' || quote_ident(a.attname) from pg_attribute a where a.attrelid = d.refobjid and a.attnum = d.refobjsubid) as "ownedBy",
  quote_ident(pg_get_userbyid(c.relowner)) as owner,
  @acl(c.relacl, 's', c.relowner) as privileges,
  case c.relpersistence when 'u' then 'unlogged' end as persistence,
  @comment(pg_class, c.oid, 0) as "comment"
from pg_sequence s
  join pg_class c on c.oid = s.seqrelid
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.objsubid = 0
    and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
where @user(n) and not @extension(pg_class, c.oid) and not coalesce(@extension(pg_class, d.refobjid), false)
