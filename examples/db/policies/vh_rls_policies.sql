create policy own_venture on vh.sensitive_terms
  using (venture_id::text = pg_catalog.current_setting('app.venture', true))
  with check (venture_id::text = pg_catalog.current_setting('app.venture', true));
