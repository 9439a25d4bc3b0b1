create policy board_only on eng.sensitive_decisions
  using (decided_by = pg_catalog.current_setting('app.member', true))
  with check (decided_by = pg_catalog.current_setting('app.member', true));
