package dev.gatehouse.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing in a vault is reached through a link, and nothing outside is written. */
class VaultPathsTest {
  private final Path temp;
  private final Path outside;

  VaultPathsTest(@TempDir Path temp) throws IOException {
    this.temp = temp;
    this.outside = Files.createDirectory(temp.resolve("outside"));
  }

  @Test
  void a_vault_needs_a_directory_of_its_own() throws IOException {
    Files.createSymbolicLink(temp.resolve("link"), outside);
    Files.createSymbolicLink(temp.resolve("dangling"), temp.resolve("nowhere"));
    Files.createFile(temp.resolve("file"));
    refused("link", "vault.link");
    refused("file", "vault.not-a-directory");
    refused("no/parent", "vault.no-parent");
    Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxrwxr-x"));
    refused("outside", "vault.open-to-others");
    assertThatThrownBy(() -> Vault.at(temp.resolve("dangling"))).isInstanceOf(Refusal.class);
    assertThat(temp.resolve("nowhere")).doesNotExist();
    assertThat(outside).isEmptyDirectory();
  }

  private void refused(String name, String code) {
    assertThatThrownBy(() -> Vault.at(temp.resolve(name)))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.findings().get(0).code()).isEqualTo(code));
  }

  @Test
  void a_link_above_the_vault_is_resolved_once() throws IOException {
    Files.createSymbolicLink(temp.resolve("link"), outside);
    Vault vault = Vault.at(temp.resolve("link").resolve("vault"));
    assertThat(vault.root()).isEqualTo(outside.resolve("vault"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"shop.db", "manifest.json", "RESTORE.md", ""})
  void a_link_in_an_artifact_is_refused(String name) throws IOException {
    Vault vault = Vault.at(temp.resolve("vault"));
    Artifact made = Vaults.publish(vault, "k", false);
    Path component = made.directory().resolve(name);
    Path moved = outside.resolve("moved");
    Files.move(component, moved);
    Files.createSymbolicLink(component, moved);
    assertThatThrownBy(() -> vault.verify(made)).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> vault.unpack(made, temp)).isInstanceOf(Refusal.class);
    assertThat(temp.resolve("shop.db")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"catalog.jsonl", "checksums.txt", ".lock"})
  void a_link_in_the_vault_is_refused(String name) throws IOException {
    Vault vault = Vault.at(temp.resolve("vault"));
    Artifact made = Vaults.publish(vault, "k", false);
    Path moved = outside.resolve("moved");
    Files.move(vault.root().resolve(name), moved);
    Files.createSymbolicLink(vault.root().resolve(name), moved);
    byte[] before = Files.readAllBytes(moved);
    assertThatThrownBy(() -> vault.verify(made)).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> Vaults.publish(vault, "k2", false)).isInstanceOf(Refusal.class);
    assertThat(moved).hasBinaryContent(before);
  }

  @Test
  void a_pipe_in_the_place_of_data_does_not_block() throws Exception {
    Vault vault = Vault.at(temp.resolve("vault"));
    Artifact made = Vaults.publish(vault, "k", false);
    Files.delete(made.files().get(0));
    assertThat(new ProcessBuilder("mkfifo", made.files().get(0).toString()).start().waitFor())
        .isZero();
    assertThatThrownBy(() -> vault.verify(made))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is not a regular file");
  }

  @Test
  void a_directory_put_in_the_place_of_the_staging_is_noticed() throws IOException {
    Vault vault = Vault.at(temp.resolve("vault"));
    try (Staging staging = vault.stage("k", Vaults.NOON)) {
      Path directory = staging.file(Vaults.RAW).getParent();
      Files.move(directory, outside.resolve("real"));
      Files.createSymbolicLink(directory, outside);
      Vaults.write(outside.resolve(Vaults.RAW), new byte[10]);
      assertThatThrownBy(() -> staging.publish(Vaults.facts(false)))
          .isInstanceOf(StepFailed.class)
          .hasMessageContaining("another directory took its place");
      Files.delete(directory);
    }
    assertThat(vault.artifacts()).isEmpty();
    assertThat(outside.resolve("manifest.json")).doesNotExist();
  }

  @Test
  void a_vault_swapped_for_a_link_is_noticed() throws IOException {
    Vault vault = Vault.at(temp.resolve("vault"));
    Files.move(vault.root(), outside.resolve("real"));
    Files.createSymbolicLink(temp.resolve("vault"), outside);
    assertThatThrownBy(() -> vault.stage("k", Vaults.NOON))
        .hasMessageContaining("another directory took its place");
    assertThatThrownBy(vault::artifacts).hasMessageContaining("another directory took its place");
    assertThat(Vaults.names(outside)).containsExactly("real");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../outside", "/etc", "", "20261121T120000Z-0123abcd/../x"})
  void an_id_that_leads_out_is_unknown(String id) {
    Vault vault = Vault.at(temp.resolve("vault"));
    assertThatThrownBy(() -> vault.withId(id))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the vault lists no artifact '" + id + "'");
  }

  @Test
  void unpacking_overwrites_nothing_and_follows_no_link() throws IOException {
    Vault vault = Vault.at(temp.resolve("vault"));
    Artifact made = Vaults.publish(vault, "k", true);
    Files.createSymbolicLink(temp.resolve("shop.db"), outside.resolve("planted"));
    assertThatThrownBy(() -> vault.unpack(made, temp)).hasMessageContaining("unpack.exists");
    assertThat(outside).isEmptyDirectory();
    Files.createSymbolicLink(temp.resolve("link"), outside);
    assertThatThrownBy(() -> vault.unpack(made, temp.resolve("link")))
        .hasMessageContaining("unpack.no-directory");
    assertThat(outside).isEmptyDirectory();
    Path copy = vault.unpack(made, outside).get(0);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rw-------");
  }

  @Test
  void nothing_is_made_renamed_or_deleted_in_a_directory_that_took_the_place() throws IOException {
    Path ours = Files.createDirectory(temp.resolve("ours"));
    Files.createFile(outside.resolve("theirs"));
    Directory directory = Directory.of(ours);
    Files.delete(ours);
    Files.createSymbolicLink(ours, outside);
    String notOurs = "another directory took its place";
    assertThatThrownBy(() -> directory.make("new")).hasMessageContaining(notOurs);
    assertThatThrownBy(() -> directory.rename("theirs", "x")).hasMessageContaining(notOurs);
    assertThatThrownBy(() -> directory.delete("theirs")).hasMessageContaining(notOurs);
    assertThatThrownBy(directory::sync).hasMessageContaining(notOurs);
    assertThatThrownBy(() -> directory.create("new")).hasMessageContaining(notOurs);
    assertThat(Vaults.names(outside)).containsExactly("theirs");
  }

  /** A race that a check by path before opening by path would lose. */
  @Test
  void a_link_swapped_in_a_loop_never_leads_out() throws Exception {
    Vault vault = Vault.at(temp.resolve("vault"));
    Artifact made = Vaults.publish(vault, "k", false);
    Path evil = Files.createDirectory(outside.resolve("evil"));
    Files.write(evil.resolve("shop.db"), new byte[] {1});
    Directory directory = Directory.of(made.directory());
    Path aside = vault.root().resolve("aside");
    AtomicBoolean stop = new AtomicBoolean();
    Thread swapper =
        new Thread(
            () -> {
              while (!stop.get()) {
                try {
                  Files.move(made.directory(), aside);
                  Files.createSymbolicLink(made.directory(), evil);
                  Files.delete(made.directory());
                  Files.move(aside, made.directory());
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              }
            });
    swapper.start();
    int opened = 0;
    int escaped = 0;
    for (int i = 0; i < 10_000; i++) {
      try (var file = directory.read("shop.db")) {
        opened++;
        escaped += file.size() == 1 ? 1 : 0;
      } catch (FileSystemException e) {
        assertThat(e).isNotNull();
      }
    }
    stop.set(true);
    swapper.join();
    assertThat(escaped).isZero();
    assertThat(opened).isPositive();
  }
}
