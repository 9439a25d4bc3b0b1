package dev.gatehouse.dsl.file;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.note;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseOperations.exportEnvironment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.Checklist;
import dev.gatehouse.core.report.RunJson;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Settings are kept for their owner, and nowhere else. */
@Timeout(60)
class ExportEnvironmentTest {
  private static final String TEXT = "# shop\nAPP_KEY=kN4ry-base64\nDB_PASSWORD=\"kN4ry-pass\"\n";

  private Path work;
  private Path env;
  private Path copy;

  @BeforeEach
  void an_environment(@TempDir Path temporary) throws IOException {
    work = temporary;
    env = Files.writeString(temporary.resolve(".env"), TEXT);
    copy = temporary.resolve("incident.env");
  }

  private Change step() {
    return exportEnvironment(env).into(copy);
  }

  private Plan plan(String last) throws Exception {
    return plan(last, note("nothing meanwhile"));
  }

  private Plan plan(String last, Check meanwhile) throws Exception {
    return Plan.of(
        runbook(
            "Exported",
            gate("Exported", step()),
            gate("Meanwhile", meanwhile),
            gate("Checked", noRows(last))),
        Desk.shop(work.resolve("shop.db")));
  }

  private static Check writing(Path file, String text) {
    return NamedCheck.of(
        "somebody writes",
        reading -> List.of(),
        reading -> {
          Files.writeString(file, text);
          return Outcome.passed(reading.evidence());
        });
  }

  private RunRecord run(String last) throws Exception {
    return Runner.journalingTo(work.resolve("journals")).run(plan(last));
  }

  @Test
  void it_is_copied_for_its_owner_alone_and_stands_nowhere_else() throws Exception {
    RunRecord record = run("select 1 where 0");
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(copy).hasContent(TEXT);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rw-------");
    assertThat(record.step(step().name()).orElseThrow().evidence().orElseThrow().facts())
        .containsEntry("variables", "2");
    assertThat(plan("select 1") + Checklist.filled(record, "") + RunJson.of(record, ""))
        .doesNotContain("kN4ry");
    try (var files = Files.walk(work.resolve("journals"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.UTF_8))
            .doesNotContain("kN4ry");
      }
    }
    try (var files = Files.list(work)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(n -> n.endsWith(".part"));
    }
  }

  @Test
  void it_is_removed_when_it_is_undone_also_after_the_original_has_changed() throws Exception {
    RunRecord record =
        Runner.journalingTo(work.resolve("journals"))
            .run(plan("select 1", writing(env, "APP_KEY=rotated\n")));
    assertThat(record.state()).isEqualTo(RunState.UNDONE);
    assertThat(copy).doesNotExist();
  }

  @Test
  void one_that_was_there_before_or_that_somebody_changed_stays() throws Exception {
    Files.writeString(copy, TEXT);
    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
    assertThat(run("select 1").state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(copy).hasContent(TEXT);

    Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> plan("select 1")).hasMessageContaining("environment.open");
    Files.writeString(copy, "OTHER=1\n");
    assertThatThrownBy(() -> plan("select 1"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("environment.taken");
    assertThat(copy).hasContent("OTHER=1\n");
  }

  @Test
  void a_copy_that_somebody_changed_is_not_removed() throws Exception {
    Plan plan = plan("select 1", writing(copy, TEXT + "NOTED=1\n"));
    try (Run run = Runner.journalingTo(work.resolve("journals")).start(plan)) {
      assertThat(run.untilPeople().state()).isNotEqualTo(RunState.UNDONE);
    }
    assertThat(copy).content().contains("NOTED=1");
  }

  @Test
  void what_is_no_environment_is_refused() throws Exception {
    Files.writeString(env, "# nothing\n");
    assertThatThrownBy(() -> plan("select 1")).hasMessageContaining("environment.none");
    Files.delete(env);
    assertThatThrownBy(() -> plan("select 1")).hasMessageContaining("environment.none");
    Files.writeString(env, TEXT);
    copy = work.resolve("none").resolve("x.env");
    assertThatThrownBy(() -> plan("select 1")).hasMessageContaining("environment.place");
  }
}
