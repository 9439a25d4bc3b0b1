package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What would fail, or hold less than it seems, is refused while planning. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class BackupPreflightTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");
  private Backups backups = new Backups(served, directory);

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_world() throws Exception {
    backups.close();
    backups = new Backups(served, directory);
    backups.execute(
        "CREATE TABLE t (a INT)",
        "INSERT INTO t VALUES (1)",
        "CREATE TABLE log (a INT) ENGINE = MyISAM",
        "INSERT INTO log VALUES (1), (2)",
        "CREATE PROCEDURE p() BEGIN SELECT 1; END");
  }

  @AfterEach
  void drop() {
    backups.close();
  }

  private void preflight(Target target, Options options) {
    backups.method.preflight(target, options);
  }

  @Test
  void tables_that_no_transaction_holds_are_named_and_accepted_by_name() throws Exception {
    assertThatThrownBy(() -> preflight(backups.target, Options.DEFAULT))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            no transaction holds the rows of some tables
              expected  tables of InnoDB, or tables that are accepted by name
              found     log (MyISAM)
              fix       ALTER TABLE `log` ENGINE = InnoDB;
                        or, where nobody writes them meanwhile: \
            backUp(...).acceptingWithoutSnapshot("table", ...)
              code      backup.unheld\
            """);
    assertThatThrownBy(() -> preflight(backups.target, Backups.accepting("log", "t")))
        .hasMessageContaining("backup.unheld-unknown");
    Artifact artifact = backups.backUp(Backups.accepting("log"), Progress.SILENT);
    assertThat(artifact.manifest().versions()).containsEntry("not under the snapshot", "log");
    assertThat(backups.drill(artifact)).isEmpty();
  }

  @Test
  void what_the_account_may_not_read_is_refused_with_the_grants() throws Exception {
    Account reader = backups.database.newAccount("reader");
    Target target = Targets.of(backups.database, reader);
    String db = "`" + backups.database.name() + "`.*";
    String account = "'" + reader.name() + "'@'%'";
    backups.execute("GRANT SELECT ON " + db + " TO " + account);
    assertThatThrownBy(() -> preflight(target, Backups.accepting("log")))
        .hasMessageContaining("backup.unreadable")
        .hasMessageContaining("GRANT SHOW VIEW, TRIGGER, EVENT ON " + db + " TO " + account);
    String message = "";
    try {
      preflight(target, Backups.accepting("log"));
    } catch (Refusal refused) {
      message = refused.findings().get(0).fix();
    }
    // The fix as it is printed is enough.
    backups.execute(message.split(";\n"));
    assertThatCode(() -> preflight(target, Backups.accepting("log"))).doesNotThrowAnyException();
  }

  @Test
  void options_of_other_products_are_refused() {
    for (Options options : List.of(new Options(true, false, 1), new Options(false, false, 2))) {
      assertThatThrownBy(() -> preflight(backups.target, options)).isInstanceOf(Refusal.class);
    }
  }
}
