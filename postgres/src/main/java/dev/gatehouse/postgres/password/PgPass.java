package dev.gatehouse.postgres.password;

import dev.gatehouse.core.dialect.ClientFile;
import dev.gatehouse.core.dialect.PasswordFile;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.postgres.session.Driver;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * {@code ~/.pgpass} or the file of {@code PGPASSFILE}, by libpq's rules: lines of {@code
 * host:port:database:user:password}, {@code *} for any, {@code \} before {@code :} and {@code \},
 * the first that fits. A file that group or world may touch is passed over.
 *
 * <p>Source: PostgreSQL manual, "The Password File"; passwordFromFile in libpq's fe-connect.c. The
 * driver looks into the same file by itself, whoever may read it.
 *
 * @since 0.1
 */
public final class PgPass implements PasswordFile {

  /** What a line is held against. */
  record Sought(String host, String port, String database, String user) {
    /** As a line of the file has it. */
    String words() {
      return Stream.of(host, port, database, user)
          .map(each -> each.replace("\\", "\\\\").replace(":", "\\:"))
          .reduce((some, more) -> some + ":" + more)
          .orElseThrow();
    }

    List<byte[]> bytes() {
      return Stream.of(host, port, database, user)
          .map(each -> each.getBytes(StandardCharsets.UTF_8))
          .toList();
    }
  }

  @Override
  public Secret password(String jdbcUrl, String account, Map<String, String> environment) {
    String named = environment.getOrDefault("PGPASSFILE", "");
    String file = named.isEmpty() ? ClientFile.inHome(environment, ".pgpass") : named;
    Properties address = Driver.parse(jdbcUrl);
    String database = address.getProperty("PGDBNAME", account);
    String[] hosts = address.getProperty("PGHOST", "localhost").split(",", -1);
    String[] ports = address.getProperty("PGPORT", "5432").split(",", -1);
    if (hosts.length != 1 || ports.length != 1) {
      Sought several = new Sought(String.join(",", hosts), "*", database, account);
      throw refused(file, several, "an address of several hosts", "name the one that writes");
    }
    String host = hosts[0].replaceAll("[\\[\\]]", "");
    return of(file, new Sought(host.isEmpty() ? "localhost" : host, ports[0], database, account));
  }

  /** Of that file. */
  static Secret of(String file, Sought sought) {
    try (ClientFile read =
        ClientFile.read(file, (found, fix) -> refused(file, sought, found, fix))) {
      if (!read.mode().endsWith("------")) {
        throw refused(
            file,
            sought,
            "group or world may touch it (" + read.mode() + "), so that libpq passes it over",
            "chmod 600 '" + file + "'");
      }
      return inside(read, sought);
    }
  }

  private static Secret inside(ClientFile file, Sought sought) {
    byte[] found = first(file.bytes(), sought.bytes());
    try {
      if (found.length == 0) {
        throw refused(
            file.toString(),
            sought,
            "no line fits, or the first that does has no password",
            "write that line above others that fit; * stands for any");
      }
      return Secret.ofUtf8("pgpass", found);
    } catch (IllegalArgumentException e) {
      throw refused(
          file.toString(), sought, "a password that is no UTF-8", "write the file in UTF-8");
    } finally {
      Arrays.fill(found, (byte) 0);
    }
  }

  /** The password of the first line that fits; empty where none does, or that one has none. */
  private static byte[] first(byte[] text, List<byte[]> sought) {
    int begin = 0;
    while (begin < text.length) {
      int next = begin;
      while (next < text.length && text[next] != '\n') {
        next++;
      }
      int end = next;
      while (end > begin && text[end - 1] == '\r') {
        end--;
      }
      int at = text[begin] == '#' ? -1 : begin;
      for (byte[] token : sought) {
        at = at < 0 ? at : behind(text, at, end, token);
      }
      if (at >= 0) {
        return unescaped(text, at, end);
      }
      begin = next + 1;
    }
    return new byte[0];
  }

  /** Where the next field begins; -1 where this one is another, or is the last. */
  private static int behind(byte[] text, int begin, int end, byte[] token) {
    if (begin + 1 < end && text[begin] == '*' && text[begin + 1] == ':') {
      return begin + 2;
    }
    int matched = 0;
    for (int at = begin; at < end; at++) {
      if (text[at] == ':' && matched == token.length) {
        return at + 1;
      }
      if (text[at] == '\\') {
        at++;
      }
      if (matched == token.length || at >= end || text[at] != token[matched]) {
        return -1;
      }
      matched++;
    }
    return -1;
  }

  private static byte[] unescaped(byte[] text, int begin, int end) {
    byte[] password = new byte[end - begin];
    int length = 0;
    for (int at = begin; at < end && text[at] != ':'; at++) {
      if (text[at] == '\\' && at + 1 < end) {
        at++;
      }
      password[length++] = text[at];
    }
    byte[] exact = Arrays.copyOf(password, length);
    Arrays.fill(password, (byte) 0);
    return exact;
  }

  private static Refusal refused(String file, Sought sought, String found, String fix) {
    return new Refusal(
        Finding.of("pgpass.none", "there is no password in " + file)
            .withExpected("a line that fits " + sought.words() + ":PASSWORD")
            .withFound(found)
            .withFix(fix));
  }
}
