package dev.gatehouse.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VaultPublishTest {
  private final Path temp;

  VaultPublishTest(@TempDir Path temp) {
    this.temp = temp;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void what_was_published_is_listed_verified_and_unpacked(boolean zstd) throws IOException {
    Vault vault = Vault.at(temp.resolve("vault"));
    byte[] raw = Vaults.bytes(1, 3_000_000);
    List<String> points = new ArrayList<>();
    Artifact made = Vaults.publish(vault, "run-1/dump", zstd, raw, points::add);

    Vault reopened = Vault.at(temp.resolve("vault"));
    assertThat(reopened.artifacts()).containsExactly(made);
    assertThat(reopened.published("run-1/dump")).contains(made);
    assertThat(reopened.published("run-2/dump")).isEmpty();
    assertThat(reopened.withId(made.id())).isEqualTo(made);
    assertThat(reopened.problems()).isEmpty();
    reopened.verify(made);
    assertThat(reopened.unpack(made, temp)).containsExactly(temp.resolve("shop.db"));
    assertThat(temp.resolve("shop.db")).hasBinaryContent(raw);
    assertThat(made.files().get(0)).exists().hasFileName(zstd ? "shop.db.zst" : "shop.db");
    assertThat(made.manifest().rawBytes()).isEqualTo(raw.length);
    assertThat(made.manifest().storedBytes()).isEqualTo(Files.size(made.files().get(0)));
    assertThat(made.manifest().finishedAt()).isAfterOrEqualTo(Vaults.NOON);
    assertThat(points).containsExactlyElementsOf(Vaults.POINTS);
  }

  @Test
  void compression_makes_the_stored_file_smaller() {
    Vault vault = Vault.at(temp.resolve("vault"));
    Manifest manifest =
        Vaults.publish(vault, "k", true, Vaults.bytes(1, 3_000_000), point -> {}).manifest();
    assertThat(manifest.storedBytes()).isLessThan(manifest.rawBytes() * 6 / 10);
  }

  @Test
  void everything_in_it_is_for_its_owner_only() throws IOException {
    Vault vault = Vault.at(temp.resolve("vault"));
    Vaults.publish(vault, "plain", false);
    Vaults.publish(vault, "zstd", true);
    try (var all = Files.walk(vault.root())) {
      assertThat(all)
          .hasSize(12)
          .allSatisfy(
              path ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                      .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------"));
    }
  }

  @Test
  void nothing_else_is_left_in_the_vault() {
    Vault vault = Vault.at(temp.resolve("vault"));
    Artifact made = Vaults.publish(vault, "k", true);
    assertThat(Vaults.names(vault.root()))
        .containsExactly(".lock", made.id(), "catalog.jsonl", "checksums.txt");
    assertThat(Vaults.names(made.directory()))
        .containsExactly("RESTORE.md", "manifest.json", "shop.db.zst");
  }

  @Test
  void what_is_not_published_is_deleted() {
    Vault vault = Vault.at(temp.resolve("vault"));
    try (Staging staging = vault.stage("k", Vaults.NOON)) {
      Vaults.write(staging.file(Vaults.RAW), new byte[10]);
    }
    assertThat(Vaults.names(vault.root()))
        .containsExactly(".lock", "catalog.jsonl", "checksums.txt");
    assertThat(vault.artifacts()).isEmpty();
  }

  @Test
  void a_second_backup_under_one_key_is_refused() {
    Vault vault = Vault.at(temp.resolve("vault"));
    Artifact first = Vaults.publish(vault, "run-1/dump", false);
    assertThatThrownBy(() -> Vaults.publish(vault, "run-1/dump", false))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a backup was already published under key 'run-1/dump'")
        .hasMessageContaining(first.id());
    assertThat(vault.artifacts()).containsExactly(first);
  }

  @Test
  void the_newest_snapshot_comes_first() {
    Vault vault = Vault.at(temp.resolve("vault"));
    List<Artifact> made = new ArrayList<>();
    for (int hours : new int[] {2, 5, 1}) {
      try (Staging staging = vault.stage("k" + hours, Vaults.NOON)) {
        Vaults.write(staging.file(Vaults.RAW), new byte[10]);
        Facts facts = Vaults.facts(false);
        made.add(
            staging.publish(
                Facts.of(
                    List.of(Vaults.RAW),
                    facts.method(),
                    facts.content(),
                    facts.source(),
                    Vaults.NOON.plusSeconds(hours * 3600L),
                    facts.versions())));
      }
    }
    assertThat(vault.artifacts()).containsExactly(made.get(1), made.get(0), made.get(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../x", "a/b", "/etc/x", "-rf", ".hidden", "a\nb", "a\\b"})
  void a_file_name_that_could_lead_out_is_refused(String name) {
    Vault vault = Vault.at(temp.resolve("vault"));
    try (Staging staging = vault.stage("k", Vaults.NOON)) {
      assertThatThrownBy(() -> staging.file(name))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("cannot be the name of a file in an artifact");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"it's 100% \"my\" shop?.db", "$(touch x).db", "`id`;.db"})
  void odd_names_are_kept(String name) throws Exception {
    Vault vault = Vault.at(temp.resolve("vault"));
    Facts facts = Vaults.facts(true);
    Artifact made;
    try (Staging staging = vault.stage("k", Vaults.NOON)) {
      Vaults.write(staging.file(name), new byte[] {1, 2, 3});
      made =
          staging.publish(
              Facts.of(List.of(name), "m", facts.content(), "s```\n", Vaults.NOON, facts.versions())
                  .compressed());
    }
    vault.verify(made);
    assertThat(vault.unpack(made, temp)).containsExactly(temp.resolve(name));
    assertThat(temp.resolve(name)).hasBinaryContent(new byte[] {1, 2, 3});
    sha256sumAgrees(vault);
    theGuideWorks(made, name);
  }

  @Test
  void a_file_that_is_missing_empty_linked_or_not_alone_is_not_published() throws IOException {
    Vault vault = Vault.at(temp.resolve("vault"));
    Path elsewhere = Files.write(temp.resolve("elsewhere"), new byte[10]);
    refused(vault, file -> {}, "nothing");
    refused(vault, file -> Files.createFile(file), "shop.db of 0 bytes");
    refused(vault, file -> Files.createLink(file, elsewhere), "2 hard links");
    refused(vault, file -> Files.createSymbolicLink(file, elsewhere), "is not a regular file");
    refused(vault, file -> Files.createDirectory(file), "is not a regular file");
    refused(
        vault,
        file -> {
          Files.write(file, new byte[10]);
          Files.write(file.resolveSibling("shop.db-wal"), new byte[10]);
        },
        "shop.db, shop.db-wal");
    assertThat(Vaults.names(vault.root()))
        .containsExactly(".lock", "catalog.jsonl", "checksums.txt");
    assertThat(elsewhere).hasBinaryContent(new byte[10]);
  }

  private interface Writing {
    void write(Path file) throws IOException;
  }

  private static void refused(Vault vault, Writing writing, String found) throws IOException {
    try (Staging staging = vault.stage("k", Vaults.NOON)) {
      writing.write(staging.file(Vaults.RAW));
      assertThatThrownBy(() -> staging.publish(Vaults.facts(false)))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining(found);
    }
  }

  @Test
  void sha256sum_agrees_with_the_checksums() throws Exception {
    Vault vault = Vault.at(temp.resolve("vault"));
    Vaults.publish(vault, "plain", false);
    Artifact last = Vaults.publish(vault, "zstd", true);
    sha256sumAgrees(vault);
    Files.write(last.files().get(0), new byte[] {1});
    assertThat(shell(vault.root(), "LC_ALL=C sha256sum -c checksums.txt")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void the_lines_of_restore_md_restore_with_stock_clients(boolean zstd) throws Exception {
    Vault vault = Vault.at(temp.resolve("vault"));
    byte[] raw = Vaults.bytes(3, 100_000);
    Artifact made = Vaults.publish(vault, "k", zstd, raw, point -> {});
    Path copy = theGuideWorks(made, Vaults.RAW);
    assertThat(copy.resolve("restored.db")).hasBinaryContent(raw);
  }

  private static void sha256sumAgrees(Vault vault) throws Exception {
    assertThat(shell(vault.root(), "LC_ALL=C sha256sum -c checksums.txt")).isZero();
  }

  /** Runs what stands between the fences, in a copy of the artifact. */
  private Path theGuideWorks(Artifact made, String rawName) throws Exception {
    assumeThat(shell(temp, "command -v sha256sum zstd"))
        .as("sha256sum and zstd are on this machine; WITHOUT THEM RESTORE.md IS NOT TESTED")
        .isZero();
    Path copy = Files.createDirectory(temp.resolve("copy"));
    for (String name : Vaults.names(made.directory())) {
      Files.copy(made.directory().resolve(name), copy.resolve(name));
    }
    String guide = Files.readString(copy.resolve("RESTORE.md"));
    String lines = guide.substring(guide.indexOf("```sh\n") + 6, guide.lastIndexOf("```"));
    assertThat(shell(copy, "set -e\n" + lines)).isZero();
    assertThat(copy.resolve(rawName)).exists();
    assertThat(Vaults.names(copy)).doesNotContain("x");
    return copy;
  }

  private static int shell(Path directory, String lines) throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", lines)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")))
            .start();
    return process.waitFor();
  }

  @Test
  void checksums_are_relative_to_the_vault() throws IOException {
    Vault vault = Vault.at(temp.resolve("vault"));
    Artifact made = Vaults.publish(vault, "k", false);
    assertThat(Files.readAllLines(vault.root().resolve("checksums.txt"), StandardCharsets.UTF_8))
        .hasSize(3)
        .first()
        .isEqualTo(made.manifest().storedSha256() + "  " + made.id() + "/shop.db");
  }
}
