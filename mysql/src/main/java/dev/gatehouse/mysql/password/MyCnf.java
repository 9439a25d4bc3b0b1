package dev.gatehouse.mysql.password;

import dev.gatehouse.core.dialect.ClientFile;
import dev.gatehouse.core.dialect.PasswordFile;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * {@code password} of the group {@code [client]} of {@code ~/.my.cnf}, by the rules of the
 * products' clients; the last of several counts. Clients take it for whatever server and account
 * they are told; here user, host and port of that group, where it names them, have to be those of
 * the target. Other files, other groups and login paths are not read.
 *
 * <p>Source: MySQL manual, "Using Option Files"; search_default_file_with_ext in my_default.cc.
 *
 * @since 0.1
 */
public final class MyCnf implements PasswordFile {

  @Override
  public Secret password(String jdbcUrl, String account, Map<String, String> environment) {
    String name = ClientFile.inHome(environment, ".my.cnf");
    try (ClientFile file = ClientFile.read(name, (found, fix) -> refused(name, found, fix))) {
      if (file.mode().charAt(7) == 'w') {
        throw refused(
            name,
            "everybody may write it (" + file.mode() + "), so that clients pass it over",
            "chmod 600 '" + name + "'");
      }
      try (ClientGroup group =
          ClientGroup.of(file.bytes(), (found, fix) -> refused(name, found, fix))) {
        URI address = URI.create(jdbcUrl.substring("jdbc:".length()));
        int port = address.getPort() < 0 ? 3306 : address.getPort();
        requireSame(name, group, "user", account);
        requireSame(name, group, "host", String.valueOf(address.getHost()));
        requireSame(name, group, "port", String.valueOf(port));
        return secret(name, group.value("password"));
      }
    }
  }

  private static Secret secret(String name, Optional<byte[]> password) {
    try {
      return Secret.ofUtf8(
          "my.cnf",
          password
              .filter(value -> value.length > 0)
              .orElseThrow(
                  () ->
                      refused(name, "none in [client]", "write password=\"...\" below [client]")));
    } catch (IllegalArgumentException e) {
      throw refused(name, "a password that is no UTF-8", "write the file in UTF-8");
    }
  }

  private static void requireSame(String name, ClientGroup group, String option, String target) {
    Optional<String> other =
        group
            .value(option)
            .map(value -> new String(value, StandardCharsets.UTF_8))
            .filter(value -> !value.equalsIgnoreCase(target));
    if (other.isPresent()) {
      throw refused(
          name,
          "[client] has another " + option + " than the target, " + other.get(),
          "take " + option + " out where the password is also that of " + target);
    }
  }

  private static Refusal refused(String name, String found, String fix) {
    return new Refusal(
        Finding.of("mycnf.none", "there is no password in " + name)
            .withExpected("password in the group [client], of the target's account and server")
            .withFound(found)
            .withFix(fix));
  }
}
