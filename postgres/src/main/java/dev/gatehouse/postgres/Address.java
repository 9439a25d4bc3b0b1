package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a target's address may ask of the driver, and what Gatehouse asks by itself. */
final class Address {
  /**
   * The longest a statement may take, and a little more, in seconds. A server that is slow gives up
   * before this by its statement_timeout, so that only one that is frozen or out of reach is met by
   * the deadline of the socket.
   */
  static final int DEADLINE_SECONDS = 3_600;

  private static final Map<String, String> PROPERTIES =
      Map.of(
          "ApplicationName", "gatehouse",
          "tcpKeepAlive", "true",
          "connectTimeout", "10",
          "cancelSignalTimeout", "2",
          "socketTimeout", "" + DEADLINE_SECONDS);

  /** What the driver may be told; everything else could load classes, files or plug-ins. */
  private static final Set<String> ALLOWED =
      Set.of(
          "user",
          "ssl",
          "sslmode",
          "sslrootcert",
          "sslcert",
          "sslkey",
          "sslNegotiation",
          "channelBinding",
          "gssEncMode",
          "connectTimeout",
          "socketTimeout",
          "loginTimeout",
          "tcpKeepAlive",
          "targetServerType",
          "currentSchema",
          "options",
          "ApplicationName",
          "prepareThreshold",
          "requireAuth");

  private Address() {}

  static Map<String, String> properties() {
    return PROPERTIES;
  }

  /** Refuses what an address must not say; a DataSource has none to look at. */
  static void refuseHarmful(Target target) {
    target.coordinates().ifPresent(where -> refuseHarmful(target.name(), where.jdbcUrl()));
  }

  private static void refuseHarmful(String target, String url) {
    int question = url.indexOf('?');
    String place = question < 0 ? url : url.substring(0, question);
    if (!place.startsWith("jdbc:postgresql:")) {
      throw refused(target, "an address that is not PostgreSQL's", place.split("//", 2)[0]);
    }
    List<String> wrong = new ArrayList<>();
    boolean primary = false;
    if (question >= 0) {
      for (String pair : url.substring(question + 1).split("&")) {
        String key = pair.split("=", 2)[0];
        if (!key.isEmpty() && !ALLOWED.contains(key)) {
          wrong.add(key);
        }
        primary |= pair.equals("targetServerType=primary");
      }
    }
    if (!wrong.isEmpty()) {
      throw refused(
          target, "a driver property Gatehouse does not pass on", String.join(", ", wrong));
    }
    if (place.contains(",") && !primary) {
      throw refused(
          target, "several servers", "no targetServerType=primary to choose the one that writes");
    }
  }

  /** Never the address itself: people write passwords into it. */
  private static Refusal refused(String target, String what, String found) {
    return new Refusal(
        Finding.of("postgres.address", "the address of target '" + target + "' names " + what)
            .withExpected("jdbc:postgresql://HOST:PORT/DATABASE?sslmode=verify-full")
            .withFound(found)
            .withFix(
                "take it out of the address; account and password are given to Target.at(...) as"
                    + " account and Secret"));
  }
}
