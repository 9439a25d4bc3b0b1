package dev.gatehouse.examples;

import dev.gatehouse.core.journal.JournalVerifier;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.Verification;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.report.Obligation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is owed after the runs whose journals lie in a directory. A journal cannot tell what was
 * done after its end: put it elsewhere when everything is.
 *
 * <p>Exits with 0 when nothing is overdue, 2 when something is, 3 when nobody can tell because a
 * journal cannot be believed.
 */
final class Obligations {
  private static final int OVERDUE = 2;
  private static final int UNKNOWN = 3;

  private Obligations() {}

  static int run(List<String> arguments, Instant now) throws IOException {
    if (arguments.size() != 1) {
      throw new IllegalArgumentException("examples/run obligations DIRECTORY");
    }
    List<Path> journals = journals(Path.of(arguments.get(0)));
    int exit = 0;
    for (Path journal : journals) {
      int one = told(journal, now);
      exit = exit == OVERDUE || one == OVERDUE ? OVERDUE : Math.max(exit, one);
    }
    return exit;
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

  private static int told(Path journal, Instant now) {
    Verification is = JournalVerifier.verify(journal, JournalVerifier.Options.none());
    if (is.verdict() == Verification.Verdict.INVALID
        || is.verdict() == Verification.Verdict.UNREADABLE) {
      System.out.println("UNKNOWN  " + journal + ": " + is.explanation());
      return UNKNOWN;
    }
    RunRecord run = Mailbox.of(journal).record();
    if (!run.state().closed() && !run.outline().handOver().followUps().isEmpty()) {
      System.out.println("not yet  " + journal + ": owed when the run has ended");
    }
    int exit = 0;
    for (Obligation one : Obligation.of(run)) {
      boolean overdue = one.overdue(now);
      exit = overdue ? OVERDUE : exit;
      System.out.println((overdue ? "OVERDUE  " : "open     ") + one + "  " + journal);
    }
    return exit;
  }
}
