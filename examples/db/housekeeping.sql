-- The script of the direct path: one file that says what it does and includes the rest.
\set ON_ERROR_STOP on
\set phase housekeeping

\echo 'Applying engineering migrations...'
\ir migrations/eng/001_base_tables.sql
\ir migrations/eng/002_governance_tables.sql
\ir migrations/eng/003_rls_policies.sql

do $$
begin
  if to_regclass('eng.strategic_directives_v2') is null then
    raise exception 'Critical table eng.strategic_directives_v2 missing';
  end if;
end $$;

\echo 'Applying venture hub migrations...'
\ir migrations/vh/001_base_tables.sql
\ir migrations/vh/002_linkage_tables.sql

\echo 'Creating views...'
\ir views/eng_governance_views.sql
\ir views/vh_readonly_views.sql

\echo 'Applying RLS policies...'
\ir policies/eng_rls_policies.sql
\ir policies/vh_rls_policies.sql

insert into audit.migration_log (version) values (:'phase');
