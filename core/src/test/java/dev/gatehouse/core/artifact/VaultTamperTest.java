package dev.gatehouse.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is changed in a vault after it was written is noticed before it is used. */
class VaultTamperTest {
  private static final int FLIPS = 2_000;
  private static final int TRUNCATIONS = 500;
  private static final int CLEAN = 200;

  private final Path temp;
  private final Vault vault;
  private final Artifact older;
  private final Artifact plain;
  private final Artifact zstd;

  VaultTamperTest(@TempDir Path temp) {
    this.temp = temp;
    vault = Vault.at(temp.resolve("vault"));
    older = Vaults.publish(vault, "older", false);
    plain = Vaults.publish(vault, "plain", false);
    zstd = Vaults.publish(vault, "zstd", true);
  }

  @Test
  void each_flipped_bit_is_caught() throws IOException {
    int caught = tampered(FLIPS, VaultTamperTest::flipped);
    assertThat(caught).isEqualTo(FLIPS);
  }

  @Test
  void each_truncation_is_caught() throws IOException {
    int caught =
        tampered(TRUNCATIONS, (bytes, dice) -> Arrays.copyOf(bytes, dice.nextInt(bytes.length)));
    assertThat(caught).isEqualTo(TRUNCATIONS);
  }

  @Test
  void each_cut_at_the_end_of_a_line_is_caught() throws IOException {
    for (String name : List.of("catalog.jsonl", "checksums.txt")) {
      byte[] whole = Files.readAllBytes(vault.root().resolve(name));
      for (int end = 0; end < whole.length; end++) {
        if (end == 0 || whole[end - 1] == '\n') {
          Vaults.overwrite(vault.root().resolve(name), Arrays.copyOf(whole, end));
          assertThat(refusal(plain)).as("%s cut at %d", name, end).isNotNull();
        }
      }
      Vaults.overwrite(vault.root().resolve(name), whole);
    }
    vault.verify(plain);
  }

  @Test
  void what_was_not_changed_is_never_refused() {
    for (int i = 0; i < CLEAN; i++) {
      Vault reopened = Vault.at(vault.root());
      reopened.verify(i % 2 == 0 ? plain : zstd);
    }
    assertThat(vault.problems()).isEmpty();
  }

  private interface Tampering {
    byte[] tamper(byte[] bytes, Random dice);
  }

  private static byte[] flipped(byte[] bytes, Random dice) {
    byte[] changed = bytes.clone();
    int bit = dice.nextInt(8);
    changed[dice.nextInt(bytes.length)] ^= (byte) (1 << bit);
    return changed;
  }

  /** How many of so many tamperings verification caught, each undone before the next. */
  private int tampered(int times, Tampering tampering) throws IOException {
    Random dice = new Random(20_261_121);
    int caught = 0;
    for (int i = 0; i < times; i++) {
      Artifact artifact = i % 2 == 0 ? plain : zstd;
      List<Path> files =
          List.of(
              artifact.files().get(0),
              artifact.directory().resolve("manifest.json"),
              artifact.directory().resolve("RESTORE.md"),
              vault.root().resolve("catalog.jsonl"),
              vault.root().resolve("checksums.txt"));
      Path file = files.get(i / 2 % files.size());
      byte[] whole = Files.readAllBytes(file);
      Vaults.overwrite(file, tampering.tamper(whole, dice));
      caught += verified(artifact) ? 0 : 1;
      if (i % 7 == 0) {
        assertNothingComesOut(artifact);
      }
      Vaults.overwrite(file, whole);
    }
    vault.verify(plain);
    vault.verify(zstd);
    return caught;
  }

  private void assertNothingComesOut(Artifact artifact) {
    assertThatThrownBy(() -> vault.unpack(artifact, temp)).isInstanceOf(Refusal.class);
    assertThat(temp.resolve(Vaults.RAW)).doesNotExist();
  }

  private boolean verified(Artifact artifact) {
    try {
      vault.verify(artifact);
      return true;
    } catch (Refusal e) {
      return false;
    }
  }

  private Finding refusal(Artifact artifact) {
    try {
      vault.verify(artifact);
      return fail("nothing noticed in " + artifact);
    } catch (Refusal e) {
      return e.findings().get(0);
    }
  }

  private void refusedAs(Artifact artifact, String code, Consumer<Vault> alsoRefuses) {
    assertThat(refusal(artifact).code()).isEqualTo(code);
    assertNothingComesOut(artifact);
    assertThatThrownBy(() -> alsoRefuses.accept(vault)).isInstanceOf(Refusal.class);
    assertThat(vault.problems()).extracting(Finding::code).contains(code);
    assertThat(vault.artifacts()).doesNotContain(artifact).contains(older);
    vault.verify(older);
  }

  @Test
  void swapped_directories_are_noticed() throws IOException {
    Path aside = vault.root().resolve("aside");
    Files.move(plain.directory(), aside);
    Files.move(zstd.directory(), plain.directory());
    Files.move(aside, zstd.directory());
    refusedAs(plain, "artifact.misplaced", v -> v.withId(plain.id()));
    refusedAs(zstd, "artifact.misplaced", v -> v.published("zstd"));
  }

  @Test
  void an_older_artifact_under_a_newer_name_is_noticed() throws IOException {
    for (String name : List.of("shop.db", "manifest.json", "RESTORE.md")) {
      Files.write(
          plain.directory().resolve(name), Files.readAllBytes(older.directory().resolve(name)));
    }
    refusedAs(plain, "artifact.misplaced", v -> v.withId(plain.id()));
  }

  @Test
  void the_data_of_another_artifact_is_noticed() throws IOException {
    Files.write(plain.files().get(0), Files.readAllBytes(older.files().get(0)));
    assertThat(refusal(plain).code()).isEqualTo("artifact.damaged");
    assertThat(refusal(plain).headline()).contains("stored SHA-256 differ");
    assertNothingComesOut(plain);
  }

  @Test
  void a_manifest_made_anew_with_a_right_digest_of_its_own_is_noticed() throws IOException {
    Manifest m = plain.manifest();
    Files.write(plain.files().get(0), Files.readAllBytes(older.files().get(0)));
    Manifest forged =
        new Manifest(
            m.id(),
            m.key(),
            List.of(
                new StoredFile(
                    m.files().get(0).name(),
                    m.files().get(0).codec(),
                    m.rawBytes(),
                    m.storedBytes(),
                    older.manifest().rawSha256(),
                    older.manifest().storedSha256())),
            m.source(),
            m.method(),
            m.content(),
            m.snapshotAt(),
            m.finishedAt(),
            m.versions());
    Files.write(plain.directory().resolve("manifest.json"), ManifestText.write(forged));
    refusedAs(plain, "artifact.exchanged", v -> v.withId(plain.id()));
  }

  @Test
  void a_catalogue_entry_whose_directory_is_gone_is_noticed() throws IOException {
    for (String name : Vaults.names(plain.directory())) {
      Files.delete(plain.directory().resolve(name));
    }
    Files.delete(plain.directory());
    refusedAs(plain, "artifact.incomplete", v -> v.published("plain"));
  }

  @Test
  void a_directory_without_a_manifest_is_not_listed() throws IOException {
    Files.delete(plain.directory().resolve("manifest.json"));
    refusedAs(plain, "artifact.incomplete", v -> v.withId(plain.id()));
  }

  @Test
  void a_journal_put_beside_the_database_is_noticed() throws IOException {
    Files.write(plain.directory().resolve("shop.db-wal"), new byte[10]);
    refusedAs(plain, "artifact.stray-file", v -> v.withId(plain.id()));
  }

  @Test
  void a_copied_directory_that_nobody_listed_is_noticed() throws IOException {
    Path copy = Files.createDirectory(vault.root().resolve("20261121T120000Z-0123abcd"));
    for (String name : Vaults.names(plain.directory())) {
      Files.copy(plain.directory().resolve(name), copy.resolve(name));
    }
    assertThat(vault.artifacts()).hasSize(3);
    assertThat(vault.problems())
        .extracting(Finding::code)
        .containsExactly("artifact.unlisted", "artifact.misplaced");
  }

  @Test
  void bytes_behind_the_compressed_data_are_noticed_even_with_all_sums_right() throws IOException {
    byte[] whole = Files.readAllBytes(zstd.files().get(0));
    byte[] longer = Arrays.copyOf(whole, whole.length + 3);
    Files.write(zstd.files().get(0), longer);
    Manifest m = zstd.manifest();
    Manifest forged =
        new Manifest(
            m.id(),
            m.key(),
            List.of(
                new StoredFile(
                    m.files().get(0).name(),
                    m.files().get(0).codec(),
                    m.rawBytes(),
                    longer.length,
                    m.rawSha256(),
                    Sha256.of(longer))),
            m.source(),
            m.method(),
            m.content(),
            m.snapshotAt(),
            m.finishedAt(),
            m.versions());
    Files.write(zstd.directory().resolve("manifest.json"), ManifestText.write(forged));
    List<Finding> leftOut = vault.rebuildCatalogue();
    assertThat(leftOut).extracting(Finding::code).containsExactly("artifact.damaged");
    assertThat(leftOut.get(0).found()).startsWith("not zstd from byte");
    assertThat(vault.artifacts()).hasSize(2);
  }

  @Test
  void an_artifact_of_another_vault_is_refused() {
    Vault other = Vault.at(temp.resolve("other"));
    Artifact foreign = Vaults.publish(other, "plain", false);
    assertThat(refusal(foreign).code()).isEqualTo("artifact.unknown");
    assertThat(refusal(new Artifact(other.root(), plain.manifest())).code())
        .isEqualTo("artifact.other");
  }

  @Test
  void a_missing_catalogue_is_damage_and_can_be_rebuilt() throws IOException {
    Files.delete(vault.root().resolve("catalog.jsonl"));
    Vault reopened = Vault.at(vault.root());
    assertThatThrownBy(reopened::artifacts)
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("vault.rebuildCatalogue()");
    Files.write(older.files().get(0), new byte[] {1});
    assertThat(reopened.rebuildCatalogue())
        .extracting(Finding::code)
        .containsExactly("artifact.damaged");
    assertThat(reopened.artifacts()).containsExactlyInAnyOrder(plain, zstd);
    reopened.verify(zstd);
  }

  /** Without a catalogue to compare with, a manifest's own digest is all there is. */
  @ParameterizedTest
  @CsvSource({"'\"rawBytes\":5000', '\"rawBytes\":5001'", "'{\"codec\"', '{ \"codec\"'"})
  void an_edited_manifest_is_not_taken_into_a_new_catalogue(String was, String is)
      throws IOException {
    Path manifest = plain.directory().resolve("manifest.json");
    String text = Files.readString(manifest);
    assertThat(text).contains(was);
    Files.writeString(manifest, text.replace(was, is));
    assertThat(vault.rebuildCatalogue())
        .extracting(Finding::code)
        .containsExactly("artifact.manifest-damaged");
    assertThat(vault.artifacts()).containsExactlyInAnyOrder(older, zstd);
  }

  @Test
  void the_message_says_what_was_expected_what_was_found_and_what_to_do() throws IOException {
    Files.write(plain.files().get(0), new byte[] {1});
    assertThatThrownBy(() -> vault.verify(plain))
        .hasMessage(
            """
            file %s is not as it was written: stored bytes differ
              expected  5000
              found     1
              fix       do not use this artifact; restore an older one or back up
              code      artifact.damaged"""
                .formatted(plain.files().get(0)));
  }
}
