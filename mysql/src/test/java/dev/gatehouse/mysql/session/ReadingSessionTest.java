package dev.gatehouse.mysql.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A session for reading takes statements that read, and no other, whatever the server lets pass.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class ReadingSessionTest {
  private static final List<String> REFUSED =
      List.of(
          ("SET GLOBAL max_connections = 99|SET @@GLOBAL.max_connections = 99|SET @a = 1|SET NAMES"
                  + " latin1|SET SESSION TRANSACTION READ WRITE|SET TRANSACTION READ WRITE|START"
                  + " TRANSACTION|START TRANSACTION READ WRITE|BEGIN|COMMIT|ROLLBACK|COMMIT AND"
                  + " CHAIN|FLUSH TABLES|FLUSH LOGS|FLUSH TABLES WITH READ LOCK|PURGE BINARY LOGS"
                  + " BEFORE NOW()|RESET MASTER|ANALYZE TABLE t|OPTIMIZE TABLE t|REPAIR TABLE"
                  + " t|CHECK TABLE t|CACHE INDEX t IN k|LOAD INDEX INTO CACHE t|KILL 1|KILL QUERY"
                  + " 1|SELECT GET_LOCK('a', 0)|SELECT `GET_LOCK`('a', 0)|SELECT"
                  + " RELEASE_ALL_LOCKS()|DO RELEASE_ALL_LOCKS()|DO SLEEP(0)|SELECT"
                  + " SLEEP(0)|SELECT BENCHMARK(1, 1)|SELECT LOAD_FILE('/etc/passwd')|HANDLER t"
                  + " OPEN|LOCK TABLES t READ|UNLOCK TABLES|INSERT INTO t VALUES (9)|REPLACE t"
                  + " VALUES (9)|UPDATE t SET a = 9|DELETE FROM t|TRUNCATE t|CREATE TABLE u (a"
                  + " INT)|CREATE TEMPORARY TABLE u (a INT)|DROP TABLE t|ALTER TABLE t ADD b"
                  + " INT|RENAME TABLE t TO u|CREATE USER u|GRANT SELECT ON *.* TO u|PREPARE s FROM"
                  + " 'DELETE FROM t'|EXECUTE s|CALL p()|USE mysql|XA START 'x'|SAVEPOINT"
                  + " a|INSTALL PLUGIN a SONAME 'b'|SELECT a FROM t INTO OUTFILE '/tmp/x'|SELECT a"
                  + " FROM t INTO @x|SELECT a FROM t FOR UPDATE|SELECT a FROM t FOR SHARE|SELECT a"
                  + " FROM t LOCK IN SHARE MODE|WITH c AS (SELECT 1) DELETE FROM t|EXPLAIN ANALYZE"
                  + " SELECT 1|/*!50000 DELETE FROM t */|SELECT 1 /*!50000 FOR UPDATE */|SELECT 1;"
                  + " DELETE FROM t|SELECT 1; SELECT 2|(DELETE FROM t)|SELECT sets_global()|SELECT"
                  + " `sets_global`()|SELECT g FROM calls|SELECT 'open|BACKUP STAGE START|CHANGE"
                  + " MASTER TO MASTER_HOST = 'x'|BINLOG 'x'|LOAD DATA INFILE 'x' INTO TABLE t")
              .split("\\|"));

  private static final List<String> ADMITTED =
      List.of(
          "SELECT a FROM t",
          "(SELECT a FROM t) UNION (SELECT 2)",
          "WITH c AS (SELECT 1) SELECT * FROM c",
          "SHOW TABLES",
          "SHOW CREATE TABLE t",
          "DESCRIBE t",
          "EXPLAIN SELECT a FROM t",
          "CHECKSUM TABLE t",
          "SELECT REPLACE('a', 'b', 'c'), INSERT('abc', 1, 1, 'x'), 'INTO OUTFILE', `a` FROM t",
          "SELECT harmless(a) FROM t -- delete; all",
          "SELECT 1;",
          "SELECT IS_USED_LOCK('a'), @@max_connections");

  @Parameter Served served = Served.all().get(0);

  static List<Served> servers() {
    return Served.all();
  }

  @Test
  void statements_that_do_more_than_read_are_refused() throws Exception {
    assertThat(REFUSED).hasSizeGreaterThan(60);
    try (TestDatabase database = served.engine().database();
        Connection admin = database.connect()) {
      prepare(admin);
      String before = state(admin);
      for (String driver : List.of("mysql", "mariadb")) {
        String url = database.jdbcUrl(driver);
        try (Connection reading =
            MySql.dialect().openReading(Targets.at(url, served.engine().admin()))) {
          for (String sql : REFUSED) {
            assertThatThrownBy(() -> Sql.run(reading, sql))
                .as("%s by %s", sql, driver)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("a session for reading does not");
            assertThatThrownBy(() -> reading.prepareStatement(sql).close())
                .as("%s prepared by %s", sql, driver)
                .hasMessageContaining("a session for reading does not");
          }
          for (String sql : ADMITTED) {
            assertThatCode(() -> Sql.rows(reading, sql))
                .as("%s by %s", sql, driver)
                .doesNotThrowAnyException();
          }
          assertThat(reading.getMetaData().getConnection()).isSameAs(reading);
          assertThat(reading.createStatement().getConnection()).isSameAs(reading);
        }
      }
      assertThat(state(admin)).isEqualTo(before);
    }
  }

  private static void prepare(Connection admin) throws SQLException {
    for (String sql :
        List.of(
            "CREATE TABLE t (a INT)",
            "INSERT INTO t VALUES (1)",
            "CREATE FUNCTION sets_global() RETURNS INT DETERMINISTIC BEGIN SET GLOBAL"
                + " max_connections = 99; RETURN 1; END",
            "CREATE FUNCTION harmless(n INT) RETURNS INT DETERMINISTIC RETURN n + 1",
            "CREATE VIEW calls AS SELECT sets_global() AS g")) {
      Sql.run(admin, sql);
    }
  }

  private static String state(Connection admin) throws SQLException {
    return Sql.rows(admin, "SELECT a FROM t") + Sql.one(admin, "SELECT @@GLOBAL.max_connections");
  }
}
