package dev.gatehouse.core.process;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Programs of this machine: where they are, what they are, and why one failed.
 *
 * @since 0.1
 */
public final class Programs {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Programs() {}

  /** Those of that name in PATH, in its order; its relative places are left out. */
  public static List<Path> onPath(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
        .splitAsStream(path)
        .map(Path::of)
        .filter(Path::isAbsolute)
        .map(place -> place.resolve(name))
        .filter(Programs::isOne)
        .toList();
  }

  /** Whether it is a file that may be executed. */
  public static boolean isOne(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  /**
   * What one says when it is asked for its version.
   *
   * @param asking the whole command; its output is redirected
   * @param declined is told of one that says nothing that is a version, or not within 30 s
   */
  public static Optional<Matcher> version(
      ProcessBuilder asking, String shown, Pattern version, List<String> declined) {
    try {
      asking.redirectErrorStream(true).redirectInput(new File("/dev/null"));
      ChildProcess.Ended ended = ChildProcess.start(asking).run(PATIENCE, Progress.SILENT);
      Matcher told = version.matcher(ended.words());
      if (!ended.killed() && told.find()) {
        return Optional.of(told);
      }
      declined.add(
          ended.killed()
              ? shown + " did not tell its version within " + PATIENCE.toSeconds() + " s"
              : shown + " says '" + ended.words() + "'");
    } catch (IOException e) {
      declined.add(shown + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  /**
   * Why one did not do what it was to do; empty when it did.
   *
   * @param silence after which it was killed
   * @param said its words, scrubbed
   */
  public static Optional<Finding> failure(
      ChildProcess.Ended ended,
      String name,
      List<String> arguments,
      Duration silence,
      String said) {
    if (!ended.killed() && ended.exit() == 0) {
      return Optional.empty();
    }
    Finding finding =
        ended.killed()
            ? Finding.of(
                "tool.silent",
                name + " wrote nothing for " + silence.toSeconds() + " s and was killed")
            : Finding.of("tool.failed", name + " did not succeed: exit code " + ended.exit());
    return Optional.of(
        finding
            .withExpected("exit code 0: " + name + " " + String.join(" ", arguments))
            .withFound(said.isEmpty() ? "it said nothing" : said)
            .withFix("fix what " + name + " reports, then run the runbook again"));
  }
}
