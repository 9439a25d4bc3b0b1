package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What PostgreSQL keeps of a password of the test kit, with one iteration of SCRAM instead of 4096
 * (RFC 5802, the section on its algorithm): the client repeats them at each login, which took two
 * thirds of the processor time of a test JVM, and a random password is not guessed anyway.
 */
final class ScramVerifier {
  private static final SecureRandom RANDOM = new SecureRandom();

  private ScramVerifier() {}

  /** In the form that {@code PASSWORD '...'} takes; it holds no quote. */
  static String of(Secret password) {
    byte[] salt = new byte[16];
    RANDOM.nextBytes(salt);
    try {
      byte[] key = password.reveal(text -> new String(text).getBytes(StandardCharsets.US_ASCII));
      // the first block of PBKDF2, whose first iteration ends here
      byte[] first = Arrays.copyOf(salt, salt.length + 4);
      first[first.length - 1] = 1;
      byte[] salted = hmac(key, first);
      byte[] stored =
          MessageDigest.getInstance("SHA-256")
              .digest(hmac(salted, "Client Key".getBytes(StandardCharsets.US_ASCII)));
      byte[] server = hmac(salted, "Server Key".getBytes(StandardCharsets.US_ASCII));
      Base64.Encoder base64 = Base64.getEncoder();
      return "SCRAM-SHA-256$1:%s$%s:%s"
          .formatted(
              base64.encodeToString(salt),
              base64.encodeToString(stored),
              base64.encodeToString(server));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text);
  }
}
