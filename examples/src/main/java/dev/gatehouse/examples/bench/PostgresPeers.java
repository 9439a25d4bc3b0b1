package dev.gatehouse.examples.bench;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.examples.bench.Tools.Timed;
import dev.gatehouse.examples.postgres.ExampleDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Starts both sides with the same tools and the same way to the server. Passwords lie in files for
 * their owner only, until it is closed.
 */
final class PostgresPeers implements AutoCloseable {
  static final List<String> TOOLS = List.of("bash", "zstd", "sha256sum", "tee");

  private final List<String> where;
  private final Path passwords;
  private final Path password;
  private final Map<String, String> variables = new LinkedHashMap<>();

  PostgresPeers(ExampleDatabase database, Path work) throws IOException {
    Target.Coordinates at = database.target().coordinates().orElseThrow();
    URI address = URI.create(at.jdbcUrl().substring("jdbc:".length()));
    passwords = work.resolve("peers.pgpass");
    password = work.resolve("ours.password");
    Secret secret = at.secret().orElseThrow();
    secret.reveal(text -> write(passwords, "*:*:*:*:" + escaped(new String(text)) + "\n"));
    secret.reveal(text -> write(password, new String(text) + "\n"));
    where =
        List.of(
            "--url",
            at.jdbcUrl(),
            "--account",
            at.account(),
            "--password-file",
            password.toString());
    variables.put("PGHOST", address.getHost());
    variables.put("PGPORT", String.valueOf(address.getPort()));
    variables.put("PGDATABASE", address.getPath().substring(1));
    variables.put("PGUSER", at.account());
    variables.put("PGPASSFILE", passwords.toString());
    String query = address.getQuery();
    if (query != null) {
      // As encrypted as ours, or it would not be the same work.
      Arrays.stream(query.split("&"))
          .filter(option -> option.startsWith("sslmode="))
          .forEach(mode -> variables.put("PGSSLMODE", mode.substring("sslmode=".length())));
    }
    database
        .tools()
        .ifPresent(
            tools ->
                variables.put(
                    "PATH", tools + ":" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin")));
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\").replace(":", "\\:");
  }

  private static Path write(Path file, String text) {
    try {
      PrivateFiles.write(file, text.getBytes(StandardCharsets.UTF_8));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    String[] first = {task, directory.toString()};
    String[] arguments = Arrays.copyOf(first, first.length + where.size());
    for (int i = 0; i < where.size(); i++) {
      arguments[first.length + i] = where.get(i);
    }
    return Tools.ours(PostgresOurs.class, variables, arguments);
  }

  String versions() throws Exception {
    return Tools.versions(
        "pg_dump --version; pg_restore --version; zstd --version | cut -c1-60 || true", variables);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(passwords);
    Files.deleteIfExists(password);
  }
}
