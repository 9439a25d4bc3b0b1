package dev.gatehouse.dsl.operation;

import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.sql.InOneTransaction;
import dev.gatehouse.dsl.sql.Statements;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program of this machine, executed without a shell: each argument reaches it as it is written.
 *
 * <p>It gets a small environment (PATH, HOME, locale, time zone), nothing on its standard input
 * unless {@link #withSecretOnStdin} says so, and five minutes unless {@link #withDeadline} says so;
 * past that, or when the run is stopped, it and all it started are killed. The last 64 KiB of its
 * output are kept, control sequences stripped.
 *
 * <p>Immutable. Not a step until it says {@code undoneBy(step)} or {@code cannotBeUndone("why")}.
 * Needs no privilege in the database; has those of the account this process runs under.
 *
 * @since 0.1
 */
public final class Command extends ChangeWithoutUndo {
  private final CommandLine line;
  private final Proof proof;
  private final Reach reach;
  private final Optional<String> name;

  private Command(CommandLine line, Proof proof, Reach reach, Optional<String> name) {
    super(
        name(name, line),
        reading -> CommandEffect.bind(line, proof, reach, reading),
        Stream.concat(line.secret().stream(), proof.secrets().stream()).toList(),
        proof.refersTo());
    this.line = line;
    this.proof = proof;
    this.reach = reach;
    this.name = name;
  }

  public static Command of(String program, String... arguments) {
    return new Command(
        CommandLine.of(program, List.of(arguments)), Proof.NONE, Reach.UNKNOWN, Optional.empty());
  }

  /** The same command, in that working directory. Default: this process's own. */
  public Command withDirectory(Path directory) {
    return new Command(line.in(directory), proof, reach, name);
  }

  /**
   * The same command with that long to finish. Default 5 minutes.
   *
   * @throws IllegalArgumentException when not above zero
   */
  public Command withDeadline(Duration limit) {
    return new Command(line.within(limit), proof, reach, name);
  }

  /**
   * The same command, reading the secret from its standard input as UTF-8, without a line end.
   *
   * @throws IllegalArgumentException when an argument holds the secret: arguments can be read by
   *     every account of the machine; or when the secret is longer than 16,384 characters: no
   *     deadline could end the wait for a program that does not read it
   */
  public Command withSecretOnStdin(Secret secret) {
    return new Command(line.reading(secret), proof, reach, name);
  }

  /** The same command, having succeeded when it exits with that code. Default 0. */
  public Command expectingExit(int code) {
    return new Command(line.expecting(code), proof, reach, name);
  }

  /**
   * The same command, having succeeded only if the check passes afterwards; where it ended as it
   * should and the check does not pass, a person is asked what became of it. After a crash the
   * check tells whether the command took effect; without one a person must.
   */
  public Command provenBy(Check check) {
    return new Command(line, Proof.by(check), reach, name);
  }

  /**
   * The same command, proven by that check, and neither executed nor undone where it passes before;
   * as an undo, not executed where it passes already.
   */
  public Command unlessAlready(Check check) {
    return new Command(line, Proof.beforeToo(check), reach, name);
  }

  /**
   * The same command, known to leave the target alone: to start a worker, to tell somebody. A
   * maintenance window that has closed meanwhile does not hold it back. Default: what a command
   * touches nobody can tell: standing checks are asked again before it, and where the undo of a
   * later step restores the target, the plan is refused unless its own undo looks first.
   */
  public Command besideTarget() {
    return new Command(line, proof, Reach.BESIDE, name);
  }

  /**
   * The same command, known to change the content of the target and nothing else: a restore of the
   * target undoes it as well, and its own undo is not executed then.
   */
  public Command inTarget() {
    return new Command(line, proof, Reach.TARGET, name);
  }

  /** Reversed by these statements, in one transaction: {@code undoneBy(inOneTransaction(...))}. */
  public Change undoneBy(Statements undo) {
    return undoneBy(InOneTransaction.of(List.of(undo)));
  }

  /**
   * The same command under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  @Override
  public Command named(String newName) {
    return new Command(line, proof, reach, Optional.of(Names.checked(newName)));
  }

  /** Its success as a check: for a program that only looks. */
  public NamedCheck check() {
    return CommandChecks.succeeds(name(name, line), line);
  }

  private static String name(Optional<String> given, CommandLine line) {
    return given.orElse(Names.ofSql("command: " + line));
  }
}
