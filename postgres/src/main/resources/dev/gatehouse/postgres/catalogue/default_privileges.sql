-- if any: pg_default_acl
select 'default privileges' as kind, coalesce(n.nspname, '') as "schema",
  format('of %I%s on %s', pg_get_userbyid(d.defaclrole), ' in schema ' || quote_ident(n.nspname),
    case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'routines' when 'T' then 'types' when 'n' then 'schemas' else 'large objects' end) as name,
  quote_ident(pg_get_userbyid(d.defaclrole)) as owner,
  @privileges(d.defaclacl) as privileges
from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
where n.oid is null or @user(n)
