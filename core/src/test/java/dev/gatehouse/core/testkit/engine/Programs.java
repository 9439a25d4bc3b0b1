package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.outcome.Bug;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs run to their end, and what they said. */
final class Programs {
  private static final int PATIENCE_SECONDS = 300;
  private static final List<Pattern> VERSIONS =
      List.of(
          Pattern.compile("Distrib (\\d+(?:\\.\\d+)+)"),
          Pattern.compile("(?:from|MariaDB server|Ver) (\\d+(?:\\.\\d+)+)-MariaDB"),
          Pattern.compile("(?:Ver|PostgreSQL\\)) (\\d+(?:\\.\\d+)+)"));

  /**
   * How a program ended.
   *
   * @param exit its exit code
   * @param text its standard output and standard error, as they came
   */
  record Ended(int exit, String text) {

    /** The end of what it said, for a message. */
    String tail() {
      return text.substring(Math.max(0, text.length() - 1_500)).strip();
    }
  }

  private Programs() {}

  static Ended run(List<String> command) {
    return run(command, Map.of(), Path.of("."), Optional.empty());
  }

  /**
   * @param input file to read from; nothing when absent
   */
  static Ended run(
      List<String> command, Map<String, String> environment, Path directory, Optional<Path> input) {
    Path said = Cache.scratchFile();
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectInput(input.map(Path::toFile).orElse(new File("/dev/null")))
              .redirectOutput(said.toFile());
      builder.environment().putAll(environment);
      builder.environment().put("LC_ALL", "C");
      Process process = builder.start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return new Ended(-1, "no end within " + PATIENCE_SECONDS + " s: " + command);
      }
      return new Ended(process.exitValue(), text(said));
    } catch (IOException e) {
      return new Ended(-1, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Bug("interrupted while running " + command, e);
    } finally {
      delete(said);
    }
  }

  /** Runs it, and does not go on when it failed. */
  static void mustRun(
      List<String> command, Map<String, String> environment, Path directory, Optional<Path> input) {
    Ended ended = run(command, environment, directory, input);
    if (ended.exit() != 0) {
      throw new IllegalStateException(
          "exit " + ended.exit() + " of " + String.join(" ", command) + ": " + ended.tail());
    }
  }

  /** What {@code program --version} says, if it can be run and belongs to the product. */
  static Optional<String> version(Path program, Product product, Map<String, String> environment) {
    if (!Files.isExecutable(program)) {
      return Optional.empty();
    }
    Ended ended =
        run(List.of(program.toString(), "--version"), environment, Path.of("."), Optional.empty());
    boolean mariadb = ended.text().contains("MariaDB");
    if (ended.exit() != 0 || mariadb != (product == Product.MARIADB)) {
      return Optional.empty();
    }
    return VERSIONS.stream()
        .map(pattern -> pattern.matcher(ended.text()))
        .filter(Matcher::find)
        .map(found -> found.group(1))
        .findFirst();
  }

  /** A program on PATH. */
  static Optional<Path> onPath(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return List.of(path.split(File.pathSeparator, -1)).stream()
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
