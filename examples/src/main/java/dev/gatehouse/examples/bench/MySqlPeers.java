package dev.gatehouse.examples.bench;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.examples.bench.Tools.Timed;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Starts both sides with the same server, encrypted alike. Passwords lie in files for their owner
 * only, until it is closed.
 */
final class MySqlPeers implements AutoCloseable {
  private final Target.Coordinates at;
  private final Path options;
  private final Path password;
  private final Map<String, String> variables = new LinkedHashMap<>();

  MySqlPeers(Target target, Path tools, Path work) throws IOException {
    at = target.coordinates().orElseThrow();
    URI address = URI.create(at.jdbcUrl().substring("jdbc:".length()));
    options = work.resolve("peers.cnf");
    password = work.resolve("ours.password");
    String client =
        "[client]\nhost=%s\nport=%d\nuser=%s\nloose-ssl-verify-server-cert=OFF\npassword=\""
            .formatted(address.getHost(), address.getPort(), at.account());
    String secret = at.secret().orElseThrow().reveal(String::new);
    PrivateFiles.write(options, (client + secret + "\"\n").getBytes(StandardCharsets.UTF_8));
    PrivateFiles.write(password, (secret + "\n").getBytes(StandardCharsets.UTF_8));
    variables.put("C", options.toString());
    variables.put("DB", address.getPath().substring(1));
    variables.put("PATH", tools + ":" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
  }

  /**
   * The peer's script.
   *
   * @param file where it writes or what it reads, {@code $F}
   */
  Timed peer(String script, Path file) throws Exception {
    Map<String, String> all = new LinkedHashMap<>(variables);
    all.put("F", file.toString());
    return Tools.bash(script, all);
  }

  Timed ours(String task, Path directory) throws Exception {
    return Tools.ours(
        MySqlOurs.class,
        variables,
        task,
        directory.toString(),
        at.jdbcUrl(),
        at.account(),
        password.toString());
  }

  String versions() throws Exception {
    return Tools.versions("mariadb-dump --version; zstd --version | cut -c1-60 || true", variables);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(options);
    Files.deleteIfExists(password);
  }
}
