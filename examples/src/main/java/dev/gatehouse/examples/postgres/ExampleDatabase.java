package dev.gatehouse.examples.postgres;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.postgres.Postgres;
import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * An empty PostgreSQL database for an example: the one it was told, or one of its own.
 *
 * @param tools where client programs of its version are; empty where PATH has them
 */
public record ExampleDatabase(Target target, Optional<Path> tools, Runnable end)
    implements AutoCloseable {

  /** Who can start a server that ends with this process; the examples' tests bring one. */
  public interface Engine {
    /** A database nobody has used. */
    ExampleDatabase open();
  }

  /**
   * The database of {@code --url JDBC_URL --account NAME --password-file FILE}, or a throw-away one
   * when no address is given.
   */
  public static ExampleDatabase of(List<String> arguments) {
    int at = arguments.indexOf("--url");
    if (at < 0) {
      return ServiceLoader.load(Engine.class)
          .findFirst()
          .orElseThrow(ExampleDatabase::noServer)
          .open();
    }
    Target target =
        Target.at(
            "production",
            after(arguments, "--url"),
            after(arguments, "--account"),
            secret(Path.of(after(arguments, "--password-file"))),
            Postgres.dialect());
    return new ExampleDatabase(target, Optional.empty(), () -> {});
  }

  private static String after(List<String> arguments, String option) {
    int at = arguments.indexOf(option);
    if (at < 0 || at + 1 >= arguments.size()) {
      throw new Refusal(
          Finding.of("example.arguments", option + " is missing")
              .withExpected("--url JDBC_URL --account NAME --password-file FILE, or none of them")
              .withFound(String.join(" ", arguments))
              .withFix(
                  "give all three; a password in the address would stand in the process list"));
    }
    return arguments.get(at + 1);
  }

  private static Secret secret(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new Refusal(
          Finding.of("example.password", "the password file cannot be read")
              .withExpected("a file with the password as its only line")
              .withFound(e.getClass().getSimpleName() + ": " + file)
              .withFix("ls -l '" + file + "'"));
    }
    CharBuffer text = StandardCharsets.UTF_8.decode(java.nio.ByteBuffer.wrap(bytes));
    int length = text.length();
    while (length > 0 && (text.charAt(length - 1) == '\n' || text.charAt(length - 1) == '\r')) {
      length--;
    }
    char[] value = new char[length];
    text.get(0, value);
    try {
      return Secret.of("password", value);
    } finally {
      Arrays.fill(value, '\0');
      Arrays.fill(text.array(), '\0');
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static Refusal noServer() {
    return new Refusal(
        Finding.of("example.server", "there is no server to run this on")
            .withExpected("--url JDBC_URL --account NAME --password-file FILE")
            .withFound("no address, and a class path without the examples' own engine")
            .withFix("examples/run builds with that engine; start the example with it"));
  }

  @Override
  public void close() {
    end.run();
  }
}
