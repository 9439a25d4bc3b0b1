package dev.gatehouse.postgres.backup;

import java.util.ArrayList;
import java.util.List;

/**
 * One thing that a database may hold. Each line of SQL begins with a letter for who says it: d its
 * ordinary owner, m a role that this is a member of, o one that it is not, i one whose privileges
 * it does not have although it is, s a superuser; @ before such a letter is the role's name,
 * {@code @x} a schema, {@code @n} a number.
 */
record RandomPiece(String name, List<String> sql) {
  static final List<RandomPiece> ALL = new ArrayList<>();

  private static final String CHECKED =
      "d CREATE FUNCTION @x.f@n(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS"
          + " 'BEGIN RETURN $1 > 0; END'";
  private static final String TABLE = "d CREATE TABLE @x.t@n (id int PRIMARY KEY, v text)";
  private static final String ROWS =
      "d INSERT INTO @x.t@n SELECT i, 'v' || i FROM generate_series(1, 9) i";

  /** Its function looks into a table by a name without a schema: no dump can make that again. */
  private static final String LOOKS =
      "d CREATE FUNCTION @x.g@n() RETURNS bigint STABLE LANGUAGE plpgsql AS"
          + " 'BEGIN RETURN (SELECT count(*) FROM t@n); END'";

  private static final String TRIGGER_FUNCTION =
      "CREATE FUNCTION @x.tr@n() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'";

  static {
    add(
        "check with a function",
        CHECKED,
        "d CREATE TABLE @x.c@n (a int CHECK (@x.f@n(a)))",
        "d INSERT INTO @x.c@n VALUES (1), (2)");
    add(
        "check with a function that looks into a table",
        TABLE,
        ROWS,
        "d CREATE FUNCTION @x.h@n(int) RETURNS bool STABLE LANGUAGE plpgsql AS"
            + " 'BEGIN RETURN EXISTS (SELECT FROM @x.t@n WHERE id = $1); END'",
        "d CREATE TABLE @x.a@n (a int CHECK (@x.h@n(a)))",
        "d INSERT INTO @x.a@n VALUES (1), (2)");
    add(
        "materialized view over a function",
        TABLE,
        ROWS,
        "d CREATE FUNCTION @x.k@n() RETURNS bigint STABLE LANGUAGE plpgsql AS"
            + " 'BEGIN RETURN (SELECT count(*) FROM @x.t@n); END'",
        "d CREATE MATERIALIZED VIEW @x.v@n AS SELECT @x.k@n() AS n");
    add(
        "materialized view over a function without a path",
        "d SET search_path = @x",
        TABLE,
        ROWS,
        LOOKS,
        "d CREATE MATERIALIZED VIEW @x.w@n AS SELECT @x.g@n() AS n",
        "d RESET search_path");
    add(
        "materialized view over another",
        TABLE,
        ROWS,
        "d CREATE MATERIALIZED VIEW @x.z@n AS SELECT * FROM @x.t@n",
        "d CREATE MATERIALIZED VIEW @x.a@n AS SELECT count(*) FROM @x.z@n");
    add(
        "generated column over a function",
        CHECKED,
        "d CREATE TABLE @x.e@n (a int, b bool GENERATED ALWAYS AS (@x.f@n(a)) STORED)",
        "d INSERT INTO @x.e@n VALUES (1), (0)");
    add(
        "index over a function",
        CHECKED,
        TABLE,
        ROWS,
        "d CREATE INDEX i@n ON @x.t@n (@x.f@n(id)) WHERE @x.f@n(id)");
    add(
        "index over a function without a path",
        "d SET search_path = @x",
        TABLE,
        ROWS,
        "d CREATE FUNCTION @x.l@n(int) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS"
            + " 'BEGIN RETURN (SELECT count(*) FROM t@n WHERE id > $1); END'",
        "d CREATE INDEX ON @x.t@n (@x.l@n(id))",
        "d RESET search_path");
    add(
        "domain over a function",
        CHECKED,
        "d CREATE DOMAIN @x.d@n AS int CHECK (@x.f@n(VALUE))",
        "d CREATE TABLE @x.u@n (a @x.d@n)",
        "d INSERT INTO @x.u@n VALUES (3)");
    add(
        "trigger",
        TABLE,
        ROWS,
        "d " + TRIGGER_FUNCTION,
        "d CREATE TRIGGER tg BEFORE INSERT ON @x.t@n FOR EACH ROW EXECUTE FUNCTION @x.tr@n()",
        "d ALTER TABLE @x.t@n ENABLE ALWAYS TRIGGER tg");
    add(
        "trigger over a superuser's function",
        TABLE,
        ROWS,
        "s " + TRIGGER_FUNCTION,
        "d CREATE TRIGGER tg BEFORE INSERT ON @x.t@n FOR EACH ROW EXECUTE FUNCTION @x.tr@n()");
    add(
        "event trigger of a superuser",
        "s CREATE FUNCTION @x.ev@n() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "s CREATE EVENT TRIGGER ev@n ON ddl_command_end EXECUTE FUNCTION @x.ev@n()");
    add(
        "partitions",
        "d CREATE TABLE @x.p@n (a int, b text) PARTITION BY RANGE (a)",
        "d CREATE TABLE @x.p@n_1 PARTITION OF @x.p@n FOR VALUES FROM (0) TO (10)",
        "d CREATE TABLE @x.p@n_2 PARTITION OF @x.p@n DEFAULT PARTITION BY HASH (b)",
        "d CREATE TABLE @x.p@n_3 PARTITION OF @x.p@n_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        "d INSERT INTO @x.p@n SELECT i, i FROM generate_series(1, 20) i");
    add(
        "extension of the owner",
        "d CREATE EXTENSION hstore SCHEMA @x",
        "d CREATE TABLE @x.hs@n (a int)");
    add(
        "extension in a schema of the owner",
        "d CREATE SCHEMA ext@n",
        "d CREATE EXTENSION citext SCHEMA ext@n",
        "d CREATE TABLE @x.ci@n (a ext@n.citext)",
        "d INSERT INTO @x.ci@n VALUES ('A')");
    add(
        "extension of a superuser",
        "s CREATE EXTENSION pg_trgm SCHEMA @x",
        "s COMMENT ON EXTENSION pg_trgm IS 'words'",
        TABLE,
        ROWS);
    add(
        "extension in a superuser's schema",
        "s CREATE SCHEMA sup@n",
        "s GRANT USAGE ON SCHEMA sup@n TO PUBLIC",
        "s COMMENT ON SCHEMA sup@n IS 'of all'",
        "s CREATE EXTENSION unaccent SCHEMA sup@n");
    add(
        "own extension in a superuser's schema",
        "s CREATE SCHEMA sup@n",
        "s GRANT USAGE, CREATE ON SCHEMA sup@n TO @d",
        "d CREATE EXTENSION pgcrypto SCHEMA sup@n",
        "d CREATE TABLE @x.pc@n (a int, b bytea DEFAULT sup@n.digest('a', 'sha256'))",
        "d INSERT INTO @x.pc@n VALUES (1)");
    add(
        "grants on a member of an extension",
        "s CREATE EXTENSION fuzzystrmatch SCHEMA @x",
        "s DO $$ BEGIN EXECUTE (SELECT 'REVOKE EXECUTE ON FUNCTION ' || p.oid::regprocedure ||"
            + " ' FROM PUBLIC' FROM pg_proc p WHERE proname = 'soundex'); EXECUTE (SELECT 'GRANT"
            + " EXECUTE ON FUNCTION ' || p.oid::regprocedure || ' TO @d, @o' FROM pg_proc p WHERE"
            + " proname = 'soundex'); END $$");
    add(
        "grants on a member of an untrusted extension",
        "s CREATE EXTENSION pg_stat_statements SCHEMA @x",
        "s DO $$ BEGIN EXECUTE (SELECT 'GRANT SELECT ON ' || c.oid::regclass || ' TO @o' FROM"
            + " pg_class c WHERE relname = 'pg_stat_statements'); END $$");
    add(
        "foreign table",
        "s CREATE EXTENSION postgres_fdw",
        "s GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO @d",
        "d CREATE SERVER far@n FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1')",
        "d CREATE USER MAPPING FOR @d SERVER far@n OPTIONS (user 'x')",
        "d CREATE FOREIGN TABLE @x.ft@n (a int) SERVER far@n");
    add(
        "foreign table of a superuser's server",
        "s CREATE EXTENSION postgres_fdw",
        "s CREATE SERVER there@n FOREIGN DATA WRAPPER postgres_fdw",
        "s GRANT USAGE ON FOREIGN SERVER there@n TO @d",
        "d CREATE FOREIGN TABLE @x.fs@n (a int) SERVER there@n");
    add(
        "default privileges",
        "d ALTER DEFAULT PRIVILEGES IN SCHEMA @x GRANT SELECT ON TABLES TO @o",
        "d ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC");
    add(
        "default privileges of a member's role",
        "m ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO @o");
    add(
        "default privileges of another role",
        "o ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO @d");
    add(
        "default privileges of a superuser",
        "s ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO @d");
    add("large object", "d SELECT lo_from_bytea(0, '\\x6162')");
    add(
        "large object with rights",
        "d DO $$ BEGIN EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO @o',"
            + " lo_from_bytea(0, '\\x62')); END $$");
    add("large object of a member's role", "m SELECT lo_from_bytea(0, '\\x6364')");
    add(
        "large object of another role",
        "o DO $$ BEGIN EXECUTE format('GRANT SELECT ON LARGE OBJECT %s TO @d',"
            + " lo_from_bytea(0, '\\x65')); END $$");
    add(
        "subscription",
        "s CREATE SUBSCRIPTION sub@n_@d CONNECTION 'host=127.0.0.1 port=1'"
            + " PUBLICATION p WITH (connect = false, slot_name = NONE)");
    add("publication", TABLE, ROWS, "d CREATE PUBLICATION pub@n FOR TABLE @x.t@n");
    add("publication of all tables", "s CREATE PUBLICATION all@n FOR ALL TABLES");
    add(
        "given publication of all tables",
        "s CREATE PUBLICATION each@n FOR ALL TABLES",
        "s GRANT CREATE ON DATABASE @b TO @m");
    add("table of a member's role", TABLE, ROWS, "s ALTER TABLE @x.t@n OWNER TO @m");
    add(
        "table of a role without its privileges",
        TABLE,
        ROWS,
        "d GRANT USAGE ON SCHEMA @x TO @i",
        "s ALTER TABLE @x.t@n OWNER TO @i",
        "i GRANT SELECT ON @x.t@n TO @d");
    add("function of a member's role", CHECKED, "s ALTER FUNCTION @x.f@n(int) OWNER TO @m");
    add(
        "schema of a member's role", "d GRANT CREATE ON DATABASE @b TO @m",
        "m CREATE SCHEMA mem@n", "m CREATE TABLE mem@n.t AS SELECT 1 AS a");
    add(
        "table in the schema of a member's role", "d GRANT CREATE ON DATABASE @b TO @m",
        "m CREATE SCHEMA of@n", "m GRANT CREATE, USAGE ON SCHEMA of@n TO @d",
        "d CREATE TABLE of@n.t AS SELECT 1 AS a", "d CREATE VIEW of@n.v AS SELECT * FROM of@n.t");
    add(
        "schema of another role", "d GRANT CREATE ON DATABASE @b TO @o",
        "o CREATE SCHEMA oth@n", "o GRANT USAGE ON SCHEMA oth@n TO @d",
        "o CREATE TABLE oth@n.t AS SELECT 1 AS a", "o GRANT SELECT ON oth@n.t TO @d");
    add(
        "schema of a member's role without CREATE on the database",
        "s CREATE SCHEMA less@n",
        "s ALTER SCHEMA less@n OWNER TO @m",
        "s CREATE TABLE less@n.t AS SELECT 1 AS a",
        "s ALTER TABLE less@n.t OWNER TO @m");
    add(
        "table of another role",
        TABLE,
        ROWS,
        "d GRANT CREATE, USAGE ON SCHEMA @x TO @o",
        "s ALTER TABLE @x.t@n OWNER TO @o",
        "o GRANT SELECT ON @x.t@n TO @d");
    add(
        "sequence and view of a member's role",
        "s CREATE SEQUENCE @x.q@n",
        "s ALTER SEQUENCE @x.q@n OWNER TO @m",
        "s CREATE VIEW @x.y@n AS SELECT 1 AS a",
        "s ALTER VIEW @x.y@n OWNER TO @m",
        "s CREATE TYPE @x.mood@n AS ENUM ('a', 'b')",
        "s ALTER TYPE @x.mood@n OWNER TO @m");
    add(
        "grant handed on",
        TABLE,
        ROWS,
        "d GRANT SELECT ON @x.t@n TO @m WITH GRANT OPTION",
        "d GRANT USAGE ON SCHEMA @x TO @m",
        "m GRANT SELECT ON @x.t@n TO @o");
    add(
        "grant handed on by another",
        TABLE,
        ROWS,
        "d GRANT SELECT ON @x.t@n TO @o WITH GRANT OPTION",
        "d GRANT USAGE ON SCHEMA @x TO @o",
        "o GRANT SELECT ON @x.t@n TO @m");
    add(
        "row security",
        TABLE,
        ROWS,
        "d ALTER TABLE @x.t@n ENABLE ROW LEVEL SECURITY",
        "d CREATE POLICY pol ON @x.t@n FOR SELECT TO @o USING (id > 3)");
    add("leakproof function", CHECKED, "s ALTER FUNCTION @x.f@n(int) LEAKPROOF");
    add(
        "function with a superuser's setting",
        CHECKED,
        "s ALTER FUNCTION @x.f@n(int) SET log_min_duration_statement = 5");
    add(
        "binary cast",
        "d CREATE TYPE @x.one@n AS (a int)",
        "s CREATE TYPE @x.two@n AS (a int)",
        "s ALTER TYPE @x.two@n OWNER TO @d",
        "s GRANT CREATE ON SCHEMA @x TO @d");
    add(
        "cast over a function",
        "d CREATE TYPE @x.ct@n AS (a int)",
        "d CREATE FUNCTION @x.cf@n(@x.ct@n) RETURNS int LANGUAGE sql AS 'SELECT $1.a'",
        "d CREATE CAST (@x.ct@n AS int) WITH FUNCTION @x.cf@n(@x.ct@n)");
    add(
        "aggregate and operator",
        CHECKED,
        "d CREATE FUNCTION @x.pl@n(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 +"
            + " $2'",
        "d CREATE AGGREGATE @x.ag@n(int) (SFUNC = @x.pl@n, STYPE = int, INITCOND = '0')",
        "d CREATE OPERATOR @x.<+> (LEFTARG = int, RIGHTARG = int, FUNCTION = @x.pl@n)",
        "d CREATE VIEW @x.av@n AS SELECT @x.ag@n(i) FROM generate_series(1, 3) i");
    add(
        "aggregate with an internal state",
        "s CREATE AGGREGATE @x.ai@n(float8) (SFUNC = float8_accum, STYPE = float8[], COMBINEFUNC ="
            + " float8_combine, INITCOND = '{0,0,0}')",
        "s ALTER AGGREGATE @x.ai@n(float8) OWNER TO @d",
        "s CREATE AGGREGATE @x.as@n(numeric) (SFUNC = numeric_avg_accum, STYPE = internal,"
            + " FINALFUNC = numeric_avg)",
        "s ALTER AGGREGATE @x.as@n(numeric) OWNER TO @d");
    add(
        "text search and collation",
        "d CREATE COLLATION @x.co@n FROM \"C\"",
        "d CREATE TEXT SEARCH DICTIONARY @x.di@n (TEMPLATE = simple)",
        "d CREATE TEXT SEARCH CONFIGURATION @x.tc@n (COPY = simple)",
        "d CREATE TABLE @x.tx@n (a text COLLATE @x.co@n)",
        "d CREATE INDEX ON @x.tx@n USING gin (to_tsvector('@x.tc@n', a))");
    add(
        "rule and statistics",
        TABLE,
        ROWS,
        "d CREATE RULE r AS ON DELETE TO @x.t@n DO ALSO NOTIFY gone",
        "d CREATE STATISTICS @x.st@n ON id, v FROM @x.t@n");
    add(
        "foreign keys in a circle",
        "d CREATE TABLE @x.fk@n (id int PRIMARY KEY, o int)",
        "d CREATE TABLE @x.fl@n (id int PRIMARY KEY, o int REFERENCES @x.fk@n)",
        "d INSERT INTO @x.fk@n VALUES (1, 1)",
        "d INSERT INTO @x.fl@n VALUES (1, 1)",
        "d ALTER TABLE @x.fk@n ADD FOREIGN KEY (o) REFERENCES @x.fl@n DEFERRABLE");
    add("constraint not valid", TABLE, ROWS, "d ALTER TABLE @x.t@n ADD CHECK (id > 5) NOT VALID");
    add(
        "rights on columns and types",
        TABLE,
        ROWS,
        "d GRANT SELECT (id) ON @x.t@n TO @o",
        "d CREATE TYPE @x.en@n AS ENUM ('a')",
        "d REVOKE USAGE ON TYPE @x.en@n FROM PUBLIC",
        "d GRANT USAGE ON TYPE @x.en@n TO @o");
    add(
        "rights on what the server brought",
        "s REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC",
        "s GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) TO @d");
    add(
        "procedure of untrusted code",
        "s CREATE FUNCTION @x.cc@n(int) RETURNS int LANGUAGE internal AS 'int4abs'",
        "s ALTER FUNCTION @x.cc@n(int) OWNER TO @d");
    add(
        "unlogged table and identity",
        "d CREATE UNLOGGED TABLE @x.ul@n (id int GENERATED ALWAYS AS IDENTITY, v text)",
        "d INSERT INTO @x.ul@n (v) VALUES ('a')");
    ALL.addAll(FurtherPieces.ALL);
  }

  private static void add(String name, String... sql) {
    ALL.add(new RandomPiece(name, List.of(sql)));
  }

  boolean bySuperuser() {
    return sql.stream().anyMatch(line -> line.startsWith("s ")) || name.contains("another");
  }
}
