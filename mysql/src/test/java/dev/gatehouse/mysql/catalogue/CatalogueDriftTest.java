package dev.gatehouse.mysql.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Each planted change is found and named, and nothing else; what changes by itself is none. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class CatalogueDriftTest {

  /** Kind: what is done => what must be told of it => what takes it back. */
  private static final String PLANTED =
      """
      column type: ALTER TABLE customers MODIFY email VARCHAR(90) COLLATE utf8mb4_bin COMMENT 'it''s, (one' => changed column customers.email: definition => ALTER TABLE customers MODIFY email VARCHAR(80) COLLATE utf8mb4_bin COMMENT 'it''s, (one'
      default: ALTER TABLE orders ALTER state SET DEFAULT 'a,(b' => changed column orders.state: definition => ALTER TABLE orders ALTER state SET DEFAULT 'new'
      nullability: ALTER TABLE orders MODIFY state ENUM('new','a,(b') NOT NULL DEFAULT 'new' => changed column orders.state: definition => ALTER TABLE orders MODIFY state ENUM('new','a,(b') DEFAULT 'new'
      charset: ALTER TABLE customers MODIFY name VARCHAR(40) CHARACTER SET latin2 NOT NULL DEFAULT 'a,b(' => changed column customers.name: definition => ALTER TABLE customers MODIFY name VARCHAR(40) CHARACTER SET latin1 NOT NULL DEFAULT 'a,b('
      collation: ALTER TABLE customers MODIFY name VARCHAR(40) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL DEFAULT 'a,b(' => changed column customers.name: definition => ALTER TABLE customers MODIFY name VARCHAR(40) CHARACTER SET latin1 NOT NULL DEFAULT 'a,b('
      comment: ALTER TABLE customers MODIFY email VARCHAR(80) COLLATE utf8mb4_bin COMMENT 'it''s, (two' => changed column customers.email: definition => ALTER TABLE customers MODIFY email VARCHAR(80) COLLATE utf8mb4_bin COMMENT 'it''s, (one'
      comment of a table: ALTER TABLE customers COMMENT = 'who, (AUTO_INCREMENT=8 buys' => changed table customers: definition => ALTER TABLE customers COMMENT = 'who, (AUTO_INCREMENT=7 buys'
      column order: ALTER TABLE spread MODIFY b INT FIRST => changed table spread: columns => ALTER TABLE spread MODIFY b INT AFTER a
      uniqueness: ALTER TABLE orders DROP INDEX by_state, ADD UNIQUE INDEX by_state (state) => changed index orders.by_state: definition => ALTER TABLE orders DROP INDEX by_state, ADD INDEX by_state (state)
      order of columns in an index: ALTER TABLE orders ADD INDEX own (customer), DROP INDEX by_two, ADD INDEX by_two (total, customer) => changed index orders.by_two: definition & surplus index orders.own => ALTER TABLE orders DROP INDEX by_two, ADD INDEX by_two (customer, total), DROP INDEX own
      prefix: ALTER TABLE customers DROP INDEX by_name, ADD INDEX by_name (name(11), email) => changed index customers.by_name: definition => ALTER TABLE customers DROP INDEX by_name, ADD INDEX by_name (name(10), email)
      visibility: ALTER TABLE orders ALTER INDEX by_state {INVISIBLE} => changed index orders.by_state: definition => ALTER TABLE orders ALTER INDEX by_state {VISIBLE}
      action: ALTER TABLE orders DROP FOREIGN KEY of_customer, ADD CONSTRAINT of_customer2 FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE RESTRICT => missing constraint orders.of_customer & surplus constraint orders.of_customer2 => ALTER TABLE orders DROP FOREIGN KEY of_customer2, ADD CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customers (id) ON DELETE CASCADE
      expression: ALTER TABLE orders MODIFY twice DECIMAL(12,2) GENERATED ALWAYS AS (total * 3) STORED => changed column orders.twice: definition => ALTER TABLE orders MODIFY twice DECIMAL(12,2) GENERATED ALWAYS AS (total * 2) STORED
      partition: ALTER TABLE days ADD PARTITION (PARTITION p3 VALUES LESS THAN ('2028-01-01')) => surplus partition days.p3 => ALTER TABLE days DROP PARTITION p3
      number of partitions: ALTER TABLE spread ADD PARTITION PARTITIONS 1 => changed table spread: partitionKey => ALTER TABLE spread COALESCE PARTITION 1
      view text: ALTER VIEW totals AS SELECT customer, MAX(total) AS total FROM orders GROUP BY customer => changed view totals: definition => ALTER VIEW totals AS SELECT customer, SUM(total) AS total FROM orders GROUP BY customer
      view security: ALTER SQL SECURITY INVOKER VIEW totals AS SELECT customer, SUM(total) AS total FROM orders GROUP BY customer => changed view totals: definition => ALTER SQL SECURITY DEFINER VIEW totals AS SELECT customer, SUM(total) AS total FROM orders GROUP BY customer
      view definer: ALTER DEFINER = :other VIEW totals AS SELECT customer, SUM(total) AS total FROM orders GROUP BY customer => changed view totals: owner => ALTER DEFINER = CURRENT_USER VIEW totals AS SELECT customer, SUM(total) AS total FROM orders GROUP BY customer
      trigger body: DROP TRIGGER stamp; CREATE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW SET NEW.state = 'a,(b' => changed trigger orders.stamp: definition => DROP TRIGGER stamp; CREATE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW SET NEW.state = 'new'
      routine body: DROP FUNCTION doubled; CREATE FUNCTION doubled(n INT) RETURNS INT DETERMINISTIC RETURN n * 3 => changed function doubled: definition => DROP FUNCTION doubled; CREATE FUNCTION doubled(n INT) RETURNS INT DETERMINISTIC RETURN n * 2
      routine security: ALTER PROCEDURE tidy SQL SECURITY INVOKER => changed procedure tidy: definition => ALTER PROCEDURE tidy SQL SECURITY DEFINER
      event schedule: ALTER EVENT nightly ON SCHEDULE EVERY 2 DAY STARTS '2026-01-01 03:00:00' => changed event nightly: definition => ALTER EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2026-01-01 03:00:00'
      event enabled: ALTER EVENT nightly ENABLE => changed event nightly: definition => ALTER EVENT nightly DISABLE
      grant: GRANT INSERT ON :db.* TO :other => surplus grant database TO :other => REVOKE INSERT ON :db.* FROM :other
      grant by pattern: GRANT INSERT ON `gh\\_%`.* TO :other => surplus grant databases gh\\_% TO :other => REVOKE INSERT ON `gh\\_%`.* FROM :other
      grant everywhere: GRANT PROCESS ON *.* TO :other => surplus grant global TO :other => REVOKE PROCESS ON *.* FROM :other
      grant on a column: GRANT SELECT (name) ON :db.customers TO :other => surplus grant column customers.name TO :other => REVOKE SELECT (name) ON :db.customers FROM :other
      grant on a routine: GRANT EXECUTE ON FUNCTION :db.doubled TO :other => surplus grant function doubled TO :other => REVOKE EXECUTE ON FUNCTION :db.doubled FROM :other
      default of the database: ALTER DATABASE :db CHARACTER SET latin2 => changed database this database: definition => ALTER DATABASE :db CHARACTER SET :charset
      table: CREATE TABLE more (a INT) => surplus column more.a & surplus table more => DROP TABLE more
      """;

  private static final String OF_CHECKS =
      """
      check: ALTER TABLE orders DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (total > 1) => changed constraint orders.positive: definition => ALTER TABLE orders DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (total > 0)
      """;

  private static final String OF_MARIADB =
      """
      sequence: ALTER SEQUENCE numbers INCREMENT BY 3 => changed sequence numbers: definition => ALTER SEQUENCE numbers INCREMENT BY 2
      versioning: ALTER TABLE kept DROP SYSTEM VERSIONING => changed table kept: definition => ALTER TABLE kept ADD SYSTEM VERSIONING
      """;

  @Parameter Served served = Served.all().get(0);

  private TestDatabase database = served.engine().database();

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_world() throws SQLException {
    database.close();
    database = served.engine().database();
    CatalogueSample.in(database, served);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private static Baseline read(TestDatabase database) throws SQLException {
    try (Connection reading = MySql.dialect().openReading(Targets.of(database))) {
      return MySql.dialect().catalogue().orElseThrow().read(reading);
    }
  }

  private static String told(Drift drift) {
    String words = drift.object().words();
    if (drift instanceof Drift.Changed changed) {
      return "changed " + words + ": " + String.join(", ", changed.fields().keySet());
    }
    return (drift instanceof Drift.Missing ? "missing " : "surplus ") + words;
  }

  @Test
  @Alternating.OnEach
  void each_planted_change_is_found_and_named_and_nothing_else() throws Exception {
    String other = "'" + database.newAccount("other").name() + "'@'%'";
    boolean mariaDb = CatalogueSample.isMariaDb(served);
    String charset = database.one("SELECT @@character_set_database");
    String all =
        PLANTED + (CatalogueSample.checks(served) ? OF_CHECKS : "") + (mariaDb ? OF_MARIADB : "");
    Baseline before = read(database);
    SoftAssertions softly = new SoftAssertions();
    for (String line :
        all.replace(":db", "`" + database.name() + "`")
            .replace(":other", other)
            .replace(":charset", charset)
            .replace("{INVISIBLE}", mariaDb ? "IGNORED" : "INVISIBLE")
            .replace("{VISIBLE}", mariaDb ? "NOT IGNORED" : "VISIBLE")
            .lines()
            .toList()) {
      String[] parts = line.substring(line.indexOf(": ") + 2).split(" => ");
      run(parts[0]);
      List<String> found = before.drift(read(database)).stream().map(d -> told(d)).toList();
      softly.assertThat(String.join(" & ", found)).as(line).isEqualTo(parts[1]);
      run(parts[2]);
    }
    softly.assertThat(before.drift(read(database)).stream().map(d -> told(d))).isEmpty();
    softly.assertAll();
  }

  private void run(String statements) throws SQLException {
    database.run(List.of(statements.split("; ")));
  }

  @Test
  @Alternating.OnEach
  void what_changes_by_itself_is_no_difference() throws Exception {
    Baseline before = read(database);
    run("INSERT INTO customers (name) VALUES ('a'), ('b'), ('c')");
    run("INSERT INTO orders (customer, total) VALUES (1, 5), (2, 6)");
    run("DELETE FROM orders; ALTER TABLE orders AUTO_INCREMENT = 1000; ANALYZE TABLE orders");
    run("OPTIMIZE TABLE orders; OPTIMIZE TABLE customers; ALTER TABLE customers FORCE");
    run("RENAME TABLE spread TO gone; RENAME TABLE gone TO spread");
    if (CatalogueSample.isMariaDb(served)) {
      run("DO NEXTVAL(numbers)");
    }
    assertThat(before.drift(read(database))).isEmpty();
  }

  /** In the settings of the session that made them, as a dump sets them. */
  @Test
  @Alternating.OnEach
  void what_is_made_again_by_what_the_server_prints_is_the_same() throws Exception {
    try (TestDatabase copy = served.engine().database();
        Connection from = database.connect();
        Connection into = copy.connect()) {
      Sql.run(into, "SET foreign_key_checks = 0");
      for (String row : Sql.rows(from, "SHOW FULL TABLES")) {
        String kind = row.endsWith("|SEQUENCE") ? "SEQUENCE" : "TABLE";
        String name = "`" + row.substring(0, row.lastIndexOf('|')).replace("`", "``") + "`";
        if (!row.endsWith("|VIEW")) {
          made(from, into, "SHOW CREATE " + kind + " " + name, 2);
        }
      }
      for (String view : List.of("totals", "`vi``ew`")) {
        made(from, into, "SHOW CREATE VIEW " + view, 2);
      }
      made(from, into, "SHOW CREATE PROCEDURE tidy", 3);
      made(from, into, "SHOW CREATE FUNCTION doubled", 3);
      made(from, into, "SHOW CREATE TRIGGER stamp", 3);
      made(from, into, "SHOW CREATE EVENT nightly", 4);
      assertThat(read(database).drift(read(copy)).stream().map(d -> told(d))).isEmpty();
    }
  }

  private static void made(Connection from, Connection into, String show, int column)
      throws SQLException {
    try (var rows = from.createStatement().executeQuery(show)) {
      rows.next();
      Sql.run(into, rows.getString(column));
    }
  }

  /** Settings of the session that leave parts out, or print them otherwise. */
  @Test
  void settings_of_the_session_change_nothing_and_are_left_as_they_were() throws Exception {
    Baseline before = read(database);
    try (Connection session = MySql.dialect().openWriting(Targets.of(database))) {
      Sql.run(session, "SET SESSION sql_mode = 'ANSI_QUOTES', sql_quote_show_create = 0");
      Sql.run(session, "BEGIN");
      Sql.run(session, "INSERT INTO spread VALUES (1, 1)");
      Baseline found = MySql.dialect().catalogue().orElseThrow().read(session);
      assertThat(before.drift(found)).isEmpty();
      assertThat(Sql.one(session, "SELECT @@sql_mode, @@sql_quote_show_create"))
          .isEqualTo("ANSI_QUOTES|0");
      Sql.run(session, "ROLLBACK");
      assertThat(Sql.one(session, "SELECT COUNT(*) FROM spread")).isEqualTo("0");
    }
  }

  @Test
  void a_missing_index_comes_with_what_would_add_it() throws Exception {
    Baseline before = read(database);
    List<String> suggested = new ArrayList<>();
    for (String sql :
        List.of(
            "ALTER TABLE orders DROP INDEX by_state",
            "ALTER TABLE orders DROP FOREIGN KEY of_customer",
            "ALTER TABLE orders ADD INDEX more (total)")) {
      run(sql);
      for (Drift drift : before.drift(read(database))) {
        for (String suggestion : MySql.dialect().catalogue().orElseThrow().suggestion(drift)) {
          suggested.add(suggestion);
          run(suggestion.substring(0, suggestion.length() - 1));
        }
      }
    }
    assertThat(suggested).hasSize(3);
    assertThat(before.drift(read(database)).stream().map(d -> told(d))).isEmpty();
  }
}
