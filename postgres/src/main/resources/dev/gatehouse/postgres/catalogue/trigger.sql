-- if any: pg_trigger, pg_event_trigger
-- A partition's copy of a trigger counts, because it can be switched off by itself.
select 'trigger' as kind, n.nspname as "schema", format('%I.%I.%I', n.nspname, c.relname, t.tgname) as name,
  format('%I.%I', n.nspname, c.relname) as of,
  pg_get_triggerdef(t.oid) as definition, true as defined,
  case t.tgenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on replicas' else 'always' end as "enabled",
  @comment(pg_trigger, t.oid, 0) as "comment",
  @needs(pg_trigger, t.oid) as "dependsOnExtension"
from pg_trigger t
  join pg_class c on c.oid = t.tgrelid
  join pg_namespace n on n.oid = c.relnamespace
where @user(n) and not @extension(pg_class, c.oid)
  and (not t.tgisinternal
    or (t.tgparentid <> 0 and not exists (select from pg_constraint k where k.oid = t.tgconstraint and k.contype = 'f')))
union all
select 'event trigger', '', quote_ident(e.evtname), '',
  format('ON %s%s EXECUTE FUNCTION %s', e.evtevent,
    ' WHEN TAG IN (' || (select string_agg(quote_literal(tag), ', ' order by tag) from unnest(e.evttags) tag) || ')', e.evtfoid::regprocedure),
  true,
  case e.evtenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on replicas' else 'always' end,
  @comment(pg_event_trigger, e.oid, 0), null
from pg_event_trigger e
where not @extension(pg_event_trigger, e.oid)
