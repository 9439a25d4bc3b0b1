alter table eng.sensitive_decisions enable row level security;
alter table eng.sensitive_decisions force row level security;
