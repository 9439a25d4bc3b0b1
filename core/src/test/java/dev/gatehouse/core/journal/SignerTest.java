package dev.gatehouse.core.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignerTest {
  private static final byte[] MESSAGE = {1, 2, 3};

  private final Path directory;

  SignerTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void the_key_of_a_directory_stays_the_same() throws Exception {
    Signer first = Signer.in(directory.resolve("keys"));
    Signer second = Signer.in(directory.resolve("keys"));
    assertThat(second.publicKey()).isEqualTo(first.publicKey());
    assertThat(second.keyId()).isEqualTo(first.keyId()).hasSize(32);
    assertThat(Signer.verify(first.publicKey(), MESSAGE, second.sign(MESSAGE))).isTrue();
  }

  @Test
  void the_key_file_is_for_its_owner_only_and_nothing_else_is_left_there() throws Exception {
    Path keys = directory.resolve("keys");
    Signer.in(keys);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys)))
        .isEqualTo("rwx------");
    Path key = keys.resolve("signing.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    try (var files = Files.list(keys)) {
      assertThat(files).containsExactlyInAnyOrder(key, keys.resolve("signing.pub"));
    }
    assertThat(keys.resolve("signing.pub")).content().doesNotContain("PRIVATE");
  }

  @Test
  void a_signature_of_another_key_or_message_does_not_verify() {
    Signer signer = Signer.ephemeral();
    byte[] signature = signer.sign(MESSAGE);
    assertThat(Signer.verify(signer.publicKey(), MESSAGE, signature)).isTrue();
    assertThat(Signer.verify(Signer.ephemeral().publicKey(), MESSAGE, signature)).isFalse();
    assertThat(Signer.verify(signer.publicKey(), new byte[] {1, 2}, signature)).isFalse();
    assertThat(Signer.verify(signer.publicKey(), MESSAGE, new byte[64])).isFalse();
    assertThat(Signer.verify(signer.publicKey(), MESSAGE, new byte[3])).isFalse();
    assertThat(Signer.verify("no key", MESSAGE, signature)).isFalse();
  }

  @Test
  void a_key_that_others_may_read_is_refused() throws Exception {
    Signer.in(directory);
    Path key = directory.resolve("signing.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> Signer.in(directory))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("fix       chmod 600 " + key);
  }

  @Test
  void a_key_that_is_a_link_is_refused() throws Exception {
    Signer.in(directory.resolve("keys"));
    Files.createSymbolicLink(
        directory.resolve("signing.key"), directory.resolve("keys/signing.key"));
    assertThatThrownBy(() -> Signer.in(directory)).hasMessageContaining("signer.key");
  }

  @Test
  void halves_of_two_keys_are_refused() throws Exception {
    Signer.in(directory.resolve("one"));
    Signer.in(directory.resolve("two"));
    Path key = directory.resolve("one/signing.key");
    String one = Files.readString(key);
    String two = Files.readString(directory.resolve("two/signing.key"));
    String split = "-----BEGIN PUBLIC";
    Files.writeString(
        key, one.substring(0, one.indexOf(split)) + two.substring(two.indexOf(split)));
    assertThatThrownBy(() -> Signer.in(directory.resolve("one")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a public key that is not the private key's");
    Files.writeString(key, "rubbish");
    assertThatThrownBy(() -> Signer.in(directory.resolve("one")))
        .hasMessageContaining("found     no PUBLIC KEY in it");
  }
}
