package dev.gatehouse.mysql.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a rollback would not take back is found in the database, on each way that leads to it. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class LiveRulesTest {
  @Parameter Served served = Served.all().get(0);

  private TestDatabase database = served.engine().database();
  private final ScriptReader scripts = MySql.dialect().scripts().orElseThrow();

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_world() throws SQLException {
    database.close();
    database = served.engine().database();
    database.run(
        List.of(
            "CREATE TABLE orders (id INT PRIMARY KEY, total INT)",
            "CREATE TABLE plain (id INT PRIMARY KEY)",
            "CREATE TABLE Hits (id INT) ENGINE = MyISAM",
            "CREATE TABLE watched (id INT)",
            "CREATE VIEW hit_view AS SELECT id FROM Hits",
            "CREATE VIEW order_view AS SELECT id, total FROM orders",
            "CREATE TRIGGER count_hits AFTER INSERT ON watched FOR EACH ROW"
                + " INSERT INTO Hits VALUES (NEW.id)",
            "CREATE PROCEDURE harmless() INSERT INTO plain VALUES (1)",
            "CREATE PROCEDURE commits() BEGIN INSERT INTO plain VALUES (2); COMMIT; END",
            "CREATE PROCEDURE alters() CREATE TABLE more (id INT)",
            "CREATE PROCEDURE prepares() BEGIN SET @s = 'COMMIT'; PREPARE s FROM @s; EXECUTE s;"
                + " END",
            "CREATE PROCEDURE outer_one() CALL commits()",
            "CREATE PROCEDURE on_error() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION ROLLBACK;"
                + " INSERT INTO plain VALUES (3); END",
            "CREATE PROCEDURE writes_hits() INSERT INTO Hits VALUES (1)",
            "CREATE FUNCTION count_hit() RETURNS INT MODIFIES SQL DATA DETERMINISTIC"
                + " BEGIN INSERT INTO Hits VALUES (1); RETURN 1; END",
            "CREATE FUNCTION cut(n DECIMAL(10,3)) RETURNS DECIMAL(10,3) DETERMINISTIC"
                + " RETURN TRUNCATE(n, 1)"));
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private void judge(String sql) throws SQLException {
    try (Connection reading = MySql.dialect().openReading(Targets.of(database))) {
      scripts.refuseTogether(reading, scripts.read(Script.of("s.sql", "DO 1;\n" + sql)));
    }
  }

  private void refused(String sql, String why) {
    assertThatThrownBy(() -> judge(sql))
        .as(sql)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("s.sql:2  ")
        .hasMessageContaining(why);
  }

  @Test
  @Alternating.OnEach
  void tables_that_no_transaction_holds_are_refused_by_name_however_they_are_reached()
      throws Exception {
    String hits = "hits, engine MyISAM";
    refused("INSERT INTO Hits VALUES (1)", hits);
    refused("INSERT INTO `Hits` VALUES (1)", hits);
    refused("INSERT INTO " + database.name() + ".Hits VALUES (1)", hits);
    refused("REPLACE Hits SET id = 1", hits);
    refused("UPDATE orders JOIN Hits USING (id) SET Hits.id = 2", hits);
    refused("DELETE orders, Hits FROM orders JOIN Hits USING (id)", hits);
    refused("INSERT INTO hit_view VALUES (1)", hits);
    refused("INSERT INTO watched VALUES (1)", hits);
    refused("CALL writes_hits()", hits);
    refused("SELECT count_hit()", hits);
    refused("UPDATE orders SET total = count_hit()", hits);
    refused("INSERT INTO orders /*!50000 SELECT 1, id FROM Hits */", hits);
    refused("WITH c AS (SELECT 1) DELETE FROM Hits", hits);
  }

  @Test
  void routines_that_commit_are_refused() {
    refused("CALL commits()", "COMMIT");
    refused("CALL `commits`", "COMMIT");
    refused("CALL " + database.name() + ".commits()", "COMMIT");
    refused("CALL alters()", "CREATE");
    refused("CALL prepares()", "PREPARE");
    refused("CALL outer_one()", "COMMIT");
    refused("CALL on_error()", "ROLLBACK");
  }

  @Test
  void what_a_rollback_takes_back_is_not_refused() {
    for (String sql :
        List.of(
            "INSERT INTO orders SELECT id, id FROM Hits",
            "INSERT INTO orders SELECT id, id FROM hit_view",
            "UPDATE order_view SET total = 1",
            "UPDATE orders SET total = cut(1.25)",
            "SELECT COUNT(*) FROM Hits",
            "CALL harmless()",
            "INSERT INTO not_there_yet VALUES (1)")) {
      assertThatCode(() -> judge(sql)).as(sql).doesNotThrowAnyException();
    }
  }

  @Test
  void a_body_that_may_not_be_read_is_refused() throws Exception {
    var account = database.newAccount("app");
    String who = "'" + account.name() + "'@'%'";
    database.run("GRANT SELECT, INSERT, EXECUTE ON " + database.name() + ".* TO " + who);
    try (Connection reading = MySql.dialect().openReading(Targets.of(database, account))) {
      var statements = scripts.read(Script.of("s.sql", "CALL harmless()"));
      assertThatThrownBy(() -> scripts.refuseTogether(reading, statements))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("script.unread")
          .hasMessageContaining("routine " + database.name() + ".harmless");
    }
  }

  /** What was made after the plan is met before the statement is executed. */
  @Test
  void a_table_that_became_another_is_refused_before_it_is_written() throws Exception {
    var statement = scripts.read(Script.of("s.sql", "INSERT INTO later VALUES (1)")).get(0);
    try (Connection session = MySql.dialect().openWriting(Targets.of(database))) {
      database.run("CREATE TABLE later (id INT) ENGINE = MyISAM");
      assertThatThrownBy(() -> scripts.execute(session, statement)).isInstanceOf(Refusal.class);
      assertThat(Sql.one(session, "SELECT COUNT(*) FROM later")).isEqualTo("0");
    }
  }

  @Test
  void another_sql_mode_is_refused_where_it_reads_otherwise() throws Exception {
    try (Connection session = MySql.dialect().openWriting(Targets.of(database))) {
      Sql.run(session, "SET SESSION sql_mode = 'ANSI_QUOTES'");
      var doubles = scripts.read(Script.of("s.sql", "SELECT \"a;b\""));
      assertThatThrownBy(() -> scripts.refuseTogether(session, doubles))
          .hasMessageContaining("write names in backquotes");
      scripts.refuseTogether(session, scripts.read(Script.of("s.sql", "SELECT 'a'")));
      Sql.run(session, "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'");
      var backslash = scripts.read(Script.of("s.sql", "SELECT 'a\\\\'"));
      assertThatThrownBy(() -> scripts.refuseTogether(session, backslash))
          .hasMessageContaining("write texts without backslashes");
    }
  }
}
