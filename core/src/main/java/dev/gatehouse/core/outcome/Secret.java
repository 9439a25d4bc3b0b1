package dev.gatehouse.core.outcome;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A password or key that must appear nowhere: not a String, not serialisable, printed as its label.
 *
 * <p>Thread-safe. Equality is identity: comparing secrets by value is a leak.
 *
 * @since 0.1
 */
public final class Secret implements AutoCloseable {
  private final String label;
  private final char[] value;
  private boolean closed;

  private Secret(String label, char[] value) {
    this.label = label;
    this.value = value;
  }

  /**
   * A secret with a label that may be shown. The array is copied; wipe yours.
   *
   * @throws IllegalArgumentException when the value is empty
   */
  public static Secret of(String label, char[] value) {
    if (value.length == 0) {
      throw new IllegalArgumentException("secret '" + label + "' is empty");
    }
    return new Secret(label, value.clone());
  }

  /**
   * The same of bytes in UTF-8; wipe yours.
   *
   * @throws IllegalArgumentException when there are none, or they are no UTF-8
   */
  public static Secret ofUtf8(String label, byte[] value) {
    CharBuffer decoded = CharBuffer.allocate(value.length);
    try {
      CoderResult end =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value), decoded, true);
      if (end.isError()) {
        throw new IllegalArgumentException("secret '" + label + "' is no UTF-8");
      }
      char[] exact = Arrays.copyOf(decoded.array(), decoded.position());
      try {
        return of(label, exact);
      } finally {
        Arrays.fill(exact, '\0');
      }
    } finally {
      Arrays.fill(decoded.array(), '\0');
    }
  }

  /**
   * The one line of a file, such as a container platform mounts: UTF-8, without its line end, at
   * most 64 KiB. The file's name is the label.
   *
   * @throws Refusal when the file cannot be read, is empty, or holds more than one line
   */
  public static Secret fromFile(Path file) {
    return SecretFile.read(file);
  }

  /** What may be shown of it. */
  public String label() {
    return label;
  }

  /**
   * Lends the value for one call and wipes the lent copy after it.
   *
   * @throws IllegalStateException when the secret was closed
   */
  public synchronized <T> T reveal(Function<char[], T> use) {
    if (closed) {
      throw new IllegalStateException("secret '" + label + "' is closed");
    }
    char[] lent = value.clone();
    try {
      return use.apply(lent);
    } finally {
      Arrays.fill(lent, '\0');
    }
  }

  /**
   * The only trace a secret may leave: {@code hmac:v1:} and the URL-safe Base64 of HMAC-SHA256 over
   * label, a zero byte and value, under a key that is kept away from the log.
   */
  public String fingerprint(byte[] key) {
    return reveal(
        lent -> {
          ByteBuffer bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(lent));
          try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(label.getBytes(StandardCharsets.UTF_8));
            mac.update((byte) 0);
            mac.update(bytes.duplicate());
            return "hmac:v1:"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal());
          } catch (GeneralSecurityException e) {
            throw new Bug("HmacSHA256 is part of every Java", e);
          } finally {
            bytes.clear();
            while (bytes.hasRemaining()) {
              bytes.put((byte) 0);
            }
          }
        });
  }

  /** Wipes the value. Closing twice does nothing. */
  @Override
  public synchronized void close() {
    Arrays.fill(value, '\0');
    closed = true;
  }

  @Override
  public String toString() {
    return "Secret[" + label + "]";
  }
}
