package dev.gatehouse.mysql.script;

import java.util.List;
import java.util.Random;

/**
 * Statements that make a random view, trigger, routine or event named {@code made}, some of which
 * no server accepts. They read the tables {@code plain (a)} and {@code Orders (id, state, total)}.
 */
final class RandomProgram {
  private static final List<String> KINDS =
      List.of("VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT");

  private static final List<String> SELECTS =
      List.of(
          "SELECT a FROM plain",
          "SELECT * FROM plain WHERE a > 1",
          "SELECT o.state, COUNT(*) AS n FROM Orders o LEFT JOIN plain p ON p.a = o.id GROUP BY 1",
          "SELECT 'x; -- y' AS t, `a` + 1 AS `b``c` FROM `plain`",
          "SELECT a FROM plain UNION SELECT id FROM Orders",
          "SELECT a FROM plain WHERE a IN (SELECT id FROM Orders) WITH CHECK OPTION",
          "SELECT a FROM missing",
          "SELECT (SELECT MAX(total) FROM Orders) AS most");

  private static final List<String> ROW_BODIES =
      List.of(
          "SET @x = 1",
          "SET NEW.a = NEW.a + 1",
          "SET NEW.total = OLD.total",
          "BEGIN END",
          "BEGIN DECLARE n INT; SET n = 1; SET @y = 'CREATE TRIGGER made'; END",
          "INSERT INTO plain VALUES (1)");

  private static final List<String> BODIES =
      List.of(
          "SELECT 1",
          "DELETE FROM plain WHERE a < 0",
          "BEGIN DECLARE x INT; SET x = 1; /* ; */ SELECT x; END",
          "SELECT 'CREATE PROCEDURE made() SELECT 2'",
          "INSERT INTO nowhere SELECT * FROM missing");

  private static final List<String> FUNCTIONS =
      List.of(
          "(n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
          "() RETURNS VARCHAR(20) NO SQL RETURN 'x'",
          "() RETURNS VARCHAR(9) CHARACTER SET latin1 DETERMINISTIC RETURN 'it''s'",
          "(n INT, m DECIMAL(9,2)) RETURNS INT READS SQL DATA RETURN (SELECT MAX(a) FROM plain)",
          "(n INT) RETURNS INT NO SQL COMMENT 'RETURN 2' BEGIN RETURN 1; END",
          "() RETURNS INT");

  private static final List<String> SCHEDULES =
      List.of(
          "EVERY 1 DAY",
          "EVERY 2 HOUR STARTS '2035-01-01 00:00:00'",
          "EVERY '1:30' HOUR_MINUTE STARTS CURRENT_TIMESTAMP + INTERVAL 1 DAY",
          "AT '2036-01-01 02:00:00' ON COMPLETION PRESERVE",
          "AT NOW() + INTERVAL 1 YEAR ON COMPLETION PRESERVE",
          "EVERY 3 DAY STARTS '2035-01-01' ENDS '2036-01-01' ON COMPLETION PRESERVE",
          "EVERY 1 WEEK ON COMPLETION NOT PRESERVE",
          "EVERY 0 DAY");

  private final Random random;
  private final boolean mariaDb;
  private final String kind;

  RandomProgram(Random random, boolean mariaDb) {
    this.random = random;
    this.mariaDb = mariaDb;
    this.kind = any(KINDS);
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String maybe(String text) {
    return random.nextInt(3) == 0 ? text : "";
  }

  String drop() {
    return "DROP " + kind + " IF EXISTS made";
  }

  /** Another one each time. */
  String create() {
    boolean view = kind.equals("VIEW");
    String replaces = view || mariaDb ? maybe("OR REPLACE ") : "";
    boolean perhaps = replaces.isEmpty() && (kind.equals("EVENT") || mariaDb);
    return "CREATE "
        + replaces
        + (view ? maybe("ALGORITHM = " + any(List.of("MERGE ", "TEMPTABLE ", "UNDEFINED "))) : "")
        + maybe("DEFINER = " + any(List.of("CURRENT_USER ", "CURRENT_USER() ", "'a b'@'%' ")))
        + (view ? maybe("SQL SECURITY INVOKER ") : "")
        + kind
        + " "
        + (perhaps ? maybe("IF NOT EXISTS ") : "")
        + any(List.of("made", "`made`", "/* made */ made"))
        + behindName();
  }

  private String behindName() {
    return switch (kind) {
      case "VIEW" -> " AS " + any(SELECTS);
      case "TRIGGER" ->
          " %s %s ON %s FOR EACH ROW %s"
              .formatted(
                  any(List.of("BEFORE", "after")),
                  any(List.of("INSERT", "UPDATE", "DELETE")),
                  any(List.of("plain", "`plain`", "Orders", "missing")),
                  any(ROW_BODIES));
      case "PROCEDURE" ->
          any(List.of("()", " (IN a INT, OUT b VARCHAR(20))", "(p DECIMAL(10, 2))"))
              + maybe(" SQL SECURITY INVOKER")
              + maybe(" COMMENT 'c; ''q'' ENABLE'")
              + " "
              + any(BODIES);
      case "FUNCTION" -> any(FUNCTIONS);
      default ->
          " ON SCHEDULE "
              + any(SCHEDULES)
              + any(List.of("", "", " ENABLE", " DISABLE"))
              + maybe(" COMMENT 'DO DISABLE'")
              + " DO "
              + any(BODIES);
    };
  }
}
