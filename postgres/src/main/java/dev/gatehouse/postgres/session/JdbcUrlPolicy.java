package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** What a target's address may ask of the driver, and what Gatehouse asks by itself. */
public final class JdbcUrlPolicy {
  /**
   * The longest a statement may take, and a little more, in seconds. A server that is slow gives up
   * before this by its statement_timeout, so that only one that is frozen or out of reach is met by
   * the deadline of the socket.
   */
  static final int DEADLINE_SECONDS = 3_600;

  /** NAMEDATALEN - 1. */
  public static final int LONGEST_NAME = 63;

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

  private JdbcUrlPolicy() {}

  public static Map<String, String> properties() {
    return PROPERTIES;
  }

  /** Refuses what an address must not say; a DataSource has none to look at. */
  public static void refuseHarmful(Target target) {
    target
        .coordinates()
        .ifPresent(
            where -> {
              refuseHarmful(target.name(), where.jdbcUrl());
              refuseOther(target.name(), where);
            });
  }

  private static void refuseHarmful(String target, String url) {
    int question = url.indexOf('?');
    String place = question < 0 ? url : url.substring(0, question);
    if (!place.startsWith("jdbc:postgresql:")) {
      throw refused(
          target,
          "another product, or none",
          place.split("//", 2)[0],
          "begin it with jdbc:postgresql: as expected");
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

  /** What the driver or the server would take for something else, and not say so. */
  private static void refuseOther(String target, Target.Coordinates where) {
    Properties parsed = Driver.parse(where.jdbcUrl());
    if (parsed.getProperty("PGHOST") == null) {
      throw refused(
          target,
          "no host and database that the driver can read",
          "another form",
          "write it as expected, with a slash before the database and none in its name");
    }
    String user = parsed.getProperty("user", "");
    String account = where.account();
    if (!user.isEmpty() && !account.isEmpty() && !user.equals(account)) {
      throw refused(target, "another account than the target", user + " and " + account);
    }
    refuseLong(target, "a database", parsed.getProperty("PGDBNAME", ""));
    refuseLong(target, "an account", account.isEmpty() ? user : account);
  }

  private static void refuseLong(String target, String what, String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > LONGEST_NAME) {
      throw refused(
          target,
          what + " whose name no server keeps: it would cut it and mean another",
          bytes + " bytes, at most " + LONGEST_NAME + ": " + name,
          "name it as the server does: SELECT datname FROM pg_database; SELECT rolname FROM"
              + " pg_roles");
    }
  }

  /** Never the address itself: people write passwords into it. */
  private static Refusal refused(String target, String what, String found) {
    return refused(
        target,
        what,
        found,
        "take it out of the address; account and password are given to Target.at(...) as account"
            + " and Secret");
  }

  private static Refusal refused(String target, String what, String found, String fix) {
    return new Refusal(
        Finding.of("postgres.address", "the address of target '" + target + "' names " + what)
            .withExpected("jdbc:postgresql://HOST:PORT/DATABASE?sslmode=verify-full")
            .withFound(found)
            .withFix(fix));
  }
}
