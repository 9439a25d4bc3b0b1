package dev.gatehouse.mysql.password;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static dev.gatehouse.dsl.GatehouseCredentials.secretFile;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.Reports;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.CanaryScanner;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.CanaryHunt;
import dev.gatehouse.core.testkit.fault.LogWatch;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** After a rotation and after one that was taken back, no password stands where it must not. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class RotationCanaryTest {
  private static final String OLD = "Zq7'w\"K2\\pV9xT b4mRd";

  @Parameter Served served = Served.all().get(0);
  @TempDir Path work = Path.of("");

  private Path data = Path.of("");

  static List<Served> servers() {
    return Served.share(RotationCanaryTest.class);
  }

  @Test
  void no_log_of_the_server_and_no_text_of_ours_has_one() throws Exception {
    try (OwnServer server =
            served
                .engine()
                .another(
                    directory -> data = directory,
                    "general-log=1",
                    "general-log-file=general.log",
                    "slow-query-log=1",
                    "long-query-time=0",
                    "log-bin=changes",
                    "server-id=7");
        TestDatabase database = server.database();
        LogWatch watch = LogWatch.over(new CanaryScanner(OLD))) {
      Form form = served.toString().startsWith("MariaDB") ? Form.ALTERNATIVE : Form.RETAINED;
      String app = database.newName("app");
      database.run("CREATE USER " + app + "@'%'");
      Secret old = Secret.of("old", OLD.toCharArray());
      database.run(
          (form == Form.RETAINED
                  ? "ALTER USER %s@'%%' IDENTIFIED WITH %s AS '%s'"
                  : "ALTER USER %s@'%%' IDENTIFIED VIA %s USING '%s'")
              .formatted(app, form.plugin(), form.verifier(old)));
      Path sink = work.resolve("sink");
      Files.createFile(
          sink, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(sink, OLD);
      Target target = Targets.of(database);
      var rotation = rotatePassword(app + "@%").into(secretFile(sink));
      ran(rotation.confirmedBy(noRows("no client", "select 1")).named("a"), target, false);
      assertThat(Files.readString(sink)).isEqualTo(OLD);
      ran(rotation, target, true);
      String fresh = Files.readString(sink);
      assertThat(watch.leaks()).isEmpty();
      for (String canary : List.of(OLD, fresh)) {
        CanaryHunt hunt = new CanaryHunt(new CanaryScanner(canary));
        assertThat(hunt.in(data)).isEmpty();
        assertThat(hunt.in(work.resolve("journals"))).isEmpty();
        assertThat(hunt.in(work.resolve("reports"))).isEmpty();
      }
      assertThat(Files.readString(data.resolve("general.log"))).contains("ALTER USER");
    }
  }

  private void ran(Step step, Target target, boolean whole) throws Exception {
    Plan plan = Plan.of(runbook("rotation", gate("rotate", step)), target);
    assertThat(new CanaryScanner(OLD).leaks(plan.toString())).isEmpty();
    RunRecord record = Runner.journalingTo(work.resolve("journals")).run(plan);
    assertThat(record.state() == RunState.SUCCEEDED).as(RunText.failure(record)).isEqualTo(whole);
    Reports.write(work.resolve("reports"), record, "HEAD");
  }
}
