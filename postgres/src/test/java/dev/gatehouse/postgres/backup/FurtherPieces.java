package dev.gatehouse.postgres.backup;

import java.util.List;

/** What public schemas hold that {@link RandomPiece} had not. */
final class FurtherPieces {
  static final List<RandomPiece> ALL =
      List.of(
          piece(
              "rights on routines with named arguments",
              "d CREATE FUNCTION @x.na@n(secret text, OUT b int, VARIADIC c int[] DEFAULT '{}')"
                  + " LANGUAGE sql AS 'SELECT 1'",
              "d REVOKE ALL ON FUNCTION @x.na@n FROM PUBLIC",
              "d GRANT EXECUTE ON FUNCTION @x.na@n TO @o",
              "d COMMENT ON FUNCTION @x.na@n IS 'named'",
              "d CREATE PROCEDURE @x.np@n(INOUT a int, b text) LANGUAGE sql AS 'SELECT 1'",
              "d REVOKE ALL ON PROCEDURE @x.np@n FROM PUBLIC",
              "d GRANT EXECUTE ON PROCEDURE @x.np@n TO @m"),
          piece(
              "function with a SQL body and settings",
              "d CREATE TABLE @x.sb@n (id int, v text)",
              "d CREATE FUNCTION @x.sf@n(wanted int DEFAULT 1) RETURNS TABLE (id int, v text)"
                  + " STABLE SECURITY DEFINER SET search_path = @x, pg_temp ROWS 10"
                  + " BEGIN ATOMIC SELECT t.id, t.v FROM @x.sb@n t WHERE t.id = wanted; END"),
          piece(
              "inheritance and a typed table",
              "d CREATE TABLE @x.pa@n (id int PRIMARY KEY, v text DEFAULT 'p' CHECK (v <> ''))",
              "d CREATE TABLE @x.ch@n (more int) INHERITS (@x.pa@n)",
              "d ALTER TABLE @x.ch@n ALTER v SET DEFAULT 'c'",
              "d INSERT INTO @x.ch@n VALUES (1, 'a', 2)",
              "d CREATE TYPE @x.ro@n AS (a int, b text)",
              "d CREATE TABLE @x.of@n OF @x.ro@n (a WITH OPTIONS NOT NULL DEFAULT 3)",
              "d INSERT INTO @x.of@n VALUES (1, 'x')"),
          piece(
              "exclusion, range type and deferred constraints",
              "d CREATE TYPE @x.ra@n AS RANGE (subtype = float8, subtype_diff = float8mi)",
              "d CREATE TABLE @x.ex@n (during @x.ra@n, n int UNIQUE DEFERRABLE INITIALLY DEFERRED,"
                  + " EXCLUDE USING gist (during WITH &&) WHERE (n > 0))",
              "d INSERT INTO @x.ex@n VALUES ('[1,2)', 1), ('[2,3)', 2)"),
          piece(
              "views on views",
              "d CREATE TABLE @x.vt@n (id int PRIMARY KEY, v text, n numeric(10,2))",
              "d INSERT INTO @x.vt@n VALUES (1, 'a', 1.5)",
              "d CREATE VIEW @x.v1@n WITH (security_barrier) AS SELECT id, v FROM @x.vt@n"
                  + " WHERE v ~ '^[a-z]' WITH LOCAL CHECK OPTION",
              "d CREATE VIEW @x.v2@n AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1"
                  + " FROM r WHERE i < 3) SELECT r.i, v.v, count(*) FILTER (WHERE v.id > 0) OVER w"
                  + " AS c FROM r LEFT JOIN @x.v1@n v ON v.id = r.i WINDOW w AS (PARTITION BY r.i)",
              "d CREATE VIEW @x.v3@n AS SELECT id, v, sum(n) AS s FROM @x.vt@n GROUP BY id",
              "d CREATE FUNCTION @x.vf@n() RETURNS trigger LANGUAGE plpgsql AS"
                  + " 'BEGIN RETURN NULL; END'",
              "d CREATE TRIGGER instead INSTEAD OF INSERT ON @x.v2@n FOR EACH ROW EXECUTE FUNCTION"
                  + " @x.vf@n()",
              "d ALTER VIEW @x.v1@n ALTER COLUMN v SET DEFAULT 'd'"),
          piece(
              "parameters of tables, columns and indexes",
              "d CREATE TABLE @x.pt@n (id bigserial PRIMARY KEY, big text, v int)"
                  + " WITH (fillfactor = 70, autovacuum_enabled = false)",
              "d ALTER TABLE @x.pt@n ALTER big SET STORAGE EXTERNAL, ALTER v SET STATISTICS 500",
              "d ALTER TABLE @x.pt@n ALTER v SET (n_distinct = -0.5)",
              "d CREATE UNIQUE INDEX pi@n ON @x.pt@n (v DESC NULLS LAST) INCLUDE (id)"
                  + " WITH (fillfactor = 60) WHERE v IS NOT NULL",
              "d ALTER TABLE @x.pt@n REPLICA IDENTITY FULL, CLUSTER ON pt@n_pkey",
              "d INSERT INTO @x.pt@n (big, v) SELECT repeat('x', 9000), i FROM generate_series(1,"
                  + " 3) i",
              "d SELECT setval('@x.pt@n_id_seq', 77, false)"),
          piece(
              "triggers of every kind",
              "d CREATE TABLE @x.tt@n (id int PRIMARY KEY, v int)",
              "d CREATE FUNCTION @x.tf@n() RETURNS trigger LANGUAGE plpgsql AS"
                  + " 'BEGIN RETURN NULL; END'",
              "d CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON @x.tt@n DEFERRABLE INITIALLY"
                  + " DEFERRED FOR EACH ROW WHEN (OLD.v IS DISTINCT FROM NEW.v) EXECUTE FUNCTION"
                  + " @x.tf@n('it''s')",
              "d CREATE TRIGGER tables AFTER INSERT ON @x.tt@n REFERENCING NEW TABLE AS added"
                  + " FOR EACH STATEMENT EXECUTE FUNCTION @x.tf@n()",
              "d CREATE TRIGGER off AFTER TRUNCATE ON @x.tt@n EXECUTE FUNCTION @x.tf@n()",
              "d ALTER TABLE @x.tt@n DISABLE TRIGGER off",
              "d INSERT INTO @x.tt@n VALUES (1, 1)"),
          piece(
              "operator class and collations of ICU",
              "d CREATE COLLATION @x.ic@n (provider = icu, locale = 'und-u-ks-level2',"
                  + " deterministic = false)",
              "d CREATE TABLE @x.io@n (name text COLLATE @x.ic@n UNIQUE)",
              "d INSERT INTO @x.io@n VALUES ('A'), ('b')",
              "s CREATE OPERATOR CLASS @x.oc@n FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2"
                  + " <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int,"
                  + " int)",
              "s ALTER OPERATOR CLASS @x.oc@n USING btree OWNER TO @d",
              "s ALTER OPERATOR FAMILY @x.oc@n USING btree OWNER TO @d"),
          piece(
              "policies of every kind",
              "d CREATE TABLE @x.rp@n (id int, owner text DEFAULT current_user)",
              "d ALTER TABLE @x.rp@n ENABLE ROW LEVEL SECURITY",
              "d CREATE POLICY own ON @x.rp@n USING (owner = current_user) WITH CHECK (id > 0)",
              "d CREATE POLICY strict ON @x.rp@n AS RESTRICTIVE FOR UPDATE TO @o, @m USING (id IN"
                  + " (SELECT i FROM generate_series(1, 3) i))",
              "d INSERT INTO @x.rp@n (id) VALUES (1), (2)"));

  private FurtherPieces() {}

  private static RandomPiece piece(String name, String... sql) {
    return new RandomPiece(name, List.of(sql));
  }
}
