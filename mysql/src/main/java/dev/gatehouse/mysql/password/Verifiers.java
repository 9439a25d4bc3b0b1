package dev.gatehouse.mysql.password;

import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.outcome.Secret;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;

/** What servers keep of a password, made here so that they never see the password itself. */
final class Verifiers {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALPHABET =
      "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /** In thousands, as it stands in the verifier. */
  private static final int ROUNDS = 5;

  private static final int SALT = 20;

  private Verifiers() {}

  /**
   * For caching_sha2_password: SHA-256 crypt as glibc has it, with a salt of 20 characters instead
   * of 16, in 5,000 rounds, which every version takes whatever it makes itself.
   */
  static String cachingSha2(Secret secret) {
    byte[] salt = new byte[SALT];
    for (int at = 0; at < SALT; at++) {
      salt[at] = (byte) ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length()));
    }
    String crypt = secret.reveal(value -> withBytes(value, bytes -> crypt(bytes, salt)));
    return "$A$%03X$%s%s".formatted(ROUNDS, new String(salt, StandardCharsets.US_ASCII), crypt);
  }

  /** For mysql_native_password: SHA-1 of SHA-1, without a salt. */
  static String nativePassword(Secret secret) {
    byte[] twice =
        secret.reveal(value -> withBytes(value, bytes -> digest("SHA-1", digest("SHA-1", bytes))));
    return "*" + HexFormat.of().withUpperCase().formatHex(twice);
  }

  private interface Use<T> {
    T of(byte[] bytes);
  }

  private static <T> T withBytes(char[] value, Use<T> use) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(value));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    encoded.clear();
    while (encoded.hasRemaining()) {
      encoded.put((byte) 0);
    }
    try {
      return use.of(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] crypt(byte[] key, byte[] salt, int rounds) {
    byte[] b = digest("SHA-256", key, salt, key);
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    first.writeBytes(key);
    first.writeBytes(salt);
    first.writeBytes(repeated(b, key.length));
    for (int bits = key.length; bits > 0; bits >>= 1) {
      first.writeBytes((bits & 1) != 0 ? b : key);
    }
    byte[] a = digest("SHA-256", first.toByteArray());
    byte[] p = repeated(digest("SHA-256", repeated(key, key.length * key.length)), key.length);
    byte[] s =
        repeated(digest("SHA-256", repeated(salt, salt.length * (16 + (a[0] & 0xFF)))), SALT);
    byte[] none = new byte[0];
    for (int round = 0; round < rounds; round++) {
      boolean odd = (round & 1) != 0;
      a =
          digest(
              "SHA-256",
              odd ? p : a,
              round % 3 != 0 ? s : none,
              round % 7 != 0 ? p : none,
              odd ? a : p);
    }
    return a;
  }

  private static String crypt(byte[] key, byte[] salt) {
    byte[] a = crypt(key, salt, ROUNDS * 1_000);
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < 10; at++) {
      // Each group of three begins one further to the right than the group before.
      byte[] three = {a[at], a[at + 10], a[at + 20]};
      int last = 3 - at % 3;
      append(text, three[last % 3], three[(last + 1) % 3], three[(last + 2) % 3], 4);
    }
    append(text, (byte) 0, a[31], a[30], 3);
    return text.toString();
  }

  private static void append(StringBuilder text, byte high, byte middle, byte low, int characters) {
    int value = ((high & 0xFF) << 16) | ((middle & 0xFF) << 8) | (low & 0xFF);
    for (int at = 0; at < characters; at++) {
      text.append(ALPHABET.charAt(value & 63));
      value >>= 6;
    }
  }

  /** The bytes over and over, up to that length. */
  private static byte[] repeated(byte[] bytes, int length) {
    byte[] all = new byte[length];
    for (int at = 0; at < length; at++) {
      all[at] = bytes[at % bytes.length];
    }
    return all;
  }

  private static byte[] digest(String algorithm, byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new Bug(algorithm + " is part of every Java", e);
    }
  }
}
