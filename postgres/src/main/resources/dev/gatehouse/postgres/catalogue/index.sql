-- The index of a constraint is told with its constraint.
select case when i.indisvalid or c.relkind = 'p' then 'index' else 'invalid index' end as kind,
  n.nspname as "schema", format('%I.%I', n.nspname, x.relname) as name,
  format('%I.%I', n.nspname, c.relname) as of,
  pg_get_indexdef(i.indexrelid) as definition, true as defined,
  @comment(pg_class, x.oid, 0) as "comment",
  @needs(pg_class, x.oid) as "dependsOnExtension",
  case when c.relkind = 'p' and not i.indisvalid then 'no' end as "valid",
  case when i.indisclustered then 'yes' end as "clustered",
  (select h.inhparent::regclass::text from pg_inherits h where h.inhrelid = x.oid) as "partitionOf",
  (select string_agg(a.attnum || ': ' || a.attstattarget, ', ' order by a.attnum) from pg_attribute a where a.attrelid = x.oid and a.attstattarget >= 0) as "statisticsTarget",
  (select t.spcname from pg_tablespace t where t.oid = x.reltablespace) as "tablespace"
from pg_index i
  join pg_class x on x.oid = i.indexrelid
  join pg_class c on c.oid = i.indrelid
  join pg_namespace n on n.oid = x.relnamespace
where i.indexrelid >= 16384 and @user(n) and not @extension(pg_class, c.oid)
  and not exists (select from pg_constraint k where k.conindid = x.oid and k.contype in ('p', 'u', 'x'))
