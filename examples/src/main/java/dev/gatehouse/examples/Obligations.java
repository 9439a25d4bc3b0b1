package dev.gatehouse.examples;

import dev.gatehouse.core.journal.JournalVerifier;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.Verification;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.Closings;
import dev.gatehouse.core.report.Obligation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What is owed after the runs whose journals lie in a directory, and who said that it is done: a
 * journal cannot tell what was done after its end, so that stands in a file beside it.
 *
 * <p>Exits with 0 when nothing is overdue, 2 when something is, 3 when nobody can tell because a
 * journal, or what was closed, cannot be believed.
 */
final class Obligations {
  private static final int OVERDUE = 2;
  private static final int UNKNOWN = 3;

  private Obligations() {}

  static int run(List<String> arguments, Instant now) throws IOException {
    boolean closing = arguments.size() >= 5 && arguments.get(1).equals("--close");
    if (arguments.isEmpty() || (arguments.size() > 1 && !closing)) {
      throw new IllegalArgumentException(
          "examples/run obligations DIRECTORY [--close ID --by NAME [--text TEXT]]");
    }
    Path directory = Path.of(arguments.get(0));
    List<Path> journals = journals(directory);
    if (closing) {
      return close(journals, directory, arguments, now);
    }
    Map<String, Closings.Closing> closed;
    try {
      closed = Closings.in(directory).byId();
    } catch (Refusal broken) {
      System.out.println("UNKNOWN  " + broken.getMessage());
      return UNKNOWN;
    }
    int exit = 0;
    for (Path journal : journals) {
      int one = told(journal, closed, now);
      exit = exit == OVERDUE || one == OVERDUE ? OVERDUE : Math.max(exit, one);
    }
    return exit;
  }

  private static int close(List<Path> journals, Path directory, List<String> arguments, Instant now)
      throws IOException {
    String id = arguments.get(2);
    if (!arguments.get(3).equals("--by")) {
      throw new IllegalArgumentException("--by NAME is missing: say who did it");
    }
    boolean told = arguments.size() == 7 && arguments.get(5).equals("--text");
    for (Path journal : journals) {
      if (believed(journal).isEmpty()) {
        for (Obligation one : Obligation.of(Mailbox.of(journal).record())) {
          if (one.id().equals(id)) {
            String text = told ? arguments.get(6) : "";
            System.out.println(
                "closed   " + Closings.close(directory, one, arguments.get(4), text, now));
            return 0;
          }
        }
      }
    }
    System.out.println("UNKNOWN  no run that has ended owes " + id);
    return UNKNOWN;
  }

  /** A directory without any would answer that nothing is owed. */
  private static List<Path> journals(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> found =
          files.filter(file -> file.toString().endsWith(".journal")).sorted().toList();
      if (found.isEmpty()) {
        throw new IllegalArgumentException("no journal in " + directory + ": name their directory");
      }
      return found;
    }
  }

  /** Why it cannot be; empty where it can. */
  private static String believed(Path journal) {
    Verification is = JournalVerifier.verify(journal, JournalVerifier.Options.none());
    return is.verdict() == Verification.Verdict.INVALID
            || is.verdict() == Verification.Verdict.UNREADABLE
        ? is.explanation()
        : "";
  }

  private static int told(Path journal, Map<String, Closings.Closing> closed, Instant now) {
    String why = believed(journal);
    if (!why.isEmpty()) {
      System.out.println("UNKNOWN  " + journal + ": " + why);
      return UNKNOWN;
    }
    RunRecord run = Mailbox.of(journal).record();
    if (!run.state().closed() && !run.outline().handOver().followUps().isEmpty()) {
      System.out.println("not yet  " + journal + ": owed when the run has ended");
    }
    int exit = 0;
    for (Obligation one : Obligation.of(run)) {
      Closings.Closing done = closed.get(one.id());
      boolean overdue = done == null && one.overdue(now);
      exit = overdue ? OVERDUE : exit;
      System.out.println(
          done != null
              ? "closed   " + done
              : (overdue ? "OVERDUE  " : "open     ") + one + "  " + journal + "  " + one.id());
    }
    return exit;
  }
}
