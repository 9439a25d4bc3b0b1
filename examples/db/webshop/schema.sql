-- A small shop whose customers are tenants: each sees the orders of its own.
CREATE ROLE webshop_owner NOLOGIN;
CREATE ROLE webshop_app NOLOGIN;
CREATE ROLE webshop_reports NOLOGIN;

CREATE SCHEMA shop AUTHORIZATION webshop_owner;
GRANT USAGE ON SCHEMA shop TO webshop_app, webshop_reports;

SET ROLE webshop_owner;

CREATE TABLE shop.items (
  id integer PRIMARY KEY,
  name text NOT NULL,
  in_stock integer NOT NULL DEFAULT 0
);

CREATE TABLE shop.orders (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  total_cents bigint NOT NULL DEFAULT 0
);

CREATE VIEW shop.stock AS SELECT id, name, in_stock FROM shop.items;

ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE shop.orders FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON shop.orders
  USING (tenant = current_setting('shop.tenant', true))
  WITH CHECK (tenant = current_setting('shop.tenant', true));

GRANT SELECT, INSERT, UPDATE ON shop.orders TO webshop_app;
GRANT SELECT ON shop.items TO webshop_app;
GRANT SELECT ON shop.stock TO webshop_reports;

RESET ROLE;

INSERT INTO shop.items VALUES (1, 'lamp', 3), (2, 'chair', 5);
INSERT INTO shop.orders (tenant, total_cents)
VALUES ('north', 1200), ('north', 300), ('south', 990), ('south', 10);
