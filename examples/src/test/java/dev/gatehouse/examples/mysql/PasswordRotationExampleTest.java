package dev.gatehouse.examples.mysql;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.envFile;
import static dev.gatehouse.dsl.GatehouseCredentials.logsIn;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rotation of docs/passwords.md, on a real server. */
class PasswordRotationExampleTest {
  @TempDir Path work = Path.of("");

  private static Runbook credentials(Path env, Check siteAnswers) {
    return runbook(
        "Credentials",
        gate(
            "Rotated",
            rotatePassword("shop_app@%")
                .into(envFile(env, "DB_PASSWORD"))
                .confirmedBy(siteAnswers)));
  }

  @Test
  void the_line_of_the_variable_changes_and_nothing_else() throws Exception {
    Path env = work.resolve(".env");
    Files.createFile(
        env, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(env, "DB_USER=shop_app\nDB_PASSWORD=\"exposed-in-an-incident\"\nDEBUG=0\n");
    try (MySqlShop shop = MySqlShop.open()) {
      shop.execute("CREATE USER 'shop_app'@'%' IDENTIFIED BY 'exposed-in-an-incident'");
      Check siteAnswers = logsIn("shop_app@%", envFile(env, "DB_PASSWORD"));
      RunRecord record =
          Runner.journalingTo(work.resolve("journals"))
              .run(Plan.of(credentials(env, siteAnswers), shop.target()));
      assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
      assertThat(Files.readString(env))
          .matches("DB_USER=shop_app\nDB_PASSWORD=[A-Za-z0-9]{40}\nDEBUG=0\n");
    }
  }
}
