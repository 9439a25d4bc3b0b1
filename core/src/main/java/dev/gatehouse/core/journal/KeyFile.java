package dev.gatehouse.core.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code signing.key}: private and public key as two PEM blocks in one file, so that the pair is
 * there whole or not at all. {@code signing.pub} is a copy for others to take.
 */
final class KeyFile {
  private final Path directory;
  private final Path key;

  private KeyFile(Path directory) {
    this.directory = directory;
    this.key = directory.resolve("signing.key");
  }

  static KeyFile in(Path directory) {
    return new KeyFile(directory);
  }

  KeyPair loadOrCreate(Supplier<KeyPair> keys) throws IOException {
    PrivateFiles.createDirectories(directory);
    if (!Files.exists(key, LinkOption.NOFOLLOW_LINKS)) {
      create(keys.get());
    }
    KeyPair pair = load();
    Path copy = directory.resolve("signing.pub");
    if (!Files.exists(copy, LinkOption.NOFOLLOW_LINKS)) {
      publish(pem("PUBLIC KEY", pair.getPublic().getEncoded()), copy);
    }
    return pair;
  }

  private void create(KeyPair pair) throws IOException {
    publish(
        pem("PRIVATE KEY", pair.getPrivate().getEncoded())
            + pem("PUBLIC KEY", pair.getPublic().getEncoded()),
        key);
  }

  /** Whole or not at all, and never over a file somebody else was faster to publish. */
  private void publish(String text, Path file) throws IOException {
    Path part = directory.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
    try {
      PrivateFiles.write(part, text.getBytes(US_ASCII));
      try {
        Files.createLink(file, part);
      } catch (FileAlreadyExistsException faster) {
        return;
      } catch (UnsupportedOperationException noLinks) {
        Files.move(part, file);
      }
      PrivateFiles.forceDirectory(directory);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private KeyPair load() throws IOException {
    PrivateFiles.requirePrivate(key, "signer.key");
    String text = Files.readString(key, US_ASCII);
    try {
      KeyFactory factory = KeyFactory.getInstance("Ed25519");
      KeyPair pair =
          new KeyPair(
              factory.generatePublic(new X509EncodedKeySpec(block("PUBLIC KEY", text))),
              factory.generatePrivate(new PKCS8EncodedKeySpec(block("PRIVATE KEY", text))));
      return requireMatching(pair);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw unusable(e.toString());
    }
  }

  private KeyPair requireMatching(KeyPair pair) throws GeneralSecurityException {
    byte[] message = {1};
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(pair.getPrivate());
    signature.update(message);
    if (!Signer.verify(Signer.text(pair.getPublic()), message, signature.sign())) {
      throw unusable("a public key that is not the private key's");
    }
    return pair;
  }

  private byte[] block(String label, String text) {
    Matcher block =
        Pattern.compile("-----BEGIN " + label + "-----([^-]*)-----END " + label + "-----")
            .matcher(text);
    if (!block.find()) {
      throw unusable("no " + label + " in it");
    }
    return Base64.getMimeDecoder().decode(block.group(1));
  }

  private Refusal unusable(String found) {
    return new Refusal(
        Finding.of("signer.key", "the signing key cannot be used: " + key)
            .withExpected("an Ed25519 key pair: PRIVATE KEY and PUBLIC KEY in PEM")
            .withFound(found)
            .withFix(
                "put the file back from your copy; a new key (move "
                    + key
                    + " away) cannot resume journals of the old one"));
  }

  private static String pem(String label, byte[] bytes) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }
}
