-- No dump of one database holds these; see PostgresCatalogue.dumped().
select 'database' as kind, '' as "schema", 'this database' as name,
  format('ENCODING %L LC_COLLATE %L LC_CTYPE %L', pg_encoding_to_char(d.encoding), d.datcollate, d.datctype) as definition,
  quote_ident(pg_get_userbyid(d.datdba)) as owner,
  @acl(d.datacl, 'd', d.datdba) as privileges,
  case when d.datconnlimit <> -1 then d.datconnlimit::text end as "connectionLimit",
  (select string_agg(coalesce('role ' || quote_ident(pg_get_userbyid(nullif(s.setrole, 0))) || ': ', '') || c, ', ' order by s.setrole <> 0, pg_get_userbyid(s.setrole), c)
    from pg_db_role_setting s cross join unnest(s.setconfig) c where s.setdatabase = d.oid) as "settings",
  shobj_description(d.oid, 'pg_database') as "comment"
from pg_database d where d.datname = current_database()
