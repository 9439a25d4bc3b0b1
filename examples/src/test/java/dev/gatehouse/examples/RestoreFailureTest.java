package dev.gatehouse.examples;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.sqlite.Sqlite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restore that fails leaves the target's content as it was, digest for digest. */
class RestoreFailureTest {
  private static final List<String> BEFORE_THE_RENAME =
      List.of("restore.verified", "restore.staged", "restore.linked", "restore.sidecars-moved");

  @TempDir Path directory = Path.of("");

  /** A shop with a backup, whose payments are lost. */
  private static Target damaged(Path place) throws Exception {
    Path database = place.resolve("shop.db");
    SampleShop.create(database, CrashScenario.ROWS);
    Target shop = Sqlite.file("shop", database);
    Runner.journalingTo(place.resolve("backup"))
        .run(
            Plan.of(runbook("Backup", gate("Backup", backUp(into(place.resolve("vault"))))), shop));
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
        Statement statement = connection.createStatement()) {
      statement.execute("drop table payments");
    }
    return shop;
  }

  /** How the run ended; NOT_UNDONE would mean that something remains. */
  private RunState restored(Target shop, Path vault, Consumer<String> points) {
    Runner runner = Runner.journalingTo(directory.resolve("journals")).withPoints(points);
    try {
      String id = newest(vault);
      var backup = fromCatalogue(Vault.at(vault)).withId(id);
      return runner
          .run(
              Plan.of(runbook("Restore", gate("Restored", restore(backup).named("restore"))), shop))
          .state();
    } catch (Refusal e) {
      return RunState.FAILED_CLEAN;
    }
  }

  private static String newest(Path vault) {
    return Vault.at(vault).artifacts().get(0).id();
  }

  @Test
  void from_an_artifact_with_a_flipped_byte() throws Exception {
    Target shop = damaged(directory);
    Path vault = directory.resolve("vault");
    Content before = EndState.settled(directory);
    Path data = Vault.at(vault).artifacts().get(0).files().get(0);
    byte[] good = Files.readAllBytes(data);
    int all = 16;
    int unchanged = 0;
    for (int i = 0; i < all; i++) {
      byte[] bad = good.clone();
      bad[(int) ((long) i * (good.length - 1) / (all - 1))] ^= (byte) (1 << (i % 8));
      Files.write(data, bad, StandardOpenOption.TRUNCATE_EXISTING);
      RunState state = restored(shop, vault, point -> {});
      boolean same = EndState.settled(directory).equals(before);
      unchanged += state == RunState.FAILED_CLEAN && same ? 1 : 0;
    }
    System.out.println("restore from a corrupt artifact: unchanged " + unchanged + " of " + all);
    assertThat(unchanged).isEqualTo(all);
    Files.write(data, good, StandardOpenOption.TRUNCATE_EXISTING);
    assertThat(restored(shop, vault, point -> {})).isEqualTo(RunState.SUCCEEDED);
    assertThat(EndState.settled(directory)).isNotEqualTo(before);
  }

  @Test
  void onto_a_disk_that_fills_up_meanwhile() throws Exception {
    Path small = Files.createDirectory(directory.resolve("small"));
    assumeThat(execute("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", small.toString()))
        .as("NOT TESTED: a disk that fills up needs the right to mount a tmpfs")
        .isZero();
    try {
      Target shop = damaged(small);
      Path vault = directory.resolve("vault");
      CrashLane.copy(small.resolve("vault"), vault);
      Content before = EndState.settled(small);
      int unchanged = 0;
      List<String> moments =
          List.of("restore.safety-published", "restore.unpacked", "restore.swept");
      for (String moment : moments) {
        Path filler = small.resolve("filler");
        RunState state = restored(shop, vault, point -> fill(filler, point, "restore:" + moment));
        assertThat(Files.size(filler)).isPositive();
        Files.delete(filler);
        boolean same = EndState.settled(small).equals(before);
        unchanged += state == RunState.FAILED_CLEAN && same ? 1 : 0;
      }
      System.out.println("restore onto a full disk: unchanged " + unchanged + " of 3");
      assertThat(unchanged).isEqualTo(moments.size());
      assertThat(restored(shop, vault, point -> {})).isEqualTo(RunState.SUCCEEDED);
    } finally {
      execute("umount", "-l", small.toString());
    }
  }

  private static void fill(Path filler, String reached, String moment) {
    if (!reached.equals(moment)) {
      return;
    }
    byte[] page = new byte[4096];
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(page);
      }
    } catch (IOException full) {
      return;
    }
  }

  private static int execute(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor();
  }

  @Test
  void killed_before_the_new_file_takes_its_place() throws Exception {
    Path work = Files.createDirectory(directory.resolve("work")).toRealPath();
    Path pristine = directory.toRealPath().resolve("pristine");
    CrashScenario.RESTORE.prepare(work);
    Content before = EndState.settled(work);
    CrashLane.copy(work, pristine);
    int unchanged = 0;
    for (String point : BEFORE_THE_RENAME) {
      CrashLane.delete(work);
      CrashLane.copy(pristine, work);
      ChildProcess killed =
          ChildProcess.killedAt(CrashScenario.RESTORE, work, "restore:" + point, 1);
      assertThat(killed.killed()).as(killed.words()).isTrue();
      unchanged += EndState.settled(work).equals(before) ? 1 : 0;
    }
    System.out.println(
        "killed restore: unchanged " + unchanged + " of " + BEFORE_THE_RENAME.size());
    assertThat(unchanged).isEqualTo(BEFORE_THE_RENAME.size());
    CrashLane.delete(work);
    CrashLane.copy(pristine, work);
    ChildProcess.killedAt(CrashScenario.RESTORE, work, "restore:restore.renamed", 1);
    assertThat(EndState.settled(work)).isNotEqualTo(before);
  }
}
