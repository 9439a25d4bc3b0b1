-- if any: pg_constraint
-- Children of a foreign key are made by their parent, with names of the server's choice.
select 'constraint' as kind, n.nspname as "schema", format('%I.%I.%I', n.nspname, c.relname, k.conname) as name,
  format('%I.%I', n.nspname, c.relname) as of,
  pg_get_constraintdef(k.oid) as definition, true as defined,
  @comment(pg_constraint, k.oid, 0) as "comment",
  case when x.oid is not null then (select string_agg(o, ', ' order by o) from unnest(x.reloptions) o) end as "options",
  case when i.indisclustered then 'yes' end as "clustered",
  (select t.spcname from pg_tablespace t where t.oid = x.reltablespace) as "tablespace"
from pg_constraint k
  join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace
  left join pg_index i on i.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
  left join pg_class x on x.oid = i.indexrelid
where k.contype in ('c', 'f', 'p', 'u', 'x') and not (k.contype = 'f' and k.conparentid <> 0)
  and @user(n) and not @extension(pg_class, c.oid)
union all
select 'domain constraint', n.nspname, format('%I.%I.%I', n.nspname, t.typname, k.conname), format('%I.%I', n.nspname, t.typname),
  pg_get_constraintdef(k.oid), true, @comment(pg_constraint, k.oid, 0), null, null, null
from pg_constraint k join pg_type t on t.oid = k.contypid join pg_namespace n on n.oid = t.typnamespace
where k.contype = 'c' and @user(n) and not @extension(pg_type, t.oid)
union all
-- Row triggers that hold up a foreign key and are switched off: it is there and does nothing.
select 'disabled foreign key', n.nspname, format('%I.%I.%I', n.nspname, c.relname, k.conname), format('%I.%I', n.nspname, c.relname),
  string_agg(distinct 'triggers on ' || g.tgrelid::regclass::text || case g.tgenabled when 'D' then ' disabled' else ' of replicas or always' end, ', '),
  true, null, null, null, null
from pg_constraint k
  join pg_trigger g on g.tgconstraint = k.oid
  join pg_class c on c.oid = k.conrelid
  join pg_namespace n on n.oid = c.relnamespace
where k.contype = 'f' and k.conparentid = 0 and g.tgisinternal and g.tgenabled <> 'O' and @user(n)
group by n.nspname, c.relname, k.conname
