package dev.gatehouse.dsl.http;

import dev.gatehouse.core.outcome.Secret;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Optional;

/**
 * A header of a request.
 *
 * @param value what is shown of it
 * @param secret what is sent instead, where nobody may see it
 */
record Header(String name, String value, Optional<Secret> secret) {
  private static final URI NOWHERE = URI.create("http://localhost");

  static Header of(String name, String value) {
    requireAllowed(name);
    if (!value.chars().allMatch(Header::printable)) {
      throw new IllegalArgumentException(
          "header '" + name + "' is '" + value + "': printable ASCII only");
    }
    return new Header(name, value, Optional.empty());
  }

  /** The message of the JDK for a value it refuses would hold the value. */
  static Header of(String name, Secret secret) {
    requireAllowed(name);
    if (!secret.<Boolean>reveal(value -> new String(value).chars().allMatch(Header::printable))) {
      throw new IllegalArgumentException(
          "secret '" + secret.label() + "' for header '" + name + "': printable ASCII only");
    }
    return new Header(name, "(secret '" + secret.label() + "')", Optional.of(secret));
  }

  private static boolean printable(int letter) {
    return letter >= ' ' && letter < 127;
  }

  private static void requireAllowed(String name) {
    HttpRequest.newBuilder(NOWHERE).setHeader(name, "x");
  }

  void on(HttpRequest.Builder request) {
    request.setHeader(name, secret.map(held -> held.<String>reveal(String::new)).orElse(value));
  }

  @Override
  public String toString() {
    return name + ": " + value;
  }
}
