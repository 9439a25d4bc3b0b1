package dev.gatehouse.mysql.session;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a target's address may ask of the driver, and what Gatehouse asks by itself. */
final class JdbcUrlPolicy {
  /** The longest a statement may take, in milliseconds: a server that is frozen is met by this. */
  private static final String DEADLINE = "3600000";

  private static final String CONNECT = "10000";

  private static final Map<String, String> CONNECTOR_J =
      Map.ofEntries(
          Map.entry("allowMultiQueries", "false"),
          Map.entry("allowLoadLocalInfile", "false"),
          Map.entry("allowUrlInLocalInfile", "false"),
          Map.entry("autoDeserialize", "false"),
          Map.entry("autoReconnect", "false"),
          Map.entry("useLocalSessionState", "false"),
          Map.entry("useLocalTransactionState", "false"),
          Map.entry("tinyInt1isBit", "false"),
          Map.entry("yearIsDateType", "false"),
          Map.entry("characterEncoding", "UTF-8"),
          Map.entry("characterSetResults", "UTF-8"),
          Map.entry("tcpKeepAlive", "true"),
          Map.entry("connectTimeout", CONNECT),
          Map.entry("socketTimeout", DEADLINE));

  private static final Map<String, String> MARIADB =
      Map.of(
          "allowMultiQueries", "false",
          "allowLocalInfile", "false",
          "tinyInt1isBit", "false",
          "yearIsDateType", "false",
          "tcpKeepAlive", "true",
          "connectTimeout", CONNECT,
          "socketTimeout", DEADLINE);

  /** What a driver may be told; everything else could read files, load classes, or go elsewhere. */
  private static final Set<String> ALLOWED =
      Set.of(
          "user",
          "sslMode",
          "trustCertificateKeyStoreUrl",
          "trustCertificateKeyStoreType",
          "serverSslCert",
          "serverRSAPublicKeyFile",
          "tlsVersions",
          "enabledSslProtocolSuites",
          "connectTimeout",
          "socketTimeout",
          "tcpKeepAlive");

  private static final Set<String> SCHEMES = Set.of("jdbc:mysql:", "jdbc:mariadb:");

  private JdbcUrlPolicy() {}

  /** What Gatehouse asks of the driver that the address names; nothing of a DataSource. */
  static Map<String, String> properties(Target target) {
    return target
        .coordinates()
        .map(where -> where.jdbcUrl().startsWith("jdbc:mariadb:") ? MARIADB : CONNECTOR_J)
        .orElse(Map.of());
  }

  /** Refuses what an address must not say; a DataSource has none to look at. */
  static void refuseHarmful(Target target) {
    target.coordinates().ifPresent(where -> refuseHarmful(target.name(), where));
  }

  private static void refuseHarmful(String target, Target.Coordinates where) {
    String url = where.jdbcUrl();
    int question = url.indexOf('?');
    refusePlace(target, question < 0 ? url : url.substring(0, question));
    List<String> wrong = new ArrayList<>();
    for (String pair : question < 0 ? new String[0] : url.substring(question + 1).split("&")) {
      String key = pair.split("=", 2)[0];
      if (!key.isEmpty() && !ALLOWED.contains(key)) {
        wrong.add(key);
      }
      if (key.equals("user") && !pair.equals("user=" + where.account())) {
        throw refused(target, "another account than the target", "user=...", TAKE_OUT);
      }
    }
    if (!wrong.isEmpty()) {
      throw refused(
          target,
          "a driver property Gatehouse does not pass on",
          String.join(", ", wrong),
          TAKE_OUT);
    }
  }

  private static final String TAKE_OUT =
      "take it out of the address; account and password are given to Target.at(...) as account and"
          + " Secret";

  /**
   * Of the address itself, and of the one that a DataSource connected to.
   *
   * @param place without properties
   */
  static void refusePlace(String target, String place) {
    String scheme = place.split("//", 2)[0];
    if (!SCHEMES.contains(scheme)) {
      throw refused(
          target,
          "another product, or a way to choose among servers",
          scheme,
          "begin it with jdbc:mysql:// or jdbc:mariadb:// and the one server that writes");
    }
    String rest = place.substring(Math.min(place.length(), scheme.length() + 2));
    if (rest.contains("@")) {
      throw refused(target, "an account", "something before an @", TAKE_OUT);
    }
    if (rest.contains(",") || rest.contains("(") || rest.contains("=")) {
      throw refused(
          target,
          "several servers",
          "more than one host",
          "name the one server that writes: lease and latch are locks of one server");
    }
    if (rest.indexOf('/') < 0 || rest.endsWith("/")) {
      throw refused(target, "no database", "none behind the port", "write it as expected");
    }
  }

  /** Never the address itself: people write passwords into it. */
  private static Refusal refused(String target, String what, String found, String fix) {
    return new Refusal(
        Finding.of("mysql.address", "the address of target '" + target + "' names " + what)
            .withExpected("jdbc:mysql://HOST:PORT/DATABASE?sslMode=VERIFY_IDENTITY")
            .withFound(found)
            .withFix(fix));
  }
}
