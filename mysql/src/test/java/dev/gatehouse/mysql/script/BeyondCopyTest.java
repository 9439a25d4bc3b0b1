package dev.gatehouse.mysql.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Which statements of a rehearsal would touch more than the copy they are executed on. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class BeyondCopyTest {
  private static final List<String> BEYOND =
      List.of(
          "UPDATE %s.orders SET total = 1",
          "UPDATE `%s`.`orders` SET total = 1",
          "UPDATE /* where */ %s . orders SET total = 1",
          "UPDATE /*!50000 %s.*/orders SET total = 1",
          "INSERT INTO nowhere.orders VALUES (1)",
          "DELETE FROM mysql.user",
          "UPDATE performance_schema.setup_consumers SET enabled = 'NO'",
          "CALL sys.execute_prepared_stmt('DROP DATABASE x')",
          "INSERT INTO seen SELECT id FROM orders WHERE LOAD_FILE('/etc/hosts') IS NULL",
          "CALL dynamic()",
          "CALL through()",
          "INSERT INTO quiet VALUES (1)",
          "INSERT INTO far VALUES (1)",
          "SELECT \"x\" INTO OUTFILE '/tmp/x'",
          "LOAD DATA INFILE '/tmp/x' INTO TABLE seen",
          "SET GLOBAL max_connections = 1",
          "SET PASSWORD = 'x'",
          "SET @@GLOBAL.max_connections = 1",
          "SET SESSION sql_log_bin = 1",
          "USE mysql",
          "KILL 1",
          "FLUSH TABLES",
          "SHUTDOWN",
          "INSTALL PLUGIN p SONAME 'p.so'",
          "PREPARE p FROM 'SELECT 1'",
          "EXECUTE IMMEDIATE 'SELECT 1'",
          "BEGIN NOT ATOMIC DROP DATABASE x; END",
          "CREATE FUNCTION f () RETURNS INT LANGUAGE JAVASCRIPT AS 'return 1'",
          "CREATE USER stray",
          "CREATE USER IF NOT EXISTS stray",
          "ALTER USER CURRENT_USER() ACCOUNT LOCK",
          "DROP ROLE stray",
          "GRANT SELECT ON *.* TO CURRENT_USER()",
          "REVOKE SELECT ON orders FROM CURRENT_USER()",
          "RENAME USER a TO b",
          "CREATE DATABASE stray",
          "CREATE SCHEMA stray",
          "DROP DATABASE %s",
          "ALTER DATABASE CHARACTER SET latin1",
          "CREATE SERVER far FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'h')",
          "CREATE FUNCTION sys_exec RETURNS INT SONAME 'lib_mysqludf_sys.so'",
          "CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO DELETE FROM orders",
          "ALTER EVENT e ENABLE",
          "ALTER TABLE orders RENAME TO %s.other",
          "RENAME TABLE orders TO %s.other",
          "CREATE TABLE a (x INT) DATA DIRECTORY = '/tmp'",
          "CREATE TABLE a (x INT) ENGINE = FEDERATED CONNECTION = 'mysql://h/d/t'",
          "CREATE TABLE a (x INT) ENGINE MERGE UNION = (orders)",
          "CREATE TABLESPACE s ADD DATAFILE 's.ibd'",
          "CREATE TABLE a LIKE %s.orders",
          "CREATE TABLE a (x INT, FOREIGN KEY (x) REFERENCES %s.orders (id))",
          "CREATE VIEW v AS SELECT * FROM %s.orders",
          "CREATE TRIGGER g BEFORE INSERT ON seen FOR EACH ROW DELETE FROM %s.orders",
          "CREATE PROCEDURE p () CREATE USER stray",
          "CREATE PROCEDURE p () SET GLOBAL max_connections = 1");

  /** What a copy holds all of. */
  private static final List<String> WITHIN =
      List.of(
          "-- a comment only",
          "UPDATE orders SET total = 1.5 WHERE note = 'mysql.user; DROP DATABASE x'",
          "UPDATE orders o SET o.total = o.total + 1 -- mysql.user",
          "UPDATE orders SET orders.total = 1",
          "INSERT INTO seen SELECT c.id FROM (SELECT id FROM orders) c",
          "WITH c AS (SELECT id FROM seen) SELECT c.id FROM c",
          "SELECT table_name FROM information_schema.tables",
          "SELECT @@session.sql_mode, @a.b",
          "CALL more()",
          "INSERT INTO within VALUES (1)",
          "SET SESSION lock_wait_timeout = 5",
          "CREATE TABLE a (x INT, FOREIGN KEY (x) REFERENCES orders (id)) ENGINE = InnoDB",
          "CREATE TABLE a (directory INT, engine VARCHAR(9)) ENGINE MyISAM",
          "CREATE TEMPORARY TABLE a (x INT)",
          "CREATE UNIQUE INDEX i ON orders (total)",
          "CREATE OR REPLACE ALGORITHM = MERGE DEFINER = ada@h.example SQL SECURITY INVOKER VIEW v AS"
              + " SELECT 1 AS x",
          "CREATE DEFINER = `event`@`%` TRIGGER g BEFORE INSERT ON seen FOR EACH ROW SET NEW.id = 1",
          "CREATE PROCEDURE p () BEGIN DECLARE n INT; UPDATE orders SET total = n; END",
          "ALTER TABLE orders ADD COLUMN user INT, DROP COLUMN note",
          "RENAME TABLE orders TO others",
          "DROP TABLE IF EXISTS a, b",
          "DROP EVENT IF EXISTS e",
          "TRUNCATE TABLE seen",
          "ANALYZE TABLE seen");

  @Parameter Served served = Served.all().get(0);
  private TestDatabase database;
  private Target target;
  private Connection reading;

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_shop() throws Exception {
    database = served.engine().database();
    target =
        Target.at(
            "shop",
            database.jdbcUrl(served.driver()),
            database.account(),
            database.secret(),
            MySql.dialect());
    database.run(
        List.of(
            "CREATE TABLE orders (id INT PRIMARY KEY, total INT, note VARCHAR(9))",
            "CREATE TABLE seen (id INT PRIMARY KEY)",
            "CREATE TABLE quiet (id INT PRIMARY KEY)",
            "CREATE VIEW within AS SELECT o.id FROM orders o",
            "CREATE VIEW far AS SELECT user FROM mysql.user",
            "CREATE PROCEDURE more () UPDATE orders SET total = total + 1",
            "CREATE PROCEDURE dynamic () BEGIN PREPARE p FROM 'SELECT 1'; EXECUTE p; END",
            "CREATE PROCEDURE through () CALL dynamic()",
            "CREATE TRIGGER goes BEFORE INSERT ON quiet FOR EACH ROW"
                + " INSERT INTO nowhere.x VALUES (1)"));
    reading = target.dialect().openReading(target);
  }

  @AfterEach
  void drop() throws Exception {
    reading.close();
    database.close();
  }

  private List<String> beyond(String statement) throws Exception {
    return BeyondCopy.of(List.of(statement, "-- and nothing else"), reading);
  }

  @Test
  @Alternating.OnEach
  void what_leaves_it_is_found() throws Exception {
    for (String statement : BEYOND.stream().filter(served::takes).toList()) {
      assertThat(beyond(statement.replace("%s", database.name()))).as(statement).isNotEmpty();
    }
  }

  @Test
  void what_stays_is_let_pass() throws Exception {
    for (String statement : WITHIN) {
      assertThat(beyond(statement)).as(statement).isEmpty();
    }
  }

  @Test
  void functions_that_this_account_may_not_see_are_not_taken_for_none() throws Exception {
    Account plain = database.newAccount("plain");
    database.run("GRANT ALL ON " + database.name() + ".* TO " + plain.name());
    Target own =
        Target.at(
            "shop",
            database.jdbcUrl(served.driver()),
            plain.name(),
            plain.secret(),
            MySql.dialect());
    try (Connection poor = own.dialect().openReading(own)) {
      assertThat(BeyondCopy.of(List.of("INSERT INTO seen SELECT f (1)"), poor).toString())
          .contains("may not see: GRANT SELECT ON mysql.func");
      assertThat(BeyondCopy.of(List.of("UPDATE seen SET id = 1"), poor)).isEmpty();
    }
  }

  @Test
  void it_is_told_in_these_words() throws Exception {
    assertThat(beyond("DELETE FROM mysql.user"))
        .containsExactly("database mysql in DELETE FROM mysql.user");
    assertThat(beyond("CALL through()"))
        .containsExactly(
            "what this does, its text does not tell: prepare in routine %s.dynamic"
                .formatted(database.name()));
    assertThat(beyond("DROP ROLE stray")).containsExactly("DROP ROLE stray");
  }
}
