package dev.gatehouse.core.journal;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/**
 * The key that signs the state of a journal (Ed25519), so that nobody without it can rewrite a run
 * unseen.
 *
 * <p>Thread-safe. One signature takes about a millisecond.
 *
 * @since 0.1
 */
public final class Signer {
  private static final String ALGORITHM = "Ed25519";

  private final KeyPair keys;
  private final String publicKey;
  private final String keyId;

  private Signer(KeyPair keys) {
    this.keys = keys;
    this.publicKey = text(keys.getPublic());
    this.keyId = keyId(publicKey);
  }

  /** A key that lives as long as this object. A journal signed with it cannot be resumed later. */
  public static Signer ephemeral() {
    return new Signer(newKeys());
  }

  /**
   * The key kept in that directory, created with it when absent: {@code signing.key} (PKCS #8 PEM,
   * mode 0600) and {@code signing.pub} to give to auditors. Keep it away from the journals.
   *
   * @throws Refusal {@code signer.key} when the key file is a link, other accounts may read it, or
   *     it does not hold an Ed25519 key
   * @throws IOException when files cannot be read or written
   */
  public static Signer in(Path directory) throws IOException {
    return new Signer(KeyFile.in(directory).loadOrCreate(Signer::newKeys));
  }

  /** The public key: Base64 of its X.509 encoding, on one line. */
  public String publicKey() {
    return publicKey;
  }

  /** Short name of the public key: the first 32 hex digits of its SHA-256. */
  public String keyId() {
    return keyId;
  }

  /** Signs the message; 64 bytes. */
  public byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(keys.getPrivate());
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new Bug("an Ed25519 key did not sign", e);
    }
  }

  /**
   * Whether that key signed that message; no when key or signature are not what they should be.
   *
   * @param publicKey as {@link #publicKey()} gives it
   */
  public static boolean verify(String publicKey, byte[] message, byte[] signature) {
    try {
      Signature check = Signature.getInstance(ALGORITHM);
      check.initVerify(decode(publicKey));
      check.update(message);
      return check.verify(signature);
    } catch (InvalidKeyException | InvalidKeySpecException | SignatureException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new Bug("Ed25519 is part of every Java since 15", e);
    }
  }

  /** Short name of a public key, or of whatever stands where one should. */
  static String keyId(String publicKey) {
    return Sha256.of(publicKey).substring(0, 32);
  }

  static String text(PublicKey key) {
    return Base64.getEncoder().encodeToString(key.getEncoded());
  }

  private static PublicKey decode(String publicKey) throws GeneralSecurityException {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey)));
    } catch (IllegalArgumentException notBase64) {
      throw new InvalidKeySpecException(notBase64);
    }
  }

  private static KeyPair newKeys() {
    try {
      return KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new Bug("Ed25519 is part of every Java since 15", e);
    }
  }
}
