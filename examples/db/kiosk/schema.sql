-- A kiosk: its application takes orders of tenants, and has grants that nobody remembers.

CREATE SCHEMA shop AUTHORIZATION shop_owner;

SET ROLE shop_owner;

CREATE TABLE shop.ks_order (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  total_cents bigint NOT NULL DEFAULT 0
);

CREATE TABLE shop.audit (note text);

ALTER TABLE shop.ks_order ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.ks_order FORCE ROW LEVEL SECURITY;
CREATE POLICY mine ON shop.ks_order
  USING (tenant = current_setting('shop.tenant', true))
  WITH CHECK (tenant = current_setting('shop.tenant', true));

GRANT DELETE ON shop.ks_order TO app;
GRANT TRUNCATE ON shop.audit TO app;

RESET ROLE;

INSERT INTO shop.ks_order (tenant, total_cents)
VALUES ('north', 1200), ('north', 300), ('south', 990), ('south', 10);
