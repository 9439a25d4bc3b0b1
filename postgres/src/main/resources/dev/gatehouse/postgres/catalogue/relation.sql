select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end as kind,
  n.nspname as "schema", format('%I.%I', n.nspname, c.relname) as name,
  case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition,
  c.relkind in ('v', 'm') as defined,
  quote_ident(pg_get_userbyid(c.relowner)) as owner,
  @acl(c.relacl, 'r', c.relowner) as privileges,
  @comment(pg_class, c.oid, 0) as "comment",
  case when c.relkind = 'm' then @needs(pg_class, c.oid) end as "dependsOnExtension",
  case c.relpersistence when 'u' then 'unlogged' end as persistence,
  case when c.relkind = 'm' then case when c.relispopulated then 'yes' else 'no' end end as populated,
  case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as "partitionKey",
  case when c.relispartition then pg_get_expr(c.relpartbound, c.oid) end as "partitionBound",
  -- A dump of an inheriting table gives the inherited columns first, wherever they stood.
  (select string_agg(quote_ident(a.attname), ', '
      order by case when c.relispartition or not exists (select from pg_inherits i where i.inhrelid = c.oid) then a.attnum end, a.attname)
    from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as "columns",
  (select string_agg(i.inhparent::regclass::text
      || case when coalesce((to_jsonb(i) ->> 'inhdetachpending')::boolean, false) then ' (being detached)' else '' end, ', ' order by i.inhseqno)
    from pg_inherits i where i.inhrelid = c.oid) as "parents",
  case when c.reloftype <> 0 then format_type(c.reloftype, null) end as "ofType",
  (select string_agg(o, ', ' order by o) from (
      select unnest(c.reloptions) union all select 'toast.' || unnest(t.reloptions) from pg_class t where t.oid = c.reltoastrelid) as options(o)) as "options",
  case when c.relkind in ('r', 'p', 'm') then nullif((select m.amname from pg_am m where m.oid = c.relam), 'heap') end as "accessMethod",
  (select t.spcname from pg_tablespace t where t.oid = c.reltablespace) as "tablespace",
  case c.relreplident when 'n' then 'nothing' when 'f' then 'full'
    when 'i' then (select quote_ident(x.relname) from pg_index i join pg_class x on x.oid = i.indexrelid where i.indrelid = c.oid and i.indisreplident) end as "replicaIdentity",
  case when c.relrowsecurity then 'enabled' end as "rowSecurity",
  case when c.relforcerowsecurity then 'for the owner as well' end as "rowSecurityForced",
  case when c.relkind = 'f' then (select quote_ident(s.srvname) from pg_foreign_table t join pg_foreign_server s on s.oid = t.ftserver where t.ftrelid = c.oid) end as "server",
  case when c.relkind = 'f' then (select @options(t.ftoptions) from pg_foreign_table t where t.ftrelid = c.oid) end as "foreignOptions"
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and @user(n) and not @extension(pg_class, c.oid)
