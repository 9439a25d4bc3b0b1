package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where a dump tool logs in, and as whom. The password goes nowhere but into an option file that is
 * read from standard input: not into an argument, the environment, or a file.
 *
 * @param options of the group {@code client}
 */
record DumpLogin(Map<String, String> options, Optional<Secret> secret) {
  private static final int LONGEST = 1_000;

  /**
   * As that session is logged in: encrypted when it is, and with the server proved at least as the
   * address of the target asks.
   *
   * @throws Refusal when only a DataSource is known of the target, or what is known cannot be
   *     written for the tool
   */
  static DumpLogin of(Target target, Connection session) throws SQLException {
    Target.Coordinates where =
        target
            .coordinates()
            .orElseThrow(
                () ->
                    new Refusal(
                        Finding.of("tool.no-login", "a dump tool needs to log in")
                            .withExpected("address, account and secret of '" + target + "'")
                            .withFound("only a DataSource")
                            .withFix("say target.withLogin(jdbcUrl, account, secret)")));
    URI address = URI.create(where.jdbcUrl().substring("jdbc:".length()));
    Map<String, String> options = place(address);
    options.put("user", where.account());
    boolean mariaDb = Products.of(session).name().equals("MariaDB");
    boolean encrypted =
        Queries.exists(
            session, "SHOW SESSION STATUS WHERE variable_name = 'Ssl_cipher' AND value <> ''");
    options.putAll(encryption(query(address), encrypted, mariaDb));
    options.forEach(DumpLogin::require);
    where
        .secret()
        .ifPresent(
            secret ->
                secret.reveal(
                    value -> {
                      require("password", new String(value));
                      return true;
                    }));
    return new DumpLogin(options, where.secret());
  }

  /**
   * @throws Refusal when the address names no single host that a URI takes
   */
  static Map<String, String> place(URI address) {
    String host = address.getHost();
    if (host == null) {
      throw unfit(
          "one host and one port in the address of the target",
          String.valueOf(address.getAuthority()),
          "a name without _, or the IP address of the server");
    }
    Map<String, String> place = new LinkedHashMap<>();
    place.put("host", host.startsWith("[") ? host.substring(1, host.length() - 1) : host);
    place.put("port", String.valueOf(address.getPort() < 0 ? 3306 : address.getPort()));
    place.put("protocol", "tcp");
    return place;
  }

  private static Map<String, String> query(URI address) {
    Map<String, String> query = new LinkedHashMap<>();
    String text = address.getQuery();
    for (String pair : text == null ? new String[0] : text.split("&", -1)) {
      String[] words = pair.split("=", 2);
      query.put(words[0], words.length == 2 ? words[1] : "");
    }
    return query;
  }

  static Map<String, String> encryption(
      Map<String, String> query, boolean encrypted, boolean mariaDb) {
    if (!encrypted) {
      return mariaDb ? Map.of("ssl", "0") : Map.of("ssl-mode", "DISABLED");
    }
    String mode = query.getOrDefault("sslMode", "").toUpperCase(Locale.ROOT).replace('-', '_');
    if (!mode.startsWith("VERIFY")) {
      return mariaDb
          ? Map.of("ssl", "1", "ssl-verify-server-cert", "0")
          : Map.of("ssl-mode", "REQUIRED");
    }
    String ca = query.getOrDefault("serverSslCert", "");
    if (!ca.startsWith("/") || !Files.isReadable(Path.of(ca))) {
      throw unfit(
          "the certificate that vouches for the server, as a file of PEM",
          "sslMode=" + query.get("sslMode") + " and no serverSslCert=/path/ca.pem",
          "serverSslCert=/path/ca.pem in the address of the target, beside what the driver needs");
    }
    return mariaDb
        ? Map.of("ssl", "1", "ssl-verify-server-cert", "1", "ssl-ca", ca)
        : Map.of("ssl-mode", mode.equals("VERIFY_FULL") ? "VERIFY_IDENTITY" : mode, "ssl-ca", ca);
  }

  private static void require(String name, String value) {
    boolean fits =
        value.chars().noneMatch(c -> c < ' ')
            && value.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
    if (!fits) {
      throw unfit(
          "a " + name + " of at most " + LONGEST + " bytes without control characters",
          "one that cannot stand on a line of an option file",
          "change it, or back up without a tool: MySql.dialect()");
    }
  }

  private static Refusal unfit(String expected, String found, String fix) {
    return new Refusal(
        Finding.of("tool.login", "a dump tool cannot log in with what is known")
            .withExpected(expected)
            .withFound(found)
            .withFix(fix));
  }

  /** The option file; whoever takes it wipes it. */
  byte[] optionFile() {
    StringBuilder text = new StringBuilder("[client]\n");
    options.forEach((name, value) -> line(text, name, value));
    secret.ifPresent(
        held ->
            held.reveal(
                value -> {
                  line(text, "password", new String(value));
                  return true;
                }));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void line(StringBuilder text, String name, String value) {
    String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"");
    text.append(name).append("=\"").append(escaped).append("\"\n");
  }

  Scrubber scrubber() {
    return Scrubber.of(secret.stream().toList(), List.copyOf(options.values()));
  }

  @Override
  public String toString() {
    return options.toString();
  }
}
