select case when c.relkind in ('v', 'm') then 'view column' else 'column' end as kind, n.nspname as "schema", format('%I.%I.%I', n.nspname, c.relname, a.attname) as name,
  format('%I.%I', n.nspname, c.relname) as of,
  @acl(a.attacl, 'c', c.relowner) as privileges,
  @comment(pg_class, c.oid, a.attnum) as "comment",
  format_type(a.atttypid, a.atttypmod) as "type",
  case when a.attcollation <> t.typcollation then @collation(a.attcollation) end as "collation",
  case when a.attnotnull then
    coalesce((select case when not k.convalidated then 'not valid' when k.connoinherit then 'no inherit' end -- since 18
      from pg_constraint k where k.contype = 'n' and k.conrelid = c.oid and k.conkey = array[a.attnum]), -- since 18
    'yes'
    ) -- since 18
  end as "notNull",
  -- A default names no column; told of its table, the server would collect the names of all columns for each.
  case when a.attgenerated = '' then pg_get_expr(d.adbin, 0) end as "default",
  case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) || case a.attgenerated when 's' then ' stored' else ' virtual' end end as "generated",
  case a.attidentity when 'a' then 'always' when 'd' then 'by default' end as "identity",
  case when a.attstorage <> t.typstorage then
    case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end end as "storage",
  case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end as "compression",
  case when a.attstattarget >= 0 then a.attstattarget::text end as "statisticsTarget",
  array_to_string(a.attoptions, ', ') as "options",
  @options(a.attfdwoptions) as "foreignOptions"
from pg_attribute a
  join pg_class c on c.oid = a.attrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_type t on t.oid = a.atttypid
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f') and @user(n) and not @extension(pg_class, c.oid)
