package dev.gatehouse.postgres.password;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseCredentials.envFile;
import static dev.gatehouse.dsl.GatehouseCredentials.rotatePassword;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.testkit.credential.RotationContract;
import dev.gatehouse.core.testkit.credential.RotationSubject;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.dsl.GatehouseCredentials;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Two roles on PostgreSQL that take turns, so that both log in until clients are confirmed. */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class HandOverTest extends RotationContract {
  @Parameter EngineUnderTest engine = EngineUnderTest.postgres().get(0);

  static List<EngineUnderTest> servers() {
    return EngineUnderTest.postgres(HandOverTest.class);
  }

  @Override
  protected EngineUnderTest engine() {
    return engine;
  }

  @Override
  protected RotationSubject subject() {
    return new TwoRoles();
  }

  @Override
  protected Check logsIn(String account, Path sink) {
    return GatehouseCredentials.logsIn(
        account, envFile(sink, "DB_USER", "DB_PASSWORD").of(account));
  }

  private Runbook turned() {
    List<String> two = scene().accounts();
    return subject().book(List.of(two.get(1), two.get(0)), scene().sink(), Optional.empty());
  }

  @Test
  void they_take_turns_and_the_file_names_the_one_in_use() throws Exception {
    String one = scene().accounts().get(0);
    String two = scene().accounts().get(1);
    succeeded(scene().book());
    assertThat(Files.readString(scene().sink())).startsWith("A=1\nDB_USER=" + two + "\n");
    refused(scene().book(), "password.twin-in-use");
    succeeded(turned());
    assertThat(Files.readString(scene().sink())).startsWith("A=1\nDB_USER=" + one + "\n");
    scene().requireSound("turned twice");
  }

  @Test
  void both_log_in_until_clients_are_confirmed() throws Exception {
    var rotation =
        rotatePassword(scene().accounts().get(0))
            .handingOverTo(scene().accounts().get(1))
            .into(envFile(scene().sink(), "DB_USER", "DB_PASSWORD"))
            .confirmedBy(
                noRows(
                    "both log in",
                    "select 1 where (select count(*) from pg_roles where rolcanlogin and rolname in"
                        + " ('%s', '%s')) <> 2"
                            .formatted(scene().accounts().get(0), scene().accounts().get(1))));
    succeeded(runbook("r", gate("g", rotation)));
  }

  @Test
  void a_twin_that_is_not_equal_is_refused_with_what_differs() throws Exception {
    String one = scene().accounts().get(0);
    String two = scene().accounts().get(1);
    String table = database().newName("t");
    database().run("CREATE TABLE " + table + " (id int)");
    Map<String, String> broken =
        Map.of(
            "ALTER ROLE " + one + " SET statement_timeout = 7", "ALTER ROLE " + one + " RESET ALL",
            "ALTER ROLE " + one + " VALID UNTIL '2100-01-01'",
                "ALTER ROLE " + one + " VALID UNTIL 'infinity'",
            "ALTER ROLE " + two + " CREATEDB", "ALTER ROLE " + two + " NOCREATEDB",
            "GRANT pg_monitor TO " + one, "REVOKE pg_monitor FROM " + one,
            "GRANT SELECT ON " + table + " TO " + two, "REVOKE SELECT ON " + table + " FROM " + two,
            "ALTER TABLE " + table + " OWNER TO " + one,
                "ALTER TABLE " + table + " OWNER TO CURRENT_USER",
            "CREATE POLICY p ON " + table + " TO " + one, "DROP POLICY p ON " + table,
            "ALTER ROLE " + one + " IN DATABASE " + database().name() + " SET search_path = a",
                "ALTER ROLE " + one + " IN DATABASE " + database().name() + " RESET ALL");
    for (Map.Entry<String, String> each : broken.entrySet()) {
      database().run(each.getKey());
      refused(scene().book(), "password.no-twin");
      database().run(each.getValue());
    }
    database().run("ALTER ROLE " + two + " LOGIN");
    refused(scene().book(), "password.twin-in-use");
    database().run("ALTER ROLE " + two + " NOLOGIN VALID UNTIL '2020-01-01'");
    refused(scene().book(), "password.expired");
    database().run("ALTER ROLE " + two + " VALID UNTIL 'infinity'");
    Files.writeString(
        scene().sink(), Files.readString(scene().sink()).replace("=" + one, "=" + two));
    refused(scene().book(), "rotation.no-old");
  }

  /** As often as in a rotation in place, where it is in each build. */
  @Override
  @Tag("nightly")
  @Test
  @Timeout(120)
  protected void killed_and_killed_again_it_is_gone_on_with_by_another_process() throws Exception {
    super.killed_and_killed_again_it_is_gone_on_with_by_another_process();
  }
}
