package dev.gatehouse.dsl.tell;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.journal.Occasion;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.process.ChildProcess;
import dev.gatehouse.core.tell.Delivery;
import dev.gatehouse.core.tell.Notice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Tells a program on its standard input, as plain text in UTF-8, such as one that sends mail:
 * {@code program("mail", "-s", "shop", "dba@shop.example")}. What it is told is in no argument and
 * in no environment. It has four seconds, and told is what it exits 0 for; after anything else it
 * is told again. Of the environment it sees what commands see.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class Program extends NamedChannel<Program> {
  private static final Duration DEADLINE = Duration.ofSeconds(4);
  private static final Set<String> KEPT =
      Set.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR");
  private static final int DETAILS = 60;

  /** In UTF-8 at most three bytes each; a pipe holds 64 KiB. */
  private static final int LONGEST = 16_000;

  private final List<String> words;

  private Program(List<String> words, Set<Occasion> occasions, String name) {
    super(name, occasions);
    this.words = words;
  }

  /**
   * That program, told of everything.
   *
   * @throws IllegalArgumentException when its name is blank
   */
  public static Program of(String program, String... arguments) {
    if (program.isBlank()) {
      throw new IllegalArgumentException("program is blank");
    }
    return new Program(
        Stream.concat(Stream.of(program), Stream.of(arguments)).toList(),
        EnumSet.allOf(Occasion.class),
        "program");
  }

  @Override
  Program with(String newName, Set<Occasion> newOccasions) {
    return new Program(words, newOccasions, newName);
  }

  /** The same under the name that the journal has for it; default {@code program}. */
  public Program named(String newName) {
    return with(newName, occasions());
  }

  @Override
  public Delivery deliver(List<Notice> notices) throws InterruptedException {
    String text = NoticeText.cut(String.join("\n", NoticeText.lines(notices, DETAILS)), LONGEST);
    ProcessBuilder command = ChildProcess.command(words, KEPT, Map.of()).redirectErrorStream(true);
    try {
      ChildProcess.Ended ended =
          ChildProcess.start(command, (text + "\n").getBytes(StandardCharsets.UTF_8))
              .run(DEADLINE, Progress.SILENT);
      if (!ended.killed() && ended.exit() == 0) {
        return Delivery.told();
      }
      String how = ended.killed() ? "killed after 4 s" : "exit code " + ended.exit();
      return Delivery.later(problem(how + (ended.words().isBlank() ? "" : "\n" + ended.words())));
    } catch (IOException e) {
      return Delivery.later(problem(String.valueOf(e.getMessage())));
    }
  }

  private Finding problem(String found) {
    return Finding.of("tell.program", "a program does not take a notice")
        .withExpected("exit code 0 within 4 s: " + words.get(0))
        .withFound(found)
        .withFix("see what it says");
  }

  @Override
  public String toString() {
    return name() + " (" + String.join(" ", words) + ")";
  }
}
