package dev.gatehouse.postgres.password;

import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.outcome.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server keeps of a password for SCRAM-SHA-256, as {@code ALTER ROLE ... PASSWORD} takes it
 * (RFC 5803; PostgreSQL manual, pg_authid).
 */
final class ScramVerifier {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ITERATIONS = 4096;

  private ScramVerifier() {}

  /**
   * Under a salt of its own.
   *
   * @param secret printable ASCII, which SASLprep leaves as it is
   */
  static String of(Secret secret) {
    byte[] salt = new byte[16];
    RANDOM.nextBytes(salt);
    byte[] salted = secret.reveal(value -> salted(value, salt));
    try {
      byte[] stored = MessageDigest.getInstance("SHA-256").digest(keyed(salted, "Client Key"));
      Base64.Encoder base64 = Base64.getEncoder();
      return "SCRAM-SHA-256$%d:%s$%s:%s"
          .formatted(
              ITERATIONS,
              base64.encodeToString(salt),
              base64.encodeToString(stored),
              base64.encodeToString(keyed(salted, "Server Key")));
    } catch (GeneralSecurityException e) {
      throw new Bug("SHA-256 is part of every Java", e);
    } finally {
      Arrays.fill(salted, (byte) 0);
    }
  }

  private static byte[] salted(char[] value, byte[] salt) {
    PBEKeySpec password = new PBEKeySpec(value, salt, ITERATIONS, 256);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(password)
          .getEncoded();
    } catch (GeneralSecurityException e) {
      throw new Bug("PBKDF2WithHmacSHA256 is part of every Java", e);
    } finally {
      password.clearPassword();
    }
  }

  private static byte[] keyed(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
  }
}
