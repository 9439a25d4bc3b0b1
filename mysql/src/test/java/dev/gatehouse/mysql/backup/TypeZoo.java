package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Served;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** One table of every type, with values at their edges, and names that are hard to write. */
public final class TypeZoo {
  private TypeZoo() {}

  public static boolean isMariaDb(Served served) {
    return served.engine().toString().startsWith("MariaDB");
  }

  public static void in(TestDatabase database, Served served) throws SQLException {
    try (Connection session = database.connect()) {
      Sql.run(session, "SET SESSION sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'");
      for (String sql :
          List.of(
              "CREATE TABLE zoo (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, ti TINYINT, si"
                  + " SMALLINT UNSIGNED, mi MEDIUMINT ZEROFILL, i INT, bi BIGINT UNSIGNED, de"
                  + " DECIMAL(65,30), f FLOAT, fd FLOAT(7,3), d DOUBLE, y YEAR, da DATE, t TIME(6),"
                  + " dt DATETIME(6), ts TIMESTAMP(3) NULL, b BIT(64), b1 BIT(1), c CHAR(10), vc"
                  + " VARCHAR(40), l1 TEXT CHARACTER SET latin1, u16 VARCHAR(20) CHARACTER SET"
                  + " utf16, jis VARCHAR(20) CHARACTER SET cp932, en ENUM('','a','2','1'), se"
                  + " SET('x','y','z;'), bin BINARY(4), vb VARBINARY(300), bl LONGBLOB, lt"
                  + " LONGTEXT, js JSON, po POINT, ge GEOMETRY, gen INT GENERATED ALWAYS AS (i * 2)"
                  + " VIRTUAL, sto BIGINT GENERATED ALWAYS AS (i + 1) STORED) CHARACTER SET"
                  + " utf8mb4",
              "INSERT INTO zoo (id, ti, si, mi, i, bi, de, f, fd, d, y, da, t, dt, ts, b, b1, c,"
                  + " vc, l1, u16, jis, en, se, bin, vb, bl, lt, js, po, ge) VALUES (0, -128,"
                  + " 65535, 7, -2147483648, 18446744073709551615,"
                  + " -12345678901234567890123456789012345.123456789012345678901234567890,"
                  + " 5592405.5, 1.234, 1.7976931348623157e308, 0, '0000-00-00',"
                  + " '-838:59:59.999999', '0000-00-00 00:00:00', 0,"
                  + " b'1111111111111111111111111111111111111111111111111111111111111111', 1, 'a ',"
                  + " CONCAT('tab\\t', 'nl\\n"
                  + "', 'bs\\\\', '\\0', x'F09F9880'), CONCAT(_latin1 x'E98180'), 'AB\u00e9', 'x',"
                  + " 0, 'x,z;', x'00FF', x'0A095C00275C4E', REPEAT(x'00FF', 400000),"
                  + " REPEAT('\u00e9\u00e9', 200000), '{\"a\": [1, 2.50, \"\u00e9\", null,"
                  + " 1e100]}', ST_GeomFromText('POINT(1 2)', 4326), ST_GeomFromText('LINESTRING(0"
                  + " 0,1 1e-10)'))",
              "INSERT INTO zoo (id, f, d, da, en, c, vc, bl, b) VALUES (18446744073709551614,"
                  + " -0e0, 4.9e-324, '2024-02-31', '', '', '\\\\N', '', 0)",
              "INSERT INTO zoo (id, f, d, en, vc, jis) VALUES (5, 1e-38, 0.1, '2', 'N', x'8740')",
              "INSERT INTO zoo (id) VALUES (6)",
              "CREATE TABLE `we``i\"r.d ; %_\u00e9\u4e2d` (`co``l',umn %` INT, `\u20ac` VARCHAR(9)"
                  + " DEFAULT 'a;\\'b' COMMENT 'it''s; \u00e9') COMMENT = 'x;\u00e9'",
              "INSERT INTO `we``i\"r.d ; %_\u00e9\u4e2d` VALUES (1, 'x'), (1, 'x'), (NULL, NULL)",
              "CREATE TABLE empty_one (a INT)",
              "CREATE TABLE hidden (a INT NULL, `select` INT, b INT "
                  + (isMariaDb(served) ? "INVISIBLE" : "")
                  + ")",
              "INSERT INTO hidden (a, `select`, b) VALUES (1, 2, 3)",
              "CREATE TABLE parted (k INT NOT NULL, v INT) PARTITION BY RANGE (k) (PARTITION p1"
                  + " VALUES LESS THAN (10), PARTITION p2 VALUES LESS THAN MAXVALUE)",
              "INSERT INTO parted VALUES (1, 1), (1, 1), (50, 2)",
              "CREATE TABLE node (id INT PRIMARY KEY, up INT, CONSTRAINT `to \"up;` FOREIGN KEY"
                  + " (up) REFERENCES node (id))",
              "INSERT INTO node VALUES (1, NULL), (2, 1)",
              "CREATE VIEW a_view AS SELECT b.id FROM node b JOIN zoo z ON z.id = b.id",
              "CREATE VIEW `0 view; %` AS SELECT id AS `i;d` FROM a_view",
              "CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC BEGIN DECLARE r INT DEFAULT n"
                  + " * 2; RETURN r; END",
              "CREATE PROCEDURE `p;;//` (IN days INT) COMMENT 'x;' BEGIN DELETE FROM node WHERE id"
                  + " = days; SELECT ';;', '\u00e9'; END",
              "CREATE TRIGGER t1 BEFORE INSERT ON node FOR EACH ROW SET NEW.up = NULL",
              "CREATE TRIGGER t0 BEFORE INSERT ON node FOR EACH ROW FOLLOWS t1 BEGIN SET @x = 1;"
                  + " END",
              "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 03:00:00' ENABLE"
                  + " COMMENT 'ENABLE DO' DO DELETE FROM empty_one WHERE a = 0",
              "CREATE EVENT sleeping ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1")) {
        Sql.run(session, sql);
      }
      Sql.run(session, "UPDATE node SET up = 1 WHERE id = 2");
      if (isMariaDb(served)) {
        Sql.run(session, "CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 2 CACHE 7");
        Sql.run(session, "CREATE TABLE fresh (u UUID, i4 INET6, n INT DEFAULT NEXTVAL(numbers))");
        Sql.run(session, "INSERT INTO fresh (u, i4) VALUES (UUID(), '::1')");
      }
    }
  }
}
