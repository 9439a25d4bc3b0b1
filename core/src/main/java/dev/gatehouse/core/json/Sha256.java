package dev.gatehouse.core.json;

import dev.gatehouse.core.outcome.Bug;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 as lower-case hex, the one way in which Gatehouse writes a digest.
 *
 * <p>Thread-safe; reads and writes no files.
 *
 * @since 0.1
 */
public final class Sha256 {
  private Sha256() {}

  /** A digest to feed; one thread at a time. */
  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new Bug("SHA-256 is part of every Java", e);
    }
  }

  /** 64 hex digits over all that was fed; the digest begins anew. */
  public static String end(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** 64 hex digits over the bytes. */
  public static String of(byte[] bytes) {
    MessageDigest digest = begin();
    digest.update(bytes);
    return end(digest);
  }

  /** 64 hex digits over the text as UTF-8. */
  public static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }
}
