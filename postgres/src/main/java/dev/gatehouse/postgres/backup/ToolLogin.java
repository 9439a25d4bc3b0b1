package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.postgres.session.Driver;
import dev.gatehouse.postgres.session.JdbcUrlPolicy;
import dev.gatehouse.postgres.session.SqlNames;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a client program logs in, and as whom. The password goes nowhere but into a service file
 * that is read from standard input: not into an argument, nor the environment.
 */
record ToolLogin(Map<String, String> facts, Optional<Secret> secret) {
  /** Name of the service; what a tool is told to connect to. */
  static final String CONNECTION = "service=gatehouse";

  /** libpq reads a service file in lines of fewer bytes than that. */
  private static final int LONGEST = 1_000;

  private static final String ON_ONE_LINE =
      " of at most " + LONGEST + " bytes without line ends or outer spaces";

  /**
   * @throws Refusal when only a DataSource is known of the target, or its address holds what no
   *     service file can
   */
  static ToolLogin of(Target target) {
    Target.Coordinates where =
        target
            .coordinates()
            .orElseThrow(
                () ->
                    new Refusal(
                        Finding.of("tool.no-login", "pg_dump and pg_restore need to log in")
                            .withExpected("address, account and secret of '" + target + "'")
                            .withFound("only a DataSource")
                            .withFix(
                                "target.withLogin(\"jdbc:postgresql://host/db\", \"account\","
                                    + " secret)")));
    JdbcUrlPolicy.refuseHarmful(target);
    Map<String, String> facts = ToolAddress.facts(Driver.parse(where.jdbcUrl()));
    if (!where.account().isEmpty()) {
      facts.put("user", where.account());
    }
    facts.forEach(ToolLogin::require);
    if (facts.getOrDefault("sslkey", "").matches("(?i).*\\.(p12|pfx)")) {
      throw unfit(
          "a key and a certificate in files of their own",
          "both in one file, sslkey=" + facts.get("sslkey") + ", which libpq does not read",
          "openssl pkcs12 -in FILE -nodes -out client.pem, and sslcert=...&sslkey=... in the"
              + " address");
    }
    ToolLogin login = new ToolLogin(facts, where.secret());
    login.secret.ifPresent(secret -> requirePassword(secret, login.facts.getOrDefault("user", "")));
    return login;
  }

  private static void requirePassword(Secret secret, String account) {
    if (!secret.reveal(value -> fits(new String(value)))) {
      throw unfit(
          "a password" + ON_ONE_LINE,
          "one that cannot stand on a line of a service file",
          "ALTER ROLE " + SqlNames.quoted(account) + " PASSWORD '...' without them");
    }
  }

  private static void require(String name, String value) {
    if (!fits(value)) {
      throw unfit(
          "a " + name + ON_ONE_LINE,
          "'" + value + "', which cannot stand on a line of a service file",
          switch (name) {
            case "dbname" -> "ALTER DATABASE " + SqlNames.quoted(value) + " RENAME TO another_name";
            case "user" -> "ALTER ROLE " + SqlNames.quoted(value) + " RENAME TO another_name";
            default -> "write " + name + " otherwise in the address of the target";
          });
    }
  }

  private static boolean fits(String value) {
    return value.chars().noneMatch(c -> c == '\n' || c == '\r' || c == 0)
        && value.equals(value.strip())
        && value.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
  }

  private static Refusal unfit(String expected, String found, String fix) {
    return new Refusal(
        Finding.of("tool.login", "pg_dump and pg_restore cannot log in with what is known")
            .withExpected(expected)
            .withFound(found)
            .withFix(fix));
  }

  /** The same login, to another database of the server. */
  ToolLogin to(String database) {
    Map<String, String> other = new LinkedHashMap<>(facts);
    other.put("dbname", database);
    return new ToolLogin(other, secret);
  }

  /**
   * The same login, to sessions with these settings.
   *
   * @throws Refusal when the address has options already that leave no room for them
   */
  ToolLogin with(Map<String, String> settings) {
    if (settings.isEmpty()) {
      return this;
    }
    Map<String, String> more = new LinkedHashMap<>(facts);
    StringBuilder options = new StringBuilder(facts.getOrDefault("options", ""));
    settings.forEach(
        (name, value) -> options.append(" -c ").append(name).append('=').append(value));
    more.put("options", options.toString().strip());
    require("options", more.getOrDefault("options", ""));
    return new ToolLogin(more, secret);
  }

  /** What a service file holds; the caller wipes it. */
  byte[] serviceFile() {
    StringBuilder text = new StringBuilder("[gatehouse]\n");
    facts.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    secret.ifPresent(
        held -> held.reveal(value -> text.append("password=").append(value).append('\n').length()));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  Scrubber scrubber() {
    return Scrubber.of(secret.stream().toList(), List.copyOf(facts.values()));
  }

  @Override
  public String toString() {
    return facts.toString();
  }
}
