package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.process.Programs;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is executed, where, for how long, and what it must answer. */
record CommandLine(
    String program,
    List<String> arguments,
    Optional<Path> directory,
    Duration deadline,
    Optional<Secret> secret,
    int exit) {

  /** In UTF-8 at most three bytes each; a pipe of Linux holds 64 KiB. */
  private static final int LONGEST_SECRET = 16_384;

  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  CommandLine {
    arguments = List.copyOf(arguments);
    if (program.isBlank()) {
      throw new IllegalArgumentException("program is blank");
    }
    Stream.concat(Stream.of(program), arguments.stream())
        .filter(word -> word.indexOf('\0') >= 0)
        .findFirst()
        .ifPresent(
            word -> {
              throw new IllegalArgumentException("an argument of a command holds NUL");
            });
    if (deadline.isZero() || deadline.isNegative()) {
      throw new IllegalArgumentException("deadline is " + deadline + ": above zero");
    }
    if (secret.isPresent()) {
      refuseArgumentsThatHold(secret.get(), arguments);
    }
  }

  static CommandLine of(String program, List<String> arguments) {
    return new CommandLine(
        program, arguments, Optional.empty(), Duration.ofMinutes(5), Optional.empty(), 0);
  }

  CommandLine in(Path where) {
    return new CommandLine(program, arguments, Optional.of(where), deadline, secret, exit);
  }

  CommandLine within(Duration limit) {
    return new CommandLine(program, arguments, directory, limit, secret, exit);
  }

  /**
   * A secret is written before the deadline is watched, so it must fit the pipe at once.
   *
   * @throws IllegalArgumentException when it does not
   */
  CommandLine reading(Secret onStdin) {
    int length = onStdin.reveal(value -> value.length);
    if (length > LONGEST_SECRET) {
      throw new IllegalArgumentException(
          "secret '"
              + onStdin.label()
              + "' has "
              + length
              + " characters: at most "
              + LONGEST_SECRET
              + " fit a pipe; give the command the name of a file instead");
    }
    return new CommandLine(program, arguments, directory, deadline, Optional.of(onStdin), exit);
  }

  CommandLine expecting(int code) {
    return new CommandLine(program, arguments, directory, deadline, secret, code);
  }

  /** The same command, with its program where it is found now. */
  CommandLine pinned() {
    return new CommandLine(found().toString(), arguments, directory, deadline, secret, exit);
  }

  /** Whose arguments are which is everybody's to read, in the process table. */
  private static void refuseArgumentsThatHold(Secret secret, List<String> arguments) {
    Scrubber scrubber = Scrubber.of(List.of(secret));
    boolean held =
        arguments.stream().anyMatch(argument -> !scrubber.scrub(argument).equals(argument));
    if (held) {
      throw new IllegalArgumentException(
          "an argument holds the secret '" + secret.label() + "': give it on stdin only");
    }
  }

  /**
   * The program's file.
   *
   * @throws Refusal when it is not there, cannot be executed, or is named relative to somewhere
   */
  Path found() {
    Path named = Path.of(program);
    if (named.isAbsolute()) {
      if (Programs.isOne(named)) {
        return named;
      }
      throw missing("no program that may be executed there");
    }
    if (named.getNameCount() > 1) {
      throw missing("a path relative to a directory that may change");
    }
    return Programs.onPath(program).stream()
        .findFirst()
        .orElseThrow(() -> missing("not in PATH " + System.getenv("PATH")));
  }

  private Refusal missing(String found) {
    return new Refusal(
        Finding.of("command.missing", "there is no program '" + program + "'")
            .withExpected("an absolute path, or a name to be found in PATH")
            .withFound(found)
            .withFix("install '" + program + "', or write its absolute path"));
  }

  /** As it could be pasted into a shell. */
  List<String> preview() {
    Path file = found();
    String pasted =
        Stream.concat(Stream.of(file.toString()), arguments.stream())
            .map(CommandLine::quoted)
            .collect(Collectors.joining(" "));
    return List.of(
        directory.map(where -> "cd " + quoted(where.toString()) + " && ").orElse("")
            + pasted
            + secret.map(held -> " < (secret '" + held.label() + "')").orElse(""),
        "in at most " + Names.print(deadline) + ", exit code " + exit);
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  @Override
  public String toString() {
    return Stream.concat(Stream.of(program), arguments.stream())
        .map(CommandLine::quoted)
        .collect(Collectors.joining(" "));
  }
}
