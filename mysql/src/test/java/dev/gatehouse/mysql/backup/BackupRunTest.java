package dev.gatehouse.mysql.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.Served;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The verbs that every product has, in a run. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class BackupRunTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  static List<Served> servers() {
    return Served.all();
  }

  /** A service's pool, and the address at which drills log in. */
  @Test
  void a_pool_with_a_login_is_backed_up_drilled_and_restored() throws Exception {
    try (Backups backups = new Backups(served, directory)) {
      backups.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
      Target.Coordinates at = backups.target.coordinates().orElseThrow();
      MysqlDataSource pool = new MysqlDataSource();
      pool.setUrl(at.jdbcUrl());
      pool.setUser(at.account());
      pool.setPassword(at.secret().orElseThrow().reveal(String::new));
      Target shop =
          Target.of("shop", pool, backups.target.dialect())
              .withLogin(at.jdbcUrl(), at.account(), at.secret().orElseThrow());
      BackUp dump = backUp(into(directory.resolve("vault")));
      Runbook book =
          runbook(
              "Back",
              gate("Backup", dump, restoreDrill(dump).intoScratchDatabase()),
              gate("Damage", inOneTransaction(sql("DELETE FROM t")).undoneBy(restore(dump))),
              gate("Never", rowCount("t").isAtLeast(3)));
      RunRecord ended = Runner.journalingTo(directory.resolve("journals")).run(Plan.of(book, shop));
      assertThat(ended.state()).isEqualTo(RunState.UNDONE);
      assertThat(backups.database.one("SELECT COUNT(*) FROM t")).isEqualTo("2");
    }
  }

  @Test
  @Alternating.OnEach
  void backed_up_drilled_restored_and_undone() throws Exception {
    try (Backups backups = new Backups(served, directory)) {
      backups.execute(
          "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9))",
          "INSERT INTO t VALUES (1, 'one'), (2, 'two')",
          "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 'g'");
      BackUp dump = backUp(into(directory.resolve("vault")));
      Runbook book =
          runbook(
              "Back and forth",
              gate(
                  "Backup",
                  dump,
                  restoreDrill(dump).intoScratchDatabase().proving(rowCount("t").isAtLeast(2))),
              gate(
                  "Damage",
                  inOneTransaction(sql("DELETE FROM t WHERE id = 1"))
                      .cannotBeUndone("it is restored")),
              gate("Restored", restore(dump).named("restored"), rowCount("t").isAtLeast(2)),
              gate("Never", rowCount("t").isAtLeast(3)));
      Runner runner = Runner.journalingTo(directory.resolve("journals"));
      Plan plan = Plan.of(book, backups.target);
      assertThat(plan.full()).contains("RENAME TABLE", "gatehouse_old_");
      try (Run run = runner.start(plan)) {
        RunRecord ended = run.toEnd();
        // The last gate keeps closed, so the restore is undone: the row is gone again.
        assertThat(ended.step("restored").orElseThrow().state()).isEqualTo(StepState.UNDONE);
        assertThat(backups.database.one("SELECT GROUP_CONCAT(a) FROM t")).isEqualTo("two");
        assertThat(backups.database.one("SELECT COUNT(*) FROM " + left(ended) + ".t"))
            .isIn("1", "2");
        backups.execute("INSERT INTO t VALUES (5, 'x')");
        assertThat(backups.database.one("SELECT a FROM t WHERE id = 5")).isEqualTo("g");
        backups.execute("DROP DATABASE " + left(ended));
      }
    }
  }

  /** As the finding of the restore names it. */
  private static String left(RunRecord record) {
    Matcher name =
        Pattern.compile("gatehouse_old_\\w+_[0-9a-f]{16}")
            .matcher(record.step("restored").orElseThrow().findings().toString());
    assertThat(name.find()).isTrue();
    return name.group();
  }
}
