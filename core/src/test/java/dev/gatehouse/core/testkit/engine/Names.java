package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Secret;
import java.security.SecureRandom;

/** Names and passwords nobody else has. */
final class Names {
  private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final SecureRandom RANDOM = new SecureRandom();

  private Names() {}

  /** The hint, an underscore and ten random characters: short enough for every engine. */
  static String unique(String hint) {
    return hint + "_" + new String(random(10));
  }

  static Secret password(String label) {
    return Secret.of(label, random(24));
  }

  private static char[] random(int length) {
    char[] text = new char[length];
    for (int i = 0; i < length; i++) {
      text[i] = ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length()));
    }
    return text;
  }
}
