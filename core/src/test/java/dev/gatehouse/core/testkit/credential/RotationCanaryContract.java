package dev.gatehouse.core.testkit.credential;

import static dev.gatehouse.core.testkit.Steps.failing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.Reports;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.testkit.CanaryScanner;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.core.testkit.fault.CanaryHunt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.FileHandler;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * After rotations, some of them taken back, on a server that logs all it is told, no password
 * stands where it must not: neither old ones of many shapes nor the new ones.
 */
public abstract class RotationCanaryContract {
  /** Not every driver says something; that it would be heard is shown. */
  private static final String HEARD = "what is said at the lowest level is heard";

  @TempDir Path work = Path.of("");

  private Path run = Path.of("");
  private final List<String> canaries = new ArrayList<>();

  protected abstract EngineUnderTest engine();

  protected abstract RotationSubject subject();

  /** As {@code name=value}: all logs on. */
  protected abstract String[] settings();

  /** Gives an account that password, by what the server keeps of it. */
  protected abstract void set(TestDatabase database, String account, Secret password)
      throws SQLException;

  /** Hands the new one to a program. */
  protected abstract Runbook toProgram(String account, Secret old, Path vault);

  /** What the logs hold where they were written at all. */
  protected abstract String logged();

  @Test
  @Timeout(300)
  void no_log_and_no_text_has_one_of_a_few() throws Exception {
    hunted(3);
  }

  @Tag("nightly")
  @Test
  @Timeout(1_800)
  void no_log_and_no_text_has_one_of_forty() throws Exception {
    hunted(CanaryShapes.count());
  }

  private void hunted(int shapes) throws Exception {
    Path drivers = work.resolve("drivers.log");
    FileHandler handler = new FileHandler(drivers.toString());
    handler.setFormatter(new SimpleFormatter());
    handler.setLevel(Level.ALL);
    Logger root = Logger.getLogger("");
    Optional<Level> before = Optional.ofNullable(root.getLevel());
    root.addHandler(handler);
    root.setLevel(Level.ALL);
    try (OwnServer server =
            engine().another(directory -> run = directory.resolveSibling(""), settings());
        TestDatabase database = server.database()) {
      for (int shape = 0; shape < shapes; shape++) {
        rotated(new RotationScene(subject(), database, work), shape);
      }
      program(new RotationScene(subject(), database, work));
      Logger.getLogger("dev.gatehouse.heard").finest(HEARD);
      root.setLevel(before.orElse(Level.INFO));
      root.removeHandler(handler);
      handler.close();
      CanaryHunt hunt = new CanaryHunt(CanaryScanner.ofAll(canaries));
      for (Path place : List.of(drivers, work.resolve("texts"), run)) {
        assertThat(hunt.in(place)).isEmpty();
      }
      assertThat(hunt.in(ProcessHandle.current())).isEmpty();
      assertThat(new CanaryHunt(new CanaryScanner(logged())).in(run)).isNotEmpty();
      assertThat(Files.readString(drivers)).contains(HEARD);
    } finally {
      root.removeHandler(handler);
      root.setLevel(before.orElse(Level.INFO));
    }
  }

  private void rotated(RotationScene scene, int shape) throws Exception {
    String old = CanaryShapes.of(shape, scene.account(), scene.database().name());
    if (!CanaryShapes.isName(shape)) {
      canaries.add(old);
    }
    Files.writeString(scene.sink(), old);
    if (CanaryShapes.isRefused(shape)) {
      Throwable refused = catchThrowable(() -> Plan.of(scene.book(), scene.target()));
      assertThat(refused).isInstanceOf(Refusal.class).hasMessageContaining("rotation.old-form");
      tell(scene, String.valueOf(refused));
      return;
    }
    set(scene.database(), scene.account(), Secret.of("old", old.toCharArray()));
    RunRecord back =
        ran(scene, subject().book(scene.accounts(), scene.sink(), Optional.of(failing("clients"))));
    assertThat(back.state()).isNotEqualTo(RunState.SUCCEEDED);
    assertThat(scene.current()).isEqualTo(old);
    RunRecord whole = ran(scene, scene.book());
    assertThat(whole.state()).as(RunText.failure(whole)).isEqualTo(RunState.SUCCEEDED);
    canaries.add(scene.current());
  }

  private RunRecord ran(RotationScene scene, Runbook book) throws Exception {
    Plan plan = Plan.of(book, scene.target());
    // A password that is a name leaves the name where it belongs.
    assertThat(plan.full()).contains(scene.account());
    RunRecord record = scene.runner().run(plan);
    tell(scene, plan + "\n" + RunText.failure(record) + "\n" + RunText.recap(record));
    Reports.write(work.resolve("texts").resolve(scene.account() + "." + record.run()), record, "");
    return record;
  }

  private void tell(RotationScene scene, String text) throws IOException {
    Path texts = Files.createDirectories(work.resolve("texts"));
    Files.writeString(Files.createTempFile(texts, scene.account(), ".txt"), text);
    if (Files.isDirectory(scene.journals())) {
      Path journals = Files.createDirectories(texts.resolve(scene.account() + ".journals"));
      try (var files = Files.list(scene.journals())) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.write(
              journals.resolve(String.valueOf(file.getFileName())), Files.readAllBytes(file));
        }
      }
    }
  }

  /** It tells what it shows of itself while it has the password. */
  private void program(RotationScene scene) throws Exception {
    Path vault = work.resolve("vault");
    String old = scene.current();
    canaries.add(old);
    RunRecord record =
        ran(scene, toProgram(scene.account(), Secret.of("old", old.toCharArray()), vault));
    assertThat(record.state()).as(RunText.failure(record)).isEqualTo(RunState.SUCCEEDED);
    assertThat(scene.logsIn(Files.readString(vault))).isTrue();
    canaries.add(Files.readString(vault));
    CanaryHunt hunt = new CanaryHunt(CanaryScanner.ofAll(canaries));
    assertThat(hunt.in(work.resolve("shown"))).isEmpty();
    assertThat(work.resolve("shown")).isNotEmptyFile();
    assertThat(Files.getPosixFilePermissions(scene.sink()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  /** Words of a program that keeps what it reads in that file, and writes what it shows beside. */
  protected static String[] keeping(Path vault) {
    String shown = vault.resolveSibling("shown").toString();
    return new String[] {
      "-c", "cat > " + vault + "; cat /proc/$$/cmdline /proc/$$/environ > " + shown
    };
  }
}
