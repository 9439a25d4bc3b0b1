package dev.gatehouse.mysql.catalogue;

import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Served;
import java.sql.SQLException;
import java.util.List;

/** A database with at least one object of each kind, and names that are hard to read. */
final class CatalogueSample {
  private CatalogueSample() {}

  static boolean isMariaDb(Served served) {
    return served.engine().toString().startsWith("MariaDB");
  }

  /** MySQL took CHECK and forgot it until 8.0.16. */
  static boolean checks(Served served) {
    return isMariaDb(served) || !served.engine().toString().endsWith("8.0.15");
  }

  static void in(TestDatabase database, Served served) throws SQLException {
    database.run(
        List.of(
            "CREATE TABLE customers (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(40) CHARACTER"
                + " SET latin1 NOT NULL DEFAULT 'a,b(', email VARCHAR(80) COLLATE utf8mb4_bin"
                + " COMMENT 'it''s, (one', KEY by_name (name(10), email)) CHARACTER SET utf8mb4"
                + " COMMENT = 'who, (AUTO_INCREMENT=7 buys'",
            "CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, customer INT NOT NULL, state"
                + " ENUM('new','a,(b') DEFAULT 'new', total DECIMAL(10,2), twice DECIMAL(12,2)"
                + " GENERATED ALWAYS AS (total * 2) STORED, made TIMESTAMP NOT NULL DEFAULT"
                + " CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, KEY by_state (state), KEY"
                + " by_two (customer, total), CONSTRAINT of_customer FOREIGN KEY (customer)"
                + " REFERENCES customers (id) ON DELETE CASCADE"
                + (checks(served) ? ", CONSTRAINT positive CHECK (total > 0))" : ")"),
            "CREATE TABLE days (day DATE NOT NULL, v INT) PARTITION BY RANGE COLUMNS (day)"
                + " (PARTITION p1 VALUES LESS THAN ('2026-01-01') COMMENT 'a, (',"
                + " PARTITION p2 VALUES LESS THAN ('2027-01-01'))",
            "CREATE TABLE spread (a INT, b INT) PARTITION BY HASH (a) PARTITIONS 3",
            "CREATE TABLE `we``i\"r.d ;` (`co``l',umn` INT, KEY `ke``y` (`co``l',umn`))",
            "CREATE VIEW totals AS SELECT customer, SUM(total) AS total FROM orders GROUP BY"
                + " customer",
            "CREATE VIEW `vi``ew` AS SELECT `co``l',umn` AS c FROM `we``i\"r.d ;`",
            "CREATE PROCEDURE tidy(IN days INT) COMMENT 'x' DELETE FROM orders WHERE id < days",
            "CREATE FUNCTION doubled(n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
            "CREATE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW SET NEW.state = 'new'",
            "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 03:00:00' DISABLE DO"
                + " DELETE FROM days WHERE v = 0"));
    if (isMariaDb(served)) {
      database.run("CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 2 CACHE 7");
      database.run("CREATE TABLE kept (a INT) WITH SYSTEM VERSIONING");
    }
  }
}
