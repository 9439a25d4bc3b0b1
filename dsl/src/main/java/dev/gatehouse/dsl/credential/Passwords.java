package dev.gatehouse.dsl.credential;

import dev.gatehouse.core.outcome.Secret;
import java.security.SecureRandom;
import java.util.Arrays;

/** Random passwords of letters and digits, which no file, shell or address needs to quote. */
final class Passwords {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  private Passwords() {}

  static Secret random(String label, int length) {
    char[] value = new char[length];
    for (int at = 0; at < length; at++) {
      value[at] = ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length()));
    }
    try {
      return Secret.of(label, value);
    } finally {
      Arrays.fill(value, '\0');
    }
  }

  static boolean same(Secret one, Secret other) {
    return one.reveal(first -> other.reveal(second -> Arrays.equals(first, second)));
  }

  /** Others look different to each product's and each program's eyes. */
  static boolean isPrintableAscii(Secret secret) {
    return secret.reveal(
        value -> {
          boolean all = true;
          for (char one : value) {
            all &= one >= ' ' && one <= '~';
          }
          return all;
        });
  }
}
