package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod.State;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The content of a backup takes the place of the target's, or the target is as it was. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class ExchangeTest {
  private static final String KEY = "run/restore";

  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");
  private Backups backups = new Backups(served, directory);
  private final TableExchange exchange = TableExchange.INSTANCE;

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_world() throws Exception {
    backups.close();
    backups = new Backups(served, directory);
    backups.execute(
        "CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(40))",
        "CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, customer INT, CONSTRAINT c FOREIGN"
            + " KEY (customer) REFERENCES customers (id))",
        "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Grace')",
        "INSERT INTO orders VALUES (1, 1), (2, 2)",
        "CREATE VIEW who AS SELECT name FROM customers",
        "CREATE TRIGGER OWN.g BEFORE INSERT ON OWN.orders FOR EACH ROW SET NEW.customer = 1"
            .replace("OWN", backups.database.name()),
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SET @x = 1",
        "CREATE EVENT off ON SCHEDULE EVERY 1 DAY DISABLE DO SET @x = 1");
  }

  @AfterEach
  void drop() throws Exception {
    clear();
    backups.close();
  }

  private void damage() throws Exception {
    backups.execute(
        "DELETE FROM orders",
        "ALTER TABLE customers ADD COLUMN more INT",
        "UPDATE customers SET name = 'x'",
        "CREATE TABLE later (i INT)",
        "DROP TRIGGER g",
        "DROP VIEW who",
        "CREATE VIEW other AS SELECT id FROM orders",
        "CREATE PROCEDURE p() BEGIN SELECT 1; END",
        "CREATE TRIGGER h BEFORE DELETE ON orders FOR EACH ROW SET @x = 2",
        "DROP EVENT e",
        "CREATE EVENT mine ON SCHEDULE EVERY 1 DAY DO SET @x = 1");
  }

  private String events() throws Exception {
    return backups.database.one(
        "SELECT GROUP_CONCAT(event_name, ' ', status ORDER BY event_name) FROM"
            + " information_schema.events WHERE event_schema = DATABASE()");
  }

  private void restore(Artifact artifact, Progress progress) throws Exception {
    exchange.restore(artifact, backups.unpacked(artifact), backups.target, KEY, progress);
  }

  @Test
  @Alternating.OnEach
  void everything_is_as_it_was_backed_up_and_the_replaced_tables_are_kept() throws Exception {
    Artifact artifact = backups.backUp();
    damage();
    assertThat(exchange.refuseUnrestorable(backups.target)).isNotEmpty();
    exchange.refuseUnfit(artifact, backups.target);
    assertThat(exchange.state(backups.target, KEY)).isEqualTo(State.NOT_APPLIED);
    restore(artifact, Progress.SILENT);
    assertThat(artifact.manifest().content().differences(backups.content())).isEmpty();
    assertThat(events()).isEqualTo("e ENABLED,off DISABLED");
    assertThat(exchange.state(backups.target, KEY)).isEqualTo(State.APPLIED);
    assertThat(exchange.state(backups.target, "run/other")).isEqualTo(State.NOT_APPLIED);
    assertThat(replaced()).hasSize(1);
    assertThat(backups.database.one("SELECT COUNT(*) FROM " + replaced().get(0) + ".later"))
        .isEqualTo("0");
    // Foreign keys and triggers are those of the backup, and at work.
    assertThatThrownBy(() -> backups.execute("UPDATE orders SET customer = 9"))
        .hasMessageContaining("foreign key");
    backups.execute("INSERT INTO orders (customer) VALUES (2)");
    assertThat(backups.database.one("SELECT customer FROM orders WHERE id = 3")).isEqualTo("1");
  }

  /** Fails at a point; and where it is dead, takes nothing back. */
  private static class Failing implements Progress {
    private final String point;
    private final boolean dead;
    private final List<String> reached = new ArrayList<>();
    private boolean failed;

    Failing(String point, boolean dead) {
      this.point = point;
      this.dead = dead;
    }

    @Override
    public void moved(long bytes, long total) {}

    @Override
    public void reached(String name) {
      reached.add(name);
      if (name.equals(point) && !failed) {
        try {
          fail();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }

    void fail() throws Exception {
      failed = true;
      throw new AssertionError("failed at " + point);
    }

    @Override
    public void continuing() {}

    @Override
    public void interruptibleBy(Runnable interrupt) {
      if (failed && dead) {
        throw new AssertionError("dead since " + point);
      }
    }
  }

  @Test
  @Alternating.OnEach
  void where_it_fails_or_dies_the_target_is_the_old_or_the_new_one() throws Exception {
    List<String> points =
        List.of(
            "restore.loaded", "restore.programs-dropped", "restore.exchanged", "restore.proved");
    Artifact artifact = backups.backUp();
    for (int i = 0; i < points.size(); i++) {
      boolean dying = (i % 2 == 0) == TypeZoo.isMariaDb(served);
      failsOrDies(artifact, points.get(i), dying);
    }
  }

  @Test
  @Tag("nightly")
  void wherever_it_fails_or_dies_the_target_is_the_old_or_the_new_one() throws Exception {
    Artifact artifact = backups.backUp();
    Failing whole = new Failing("nowhere", false);
    restore(artifact, whole);
    clear();
    List<String> points = whole.reached.stream().distinct().toList();
    assertThat(points).contains("restore.exchanged", "restore.programs-dropped");
    for (String point : points.subList(points.indexOf("restore.side-made"), points.size())) {
      if (!point.equals("restore.done")) {
        failsOrDies(artifact, point, false);
        failsOrDies(artifact, point, true);
      }
    }
  }

  private void failsOrDies(Artifact artifact, String point, boolean dying) throws Exception {
    String events = events();
    damageOnce();
    Content now = backups.content();
    assertThatThrownBy(() -> restore(artifact, new Failing(point, dying))).as(point).isNotNull();
    if (dying) {
      assertThat(exchange.state(backups.target, KEY)).as(point).isEqualTo(State.REPEATABLE);
    } else {
      assertThat(now.differences(backups.content())).as(point).isEmpty();
      assertThat(events()).isEqualTo(events);
      assertThat(exchange.state(backups.target, KEY)).as(point).isEqualTo(State.NOT_APPLIED);
      assertThat(replaced()).as(point).isEmpty();
    }
    restore(artifact, Progress.SILENT);
    assertThat(artifact.manifest().content().differences(backups.content())).as(point).isEmpty();
    assertThat(exchange.state(backups.target, KEY)).as(point).isEqualTo(State.APPLIED);
    assertThat(events()).isEqualTo("e ENABLED,off DISABLED");
    clear();
  }

  /**
   * Before the next attempt takes its safety backup: of what was there, and not of the restored.
   */
  @Test
  void what_a_dead_attempt_has_exchanged_is_taken_back_before_anything_is_kept() throws Exception {
    Artifact artifact = backups.backUp();
    damage();
    Content before = backups.content();
    assertThatThrownBy(() -> restore(artifact, new Failing("restore.exchanged", true))).isNotNull();
    assertThatThrownBy(backups::backUp).hasMessageContaining("backup.unfinished");
    exchange.takeBack(artifact, backups.target, KEY, Progress.SILENT);
    assertThat(before.differences(backups.content())).isEmpty();
    assertThat(events()).isEqualTo("mine ENABLED,off DISABLED");
    assertThat(exchange.state(backups.target, KEY)).isEqualTo(State.NOT_APPLIED);
    assertThat(replaced()).isEmpty();
  }

  @Test
  void rows_that_others_write_into_the_new_tables_are_not_lost() throws Exception {
    Artifact artifact = backups.backUp();
    damage();
    Failing writing =
        new Failing("restore.programs-made", false) {
          @Override
          void fail() throws Exception {
            if (backups.database.one("SELECT COUNT(*) FROM orders").equals("2")
                && exchange.state(backups.target, KEY) == State.REPEATABLE
                && exchanged()) {
              backups.execute("INSERT INTO orders (customer) VALUES (2)");
            }
          }
        };
    assertThatThrownBy(() -> restore(artifact, writing)).hasMessageContaining("restore.content");
    assertThat(backups.database.one("SELECT COUNT(*) FROM orders")).isEqualTo("3");
    assertThat(exchange.state(backups.target, KEY)).isEqualTo(State.REPEATABLE);
    assertThatThrownBy(() -> restore(artifact, Progress.SILENT))
        .hasMessageContaining("restore.content");
    assertThat(backups.database.one("SELECT COUNT(*) FROM orders")).isEqualTo("3");
    backups.execute("DELETE FROM orders WHERE id = 3", "ALTER TABLE orders AUTO_INCREMENT = 3");
    restore(artifact, Progress.SILENT);
    assertThat(exchange.state(backups.target, KEY)).isEqualTo(State.APPLIED);
  }

  private List<String> replaced() throws Exception {
    return backups.replaced(ExchangePlaces.of(backups.database.name(), KEY));
  }

  private boolean exchanged() throws Exception {
    return backups
        .database
        .one(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND"
                + " table_name = 'gatehouse_exchange'")
        .equals("1");
  }

  private void clear() throws Exception {
    for (String left : replaced()) {
      backups.execute("DROP DATABASE " + left);
    }
  }

  private void damageOnce() throws Exception {
    backups.execute(
        "UPDATE customers SET name = CONCAT(name, 'x')",
        "CREATE TABLE later (i INT)",
        "DROP TRIGGER g",
        "CREATE VIEW other AS SELECT id FROM orders");
  }

  @Test
  void what_could_not_be_exchanged_is_refused_while_planning() throws Exception {
    try (TestDatabase outside = served.engine().database()) {
      outside.run(
          "CREATE TABLE ext (c INT, FOREIGN KEY (c) REFERENCES `"
              + backups.database.name()
              + "`.customers (id))");
      assertThatThrownBy(() -> exchange.refuseUnrestorable(backups.target))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("restore.foreign-keys")
          .hasMessageContaining(outside.name() + ".ext");
    }
    assertThat(exchange.refuseUnrestorable(backups.target)).isNotEmpty();
    var account = backups.database.newAccount("poor");
    backups.execute(
        "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON `"
            + backups.database.name()
            + "`.* TO '"
            + account.name()
            + "'@'%'");
    assertThatThrownBy(() -> exchange.refuseUnrestorable(Targets.of(backups.database, account)))
        .hasMessageContaining("restore.rights")
        .hasMessageContaining("GRANT INSERT, CREATE, ALTER, DROP");
  }

  @Test
  void sessions_of_others_keep_the_tables_where_they_are() throws Exception {
    Artifact artifact = backups.backUp();
    damage();
    Content before = backups.content();
    try (var other = backups.database.connect()) {
      assertThat(other.isValid(1)).isTrue();
      assertThatThrownBy(() -> restore(artifact, Progress.SILENT))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("restore.sessions");
    }
    assertThat(before.differences(backups.content())).isEmpty();
    assertThat(replaced()).isEmpty();
  }
}
