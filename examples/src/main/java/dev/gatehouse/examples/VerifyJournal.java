package dev.gatehouse.examples;

import dev.gatehouse.core.journal.JournalVerifier;
import dev.gatehouse.core.journal.JournalVerifier.Options;
import dev.gatehouse.core.journal.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** Verifies a journal offline: 0 valid, 1 invalid, 2 valid but unanchored, 3 unreadable. */
final class VerifyJournal {

  private static final String USAGE =
      "examples/run verify JOURNAL [--head HEAD|FILE]... [--key PUBLIC_KEY|FILE]... [--artifacts DIRECTORY]";

  private VerifyJournal() {}

  /** The key or head itself, or the file that it is kept in. */
  private static String kept(String value) throws IOException {
    return Files.isRegularFile(Path.of(value)) ? Files.readString(Path.of(value)) : value;
  }

  static int run(List<String> arguments) throws IOException {
    Iterator<String> words = arguments.iterator();
    if (!words.hasNext()) {
      System.err.println(USAGE);
      return Examples.NOT_RUN;
    }
    Path journal = Path.of(words.next());
    Options options = Options.none();
    while (words.hasNext()) {
      String option = words.next();
      if (!words.hasNext()) {
        System.err.println(option + " needs a value: " + USAGE);
        return Examples.NOT_RUN;
      }
      String value = words.next();
      switch (option) {
        case "--head" -> options = options.withHead(kept(value).strip());
        case "--key" -> options = options.withPublicKey(kept(value));
        case "--artifacts" -> options = options.withArtifacts(Path.of(value));
        default -> {
          System.err.println("no such option: " + option + ": " + USAGE);
          return Examples.NOT_RUN;
        }
      }
    }
    Verification verification = JournalVerifier.verify(journal, options);
    System.out.println(journal + ": " + verification.verdict() + ": " + verification.explanation());
    return verification.verdict().exitCode();
  }
}
