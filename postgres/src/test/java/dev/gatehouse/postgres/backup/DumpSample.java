package dev.gatehouse.postgres.backup;

/** One of each kind of object that a database may hold, and rows that are hard to copy. */
final class DumpSample {
  private DumpSample() {}

  static final String[] SQL = {
    "CREATE SCHEMA shop",
    "CREATE TYPE shop.mood AS ENUM ('sad', 'ok', 'happy')",
    "CREATE DOMAIN shop.positive AS integer CHECK (value > 0)",
    "CREATE TYPE shop.pair AS (a integer, b text)",
    "CREATE TABLE shop.customer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
        + " name text NOT NULL, mood shop.mood DEFAULT 'ok', at timestamptz DEFAULT now(),"
        + " gone integer, extra jsonb, raw bytea, score double precision, days interval,"
        + " pair shop.pair, twice integer GENERATED ALWAYS AS (length(name) * 2) STORED)",
    "ALTER TABLE shop.customer DROP COLUMN gone",
    "INSERT INTO shop.customer (name, mood, extra, raw, score, days, pair) SELECT 'name ' || i"
        + " || E'\\t\\n\\\\', 'happy', jsonb_build_object('i', i), decode(md5(i::text), 'hex'),"
        + " i / 3.0, i * interval '1 hour', ROW(i, 'x''y')::shop.pair FROM generate_series(1, 500) i",
    "INSERT INTO shop.customer (name, mood, score) VALUES ('', NULL, 'NaN'), ('\\.', 'sad',"
        + " '-Infinity'), (U&'\\00e4\\+01F600', 'ok', 1e-310)",
    "CREATE TABLE shop.\"Odd \"\"name\" (\"a b\" integer, \"select\" text)",
    "INSERT INTO shop.\"Odd \"\"name\" VALUES (1, 'x'), (NULL, NULL)",
    "CREATE TABLE shop.nothing ()",
    "CREATE TABLE shop.sale (id integer NOT NULL, day date NOT NULL, customer bigint REFERENCES"
        + " shop.customer) PARTITION BY RANGE (day)",
    "CREATE TABLE shop.sale_1 PARTITION OF shop.sale FOR VALUES FROM ('2026-01-01') TO"
        + " ('2026-07-01')",
    "CREATE TABLE shop.sale_2 PARTITION OF shop.sale DEFAULT",
    "INSERT INTO shop.sale SELECT i, date '2026-01-01' + i, 1 FROM generate_series(1, 300) i",
    "CREATE INDEX ON shop.sale (day)",
    "CREATE INDEX lower_name ON shop.customer (lower(name)) WHERE mood = 'happy'",
    "CREATE VIEW shop.happy AS SELECT id, name FROM shop.customer WHERE mood = 'happy'",
    "CREATE MATERIALIZED VIEW shop.counted AS SELECT mood, count(*) FROM shop.customer GROUP BY 1",
    "CREATE SEQUENCE public.loose START 10 INCREMENT 5",
    "SELECT nextval('public.loose'), nextval('public.loose')",
    "CREATE SEQUENCE public.fresh START 7",
    "CREATE FUNCTION shop.tell() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.name :="
        + " NEW.name; RETURN NEW; END$$",
    "CREATE FUNCTION public.add(a integer, b integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC"
        + " SELECT a + b; SELECT CASE WHEN a > b THEN a ELSE b END; END",
    "CREATE PROCEDURE public.note(t text) LANGUAGE sql AS 'SELECT 1'",
    "CREATE AGGREGATE public.total(integer) (sfunc = int4pl, stype = integer, initcond = '0')",
    "CREATE TRIGGER tells BEFORE INSERT ON shop.customer FOR EACH ROW EXECUTE FUNCTION shop.tell()",
    "CREATE RULE nobody AS ON DELETE TO shop.\"Odd \"\"name\" DO INSTEAD NOTHING",
    "ALTER TABLE shop.customer ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY happy ON shop.customer FOR SELECT USING (mood = 'happy')",
    "CREATE OPERATOR public.@#@ (leftarg = integer, rightarg = integer, function = public.add)",
    "CREATE CAST (shop.mood AS shop.positive) WITH INOUT",
    "CREATE STATISTICS shop.stat ON id, mood FROM shop.customer",
    "CREATE TEXT SEARCH CONFIGURATION public.plain (copy = simple)",
    "CREATE TYPE public.span AS RANGE (subtype = double precision)",
    "CREATE TABLE public.item (id serial PRIMARY KEY, label text UNIQUE, parent integer"
        + " REFERENCES public.item DEFERRABLE INITIALLY DEFERRED)",
    "INSERT INTO public.item (label, parent) SELECT 'l' || i, nullif(i / 2, 0) FROM"
        + " generate_series(1, 200) i",
    "CREATE TABLE public.part (id integer PRIMARY KEY) PARTITION BY RANGE (id)",
    "CREATE TABLE public.part_1 PARTITION OF public.part DEFAULT",
    "INSERT INTO public.part SELECT generate_series(1, 50)",
    "CREATE TABLE public.heir (more text) INHERITS (public.item)",
    "INSERT INTO public.heir (label, more) VALUES ('heir', 'm')",
    "CREATE UNLOGGED TABLE public.quick AS SELECT 1 AS a",
    "COMMENT ON TABLE public.item IS 'it''s one'",
    "GRANT SELECT ON shop.customer TO PUBLIC",
    "GRANT USAGE ON SCHEMA shop TO PUBLIC",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC",
    "CREATE PUBLICATION told FOR TABLE public.item",
    "CREATE FUNCTION public.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$BEGIN END$$",
    "CREATE EVENT TRIGGER watching ON ddl_command_start EXECUTE FUNCTION public.watch()",
    "SELECT lo_from_bytea(0, decode(repeat('abcd', 3000), 'hex'))",
    "SELECT lo_from_bytea(0, '')",
  };

  /** What a run that went wrong might leave: changed rows, missing and surplus objects. */
  static final String[] DAMAGE = {
    "DELETE FROM shop.sale WHERE id % 3 = 0",
    "UPDATE ONLY public.item SET label = 'changed ' || id",
    "DROP MATERIALIZED VIEW shop.counted",
    "CREATE SCHEMA later",
    "CREATE TABLE later.t AS SELECT 1 AS a",
    "CREATE VIEW public.over AS SELECT * FROM later.t, shop.happy",
    "CREATE TABLE public.surplus (id serial, item integer REFERENCES public.item)",
    "SELECT setval('public.loose', 999)",
    "SELECT lo_from_bytea(0, 'surplus')",
    "REVOKE USAGE ON SCHEMA public FROM PUBLIC",
    "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC",
    "ALTER TABLE shop.customer DISABLE ROW LEVEL SECURITY",
  };
}
