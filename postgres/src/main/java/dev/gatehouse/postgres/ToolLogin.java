package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.outcome.Secret;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * Where a client program logs in, and as whom. The password goes nowhere but into a service file
 * that is read from standard input: not into an argument, nor the environment.
 */
record ToolLogin(Map<String, String> facts, Optional<Secret> secret) {
  /** Name of the service; what a tool is told to connect to. */
  static final String CONNECTION = "service=gatehouse";

  /** libpq reads a service file in lines of fewer bytes than that. */
  private static final int LONGEST = 1_000;

  /** Parameters of an address that libpq understands by the same name. */
  private static final List<String> SAME = List.of("sslmode", "sslrootcert", "channelBinding");

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
                                "Target.at(\""
                                    + target
                                    + "\", \"jdbc:postgresql://host/db\", \"account\", secret,"
                                    + " Postgres.dialect())")));
    Properties parsed = Driver.parseURL(where.jdbcUrl(), new Properties());
    if (parsed == null) {
      throw unfit("an address of PostgreSQL", "another", "jdbc:postgresql://host:5432/database");
    }
    Map<String, String> facts = new LinkedHashMap<>();
    put(facts, "host", parsed.getProperty("PGHOST"));
    put(facts, "port", parsed.getProperty("PGPORT"));
    put(facts, "dbname", parsed.getProperty("PGDBNAME"));
    put(facts, "user", where.account().isEmpty() ? parsed.getProperty("user") : where.account());
    for (String same : SAME) {
      put(
          facts,
          same.equals("channelBinding") ? "channel_binding" : same,
          parsed.getProperty(same));
    }
    if (where.secret().isEmpty() && parsed.getProperty("password") != null) {
      throw unfit(
          "the password as a Secret",
          "a password in the address",
          "Target.at(name, url, account, Secret.of(\"label\", password), Postgres.dialect())");
    }
    ToolLogin login = new ToolLogin(facts, where.secret());
    login.secret.ifPresent(
        secret -> secret.reveal(value -> checked("password", new String(value))));
    return login;
  }

  private static void put(Map<String, String> facts, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      facts.put(name, checked(name, value));
    }
  }

  private static String checked(String name, String value) {
    boolean odd =
        value.chars().anyMatch(c -> c == '\n' || c == '\r' || c == 0)
            || !value.equals(value.strip());
    if (odd || value.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      throw unfit(
          "a " + name + " of at most " + LONGEST + " bytes without line ends or outer spaces",
          "a " + name + " that cannot stand on one line of a service file",
          "give the account another " + name);
    }
    return value;
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

  /** What a service file holds; the caller wipes it. */
  byte[] serviceFile() {
    StringBuilder text = new StringBuilder("[gatehouse]\n");
    facts.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    secret.ifPresent(
        held -> held.reveal(value -> text.append("password=").append(value).append('\n').length()));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  Scrubber scrubber() {
    return Scrubber.of(secret.stream().toList());
  }

  @Override
  public String toString() {
    return facts.toString();
  }
}
