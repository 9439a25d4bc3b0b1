package dev.gatehouse.postgres.backup;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What an address says to the driver, in libpq's words. Left out is what means nothing to a client
 * program: how the driver prepares statements, waits for its socket and names itself, and
 * currentSchema, because no statement of pg_dump or pg_restore relies on a search_path.
 */
final class ToolAddress {
  /** From the driver's names to libpq's, for values that mean the same to both. */
  private static final Map<String, String> SAME =
      Map.of(
          "sslmode", "sslmode",
          "sslrootcert", "sslrootcert",
          "sslcert", "sslcert",
          "sslkey", "sslkey",
          "sslNegotiation", "sslnegotiation",
          "channelBinding", "channel_binding",
          "connectTimeout", "connect_timeout",
          "requireAuth", "require_auth",
          "options", "options");

  private static final Map<String, String> SERVER_TYPES =
      Map.of(
          "any", "any",
          "primary", "primary",
          "master", "primary",
          "secondary", "standby",
          "slave", "standby",
          "preferSecondary", "prefer-standby",
          "preferSlave", "prefer-standby");

  private ToolAddress() {}

  /**
   * @param parsed as the driver reads the address
   */
  static Map<String, String> facts(Properties parsed) {
    Map<String, String> facts = new LinkedHashMap<>();
    // Without a host libpq would take a socket of this machine, and the driver does not.
    String host = parsed.getProperty("PGHOST", "").replaceAll("[\\[\\]]", "");
    put(facts, "host", host.isEmpty() ? "localhost" : host);
    put(facts, "port", parsed.getProperty("PGPORT"));
    put(facts, "dbname", parsed.getProperty("PGDBNAME"));
    put(facts, "user", parsed.getProperty("user"));
    SAME.forEach((driver, libpq) -> put(facts, libpq, parsed.getProperty(driver)));
    if (parsed.getProperty("sslmode") == null && asksForTls(parsed.getProperty("ssl"))) {
      put(facts, "sslmode", "verify-full");
    }
    if ("postgres".equals(facts.get("sslnegotiation"))) {
      // What it does by itself; older ones do not know the word.
      facts.remove("sslnegotiation");
    }
    String gss = parsed.getProperty("gssEncMode");
    // The driver's "allow" tries without first; both then take what they get.
    put(
        facts,
        "gssencmode",
        gss == null ? null : gss.toLowerCase(Locale.ROOT).replace("allow", "prefer"));
    String alive = parsed.getProperty("tcpKeepAlive");
    put(facts, "keepalives", alive == null ? null : alive.equalsIgnoreCase("false") ? "0" : "1");
    String type = parsed.getProperty("targetServerType");
    put(facts, "target_session_attrs", type == null ? null : SERVER_TYPES.getOrDefault(type, type));
    return facts;
  }

  private static boolean asksForTls(@Nullable String ssl) {
    return ssl != null && (ssl.isEmpty() || ssl.equalsIgnoreCase("true"));
  }

  private static void put(Map<String, String> facts, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      facts.put(name, value);
    }
  }
}
