package dev.gatehouse.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.testkit.Sampled;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An artifact is published or it is not, wherever its process dies. */
class VaultCrashTest {
  private static final String[] EMPTY = {".lock", "catalog.jsonl", "checksums.txt"};

  private final Path root;

  VaultCrashTest(@TempDir Path temp) {
    this.root = temp.resolve("vault");
  }

  /** The second process: dies at the point it is told, as by kill -9. */
  static final class Dying {
    private Dying() {}

    public static void main(String[] args) {
      Vaults.publish(
          Vault.at(Path.of(args[0])),
          args[1],
          Boolean.parseBoolean(args[2]),
          Vaults.bytes(5, 50_000),
          point -> {
            if (point.equals(args[3])) {
              Runtime.getRuntime().halt(137);
            }
          });
    }
  }

  /** A process that publishes many. */
  static final class Busy {
    private Busy() {}

    public static void main(String[] args) {
      Vault vault = Vault.at(Path.of(args[0]));
      for (int i = 0; i < Integer.parseInt(args[2]); i++) {
        Vaults.publish(vault, args[1] + i, i % 2 == 0);
      }
    }
  }

  private static Process start(Class<?> main, Object... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    return new ProcessBuilder(command).inheritIO().start();
  }

  /** Behind these it is there. */
  private static final Set<String> PUBLISHED =
      Set.of(
          "vault.renamed",
          "vault.published",
          "vault.catalogued",
          "vault.checksummed",
          "vault.completed");

  /** With each point of a publication, and whether the artifact is there if it ends there. */
  @Retention(RetentionPolicy.RUNTIME)
  @ParameterizedTest
  @CsvSource({
    "vault.staged, false",
    "vault.hashed, false",
    "vault.synced, false",
    "vault.guided, false",
    "vault.described, false",
    "vault.manifest, false",
    "vault.sealed, false",
    "vault.prepared, false",
    "vault.intended, false",
    "vault.renamed, true",
    "vault.published, true",
    "vault.catalogued, true",
    "vault.checksummed, true",
    "vault.completed, true",
  })
  private @interface AtEachPoint {}

  /** At each of them an exception is had. */
  private static Stream<String> somePoints() {
    return Sampled.Few.of(4, Vaults.POINTS.size()).mapToObj(Vaults.POINTS::get);
  }

  @ParameterizedTest
  @MethodSource("somePoints")
  void a_process_that_dies_leaves_a_whole_artifact_or_none(String point) throws Exception {
    boolean published = PUBLISHED.contains(point);
    assertThat(start(Dying.class, root, "run-1/dump", !published, point).waitFor()).isEqualTo(137);

    Vault vault = Vault.at(root);
    // Asked in the order of a reader that never heard of the crash: it must meet no half state.
    List<Artifact> listed = vault.artifacts();
    Optional<Artifact> probed = vault.published("run-1/dump");
    assertThat(probed.isPresent()).isEqualTo(published);
    assertThat(listed).isEqualTo(probed.stream().toList());
    listed.forEach(vault::verify);
    if (!published) {
      assertThat(vault.problems())
          .extracting(Finding::code)
          .containsExactly("vault.abandoned-staging");
      Artifact again = Vaults.publish(vault, "run-1/dump", false);
      assertThat(vault.artifacts()).containsExactly(again);
    }
    assertThat(vault.problems()).isEmpty();
    assertThat(Vaults.names(root))
        .containsExactly(".lock", vault.artifacts().get(0).id(), "catalog.jsonl", "checksums.txt");
  }

  @AtEachPoint
  void an_exception_leaves_a_whole_artifact_or_nothing(String point, boolean published) {
    Vault vault = Vault.at(root);
    assertThatThrownBy(
            () ->
                Vaults.publish(
                    vault,
                    "k",
                    published,
                    Vaults.bytes(5, 50_000),
                    reached -> {
                      if (reached.equals(point)) {
                        throw new IllegalStateException("stopped at " + point);
                      }
                    }))
        .hasMessage("stopped at " + point);
    assertThat(vault.published("k").isPresent()).isEqualTo(published);
    vault.artifacts().forEach(vault::verify);
    assertThat(vault.artifacts()).hasSize(published ? 1 : 0);
    assertThat(vault.problems()).isEmpty();
    if (!published) {
      // The two prepared lists are overwritten by the next publication.
      assertThat(Vaults.names(root)).contains(EMPTY).allMatch(n -> n.matches("\\.?[a-z.]+"));
    }
  }

  @Test
  void verification_right_after_a_crash_is_no_false_alarm() throws Exception {
    Artifact first = Vaults.publish(Vault.at(root), "first", false);
    assertThat(start(Dying.class, root, "second", true, "vault.catalogued").waitFor())
        .isEqualTo(137);
    Vault.at(root).verify(first);
  }

  @Test
  void what_a_crash_left_is_not_listed_when_its_data_is_damaged() throws Exception {
    assertThat(start(Dying.class, root, "k", false, "vault.renamed").waitFor()).isEqualTo(137);
    String id = Vaults.names(root).stream().filter(ArtifactName::isId).findFirst().orElseThrow();
    Files.write(root.resolve(id).resolve(Vaults.RAW), new byte[50_000]);
    Vault vault = Vault.at(root);
    assertThat(vault.artifacts()).isEmpty();
    assertThatThrownBy(() -> vault.published("k")).hasMessageContaining("artifact.unlisted");
    assertThat(vault.problems()).extracting(Finding::code).containsExactly("artifact.unlisted");
  }

  @Test
  void what_a_dead_process_left_under_another_key_is_reported_and_not_swept() throws Exception {
    assertThat(start(Dying.class, root, "k", false, "vault.synced").waitFor()).isEqualTo(137);
    Vault vault = Vault.at(root);
    Vaults.publish(vault, "another", false);
    assertThat(vault.problems())
        .extracting(Finding::code)
        .containsExactly("vault.abandoned-staging");
  }

  @Test
  void a_living_staging_is_not_swept_and_not_reported() throws Exception {
    Vault vault = Vault.at(root);
    try (Staging living = vault.stage("k", Vaults.NOON)) {
      Vaults.write(living.file(Vaults.RAW), new byte[10]);
      try (Staging second = Vault.at(root).stage("k", Vaults.NOON)) {
        assertThat(second.id()).isNotEqualTo(living.id());
      }
      Busy.main(new String[] {root.toString(), "other", "2"});
      assertThat(start(Busy.class, root, "process", 2).waitFor()).isZero();
      assertThat(living.file(Vaults.RAW)).exists();
      assertThat(vault.problems()).isEmpty();
      living.publish(Vaults.facts(false));
    }
    assertThat(vault.artifacts()).hasSize(5);
  }

  @Test
  void processes_and_threads_publish_at_once() throws Exception {
    publishAtOnce(3);
  }

  @Test
  @Tag("nightly")
  void processes_and_threads_publish_at_once_for_long() throws Exception {
    publishAtOnce(100);
  }

  private void publishAtOnce(int each) throws Exception {
    List<Process> processes = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      processes.add(start(Busy.class, root, name, each));
    }
    List<Thread> threads = new ArrayList<>();
    for (String name : List.of("x", "y")) {
      Thread thread = new Thread(() -> Busy.main(new String[] {root.toString(), name, "" + each}));
      threads.add(thread);
      thread.start();
    }
    Vault vault = Vault.at(root);
    while (processes.stream().anyMatch(Process::isAlive)) {
      vault.artifacts().stream().limit(1).forEach(vault::verify);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (Process process : processes) {
      assertThat(process.waitFor()).isZero();
    }
    assertThat(vault.artifacts()).hasSize(5 * each).allSatisfy(vault::verify);
    assertThat(vault.problems()).isEmpty();
  }

  @Test
  void of_two_that_publish_one_key_one_is_refused() {
    Vault vault = Vault.at(root);
    try (Staging slow = vault.stage("k", Vaults.NOON)) {
      Vaults.write(slow.file(Vaults.RAW), new byte[10]);
      Artifact fast = Vaults.publish(vault, "k", false);
      assertThatThrownBy(() -> slow.publish(Vaults.facts(false)))
          .hasMessageContaining("artifact.key-taken");
      assertThat(vault.artifacts()).containsExactly(fast);
    }
    assertThat(vault.problems()).isEmpty();
  }

  @Test
  void a_full_disk_leaves_the_vault_as_it_was(@TempDir Path mount) throws Exception {
    try (SmallDisk disk = SmallDisk.mount(mount, 4 << 20)) {
      Vault vault = Vault.at(disk.path().resolve("vault"));
      Artifact first = Vaults.publish(vault, "first", false);
      List<String> before = Vaults.names(vault.root());
      int published = 0;
      int refused = 0;
      // Free space shrinks page by page, so that each of the writes is once the one that fails.
      Path ballast = disk.path().resolve("ballast");
      for (int pages = 0; pages < 12; pages++) {
        disk.fillBut(ballast, pages * 4096L);
        try {
          Vaults.publish(vault, "k" + pages, true, Vaults.bytes(9, 9_000), point -> {});
          published++;
        } catch (StepFailed e) {
          refused++;
          assertThat(e).hasMessageContaining("No space left on device");
        } catch (dev.gatehouse.core.outcome.Refusal e) {
          refused++;
          assertThat(e).hasMessageContaining("No space left on device");
        } catch (java.io.UncheckedIOException e) {
          refused++;
        }
        Files.delete(ballast);
        assertThat(vault.artifacts()).hasSize(1 + published);
        assertThat(vault.problems()).isEmpty();
        vault.verify(first);
      }
      assertThat(refused).isGreaterThan(3);
      assertThat(published).isGreaterThan(1);
      assertThat(Vaults.names(vault.root())).containsAll(before).noneMatch(n -> n.contains("part"));
    }
  }
}
