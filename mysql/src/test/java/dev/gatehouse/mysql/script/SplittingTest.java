package dev.gatehouse.mysql.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where statements begin and end, and which of them no transaction holds. */
class SplittingTest {
  private final MySqlScripts scripts = new MySqlScripts();

  private List<String> statements(String text) {
    return scripts.read(Script.of("s.sql", text)).stream().map(ScriptStatement::sql).toList();
  }

  @Test
  void quotes_comments_and_backslashes_hide_a_semicolon() {
    assertThat(statements("SELECT ';', \";\", `a;b`, 'it''s;', 'a\\';', \"\\\";\", '\\\\'; DO 1"))
        .containsExactly("SELECT ';', \";\", `a;b`, 'it''s;', 'a\\';', \"\\\";\", '\\\\'", "DO 1");
    assertThat(statements("-- a;\n# b;\n/* c; */ DO 1 -- ;\n; DO 2 # ;\n;"))
        .containsExactly("DO 1", "DO 2");
    assertThat(statements("SELECT 5--1; SELECT 5 -- 1;\n;SELECT 5--\t1;\n"))
        .containsExactly("SELECT 5--1", "SELECT 5", "SELECT 5");
    assertThat(statements("SELECT `a``;b`; SELECT 1 /* ' */ + 1;"))
        .containsExactly("SELECT `a``;b`", "SELECT 1 /* ' */ + 1");
    assertThat(statements("INSERT /*+ x; */ INTO t VALUES (1)"))
        .containsExactly("INSERT /*+ x; */ INTO t VALUES (1)");
  }

  @Test
  void a_delimiter_ends_statements_until_the_next_one() {
    assertThat(statements("DELIMITER //\nDO 1//\nDO 2\n//\ndelimiter ;\nDO 3;"))
        .containsExactly("DO 1", "DO 2", "DO 3");
    assertThat(statements("DELIMITER $$\nSELECT a$$ SELECT '$$' $$"))
        .containsExactly("SELECT a", "SELECT '$$'");
    assertThat(scripts.read(Script.of("s.sql", "DELIMITER //\n\nDO\n1//\nDO 2//")))
        .extracting(ScriptStatement::line)
        .containsExactly(3, 5);
  }

  @Test
  void an_executable_comment_is_read_as_if_it_were_executed() {
    assertThat(statements("/*!40101 SET @a = 1 */; SELECT 1 /*!50000 + 1 */;"))
        .containsExactly("/*!40101 SET @a = 1 */", "SELECT 1 /*!50000 + 1 */");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COMMIT",
        "rollback",
        "BEGIN",
        "START TRANSACTION",
        "SAVEPOINT a",
        "RELEASE SAVEPOINT a",
        "ROLLBACK TO a",
        "SET autocommit = 0",
        "SET @@autocommit = 1",
        "SET SESSION autocommit = 1",
        "SET TRANSACTION READ ONLY",
        "SET SESSION TRANSACTION READ ONLY",
        "XA START 'a'",
        "/*!50000 COMMIT */",
        "/*! COMMIT */",
        "/*M! COMMIT */",
        "/*M!100100 COMMIT*/",
        "/* x */ COMMIT",
        "-- x\nCOMMIT",
        "# x\nCOMMIT",
        "COMMIT AND CHAIN",
        "BEGIN NOT ATOMIC",
        "ALTER TABLE t ADD a INT",
        "CREATE TABLE t (a INT)",
        "CREATE INDEX i ON t (a)",
        "DROP TABLE t",
        "RENAME TABLE a TO b",
        "TRUNCATE t",
        "TRUNCATE TABLE t",
        "CREATE VIEW v AS SELECT 1",
        "CREATE USER u",
        "DROP USER u",
        "GRANT SELECT ON t TO u",
        "REVOKE SELECT ON t FROM u",
        "SET PASSWORD = 'x'",
        "ANALYZE TABLE t",
        "OPTIMIZE TABLE t",
        "REPAIR TABLE t",
        "CHECK TABLE t",
        "CACHE INDEX t IN k",
        "LOAD INDEX INTO CACHE t",
        "LOCK TABLES t WRITE",
        "UNLOCK TABLES",
        "LOCK INSTANCE FOR BACKUP",
        "FLUSH TABLES",
        "RESET MASTER",
        "INSTALL PLUGIN a SONAME 'b'",
        "UNINSTALL PLUGIN a",
        "KILL 5",
        "BACKUP STAGE START",
        "CREATE SEQUENCE s",
        "LOAD DATA INFILE 'x' INTO TABLE t",
        "PREPARE s FROM 'COMMIT'",
        "EXECUTE s",
        "HANDLER t OPEN",
        "USE other",
        "SHUTDOWN",
        "SELECT 1 INTO OUTFILE '/tmp/x'",
        "SELECT 1 INTO DUMPFILE '/tmp/x'",
        "SET GLOBAL max_connections = 5",
        "SET @@GLOBAL.max_connections = 5",
        "SET PERSIST max_connections = 5",
        "SET sql_log_bin = 0",
        "SET sql_mode = ''",
        "SET NAMES latin1",
        "SET CHARACTER SET latin1",
        "SET @a = 1, GLOBAL max_connections = 5",
        "SET foreign_key_checks = 0",
        "SET completion_type = 2",
        "SET ROLE admin",
        "SET DEFAULT ROLE admin TO u",
        "DO RELEASE_ALL_LOCKS()",
        "SELECT RELEASE_LOCK('a')",
        "SELECT `RELEASE_LOCK`('a')",
        "SELECT GET_LOCK('a', 1)",
        "PURGE BINARY LOGS TO 'a'",
        "CHANGE MASTER TO a = 'b'",
        "BINLOG 'abc'",
        "FROBNICATE",
        "/*!50000 SELECT */ 1",
        "/*!99999 SELECT */ DELETE FROM t",
        "\\! rm -rf /",
        "source x.sql",
        "system ls",
        "\\. x.sql",
        "tee out.txt",
        "pager less",
        "edit",
        "connect other",
        "DELIMITER",
        "DELIMITER ab",
        "SELECT 1\\G",
        "DO 1 \\g",
        "DELIMITER //\nDO 1; DO 2//",
        "SELECT 'open",
        "/* open",
        "/*!50000 DO 1; */",
        "/*! DO 1"
      })
  void what_no_transaction_holds_is_refused_with_its_line(String escape) {
    String script = "INSERT INTO t VALUES (1);\n\n" + escape + ";\n";
    assertThatThrownBy(() -> scripts.read(Script.of("003_orders.sql", script)))
        .isInstanceOf(Refusal.class)
        .hasMessageMatching("(?s).*003_orders\\.sql:[3-5].*fix +\\S.*");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t (a) VALUES ('COMMIT')",
        "REPLACE t SET a = 1",
        "UPDATE t SET a = 1",
        "DELETE FROM t",
        "SELECT * FROM t FOR UPDATE",
        "(SELECT 1)",
        "SET @a = 1, @b := 2",
        "WITH c AS (SELECT 1) SELECT * FROM c",
        "CALL p(1)",
        "DO SLEEP(0)",
        "SELECT 1 INTO @a",
        "CREATE TEMPORARY TABLE x (a INT)",
        "DROP TEMPORARY TABLE x",
        "SET time_zone = '+00:00'",
        "SET SESSION group_concat_max_len = 5",
        "SET @@SESSION.time_zone = '+00:00'",
        "SET NAMES utf8mb4",
        "INSERT INTO commits (rollback_at) SELECT 1",
        "EXPLAIN SELECT 1",
        "SELECT TRUNCATE(1.5, 0)",
        "SHOW WARNINGS",
        "TABLE t",
        "VALUES ROW(1)"
      })
  void what_a_transaction_holds_is_read(String held) {
    assertThat(statements(held)).containsExactly(held);
  }

  @Test
  void the_message_is_whole() {
    assertThatThrownBy(() -> statements("DO 1;\nALTER TABLE orders\n ADD total INT;"))
        .hasMessage(
            """
            a script holds what no transaction holds
              expected  statements that one transaction can hold
              found     s.sql:2  ALTER TABLE orders ADD total INT
              fix       take it out: the server commits the transaction before it; execute it in a step of its own, before or after this one: command("mysql", ...)
              code      script.not-transactional""");
  }
}
