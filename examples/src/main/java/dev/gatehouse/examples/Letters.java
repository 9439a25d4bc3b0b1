package dev.gatehouse.examples;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.letter.Receipt;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.StatusText;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * What people say to a run from another process: {@code examples/run say|abort|... JOURNAL}. Exits
 * with 0 when the run goes by it, 3 when it does not count, 5 when it was not read yet.
 */
final class Letters {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Set<String> STOPS = Set.of("abort", "panic", "pause");
  private static final int REFUSED = 3;
  private static final int NOT_READ = 5;

  static final String USAGE =
      "JOURNAL [--as NAME] [--key DIRECTORY] [--step STEP] [--role ROLE] [--yes|--no] [--text TEXT]"
          + " [--guard GUARD] [--truth APPLIED|NOT_APPLIED|PARTIAL] [--why TEXT]";

  private final String verb;
  private final Path journal;
  private final Map<String, String> options;

  private Letters(String verb, Path journal, Map<String, String> options) {
    this.verb = verb;
    this.journal = journal;
    this.options = options;
  }

  static int run(String verb, List<String> arguments) throws IOException, InterruptedException {
    Iterator<String> words = arguments.iterator();
    if (!words.hasNext()) {
      throw new IllegalArgumentException("examples/run " + verb + " " + USAGE);
    }
    Path journal = Path.of(words.next());
    Map<String, String> options = new HashMap<>();
    while (words.hasNext()) {
      String option = words.next();
      if (option.equals("--yes") || option.equals("--no")) {
        if (options.containsKey("--yes")) {
          throw new IllegalArgumentException("--yes and --no, or one of them twice: say one");
        }
        options.put("--yes", String.valueOf(option.equals("--yes")));
      } else if (USAGE.contains("[" + option + " ") && words.hasNext()) {
        options.put(option, words.next());
      } else {
        throw new IllegalArgumentException(
            "no such option, or no value for it: " + option + ": " + USAGE);
      }
    }
    return new Letters(verb, journal, options).sent();
  }

  /** What the run waits for, and who may say it. */
  static int status(List<String> arguments) throws IOException {
    if (arguments.size() != 1) {
      throw new IllegalArgumentException("examples/run status JOURNAL|DIRECTORY");
    }
    Path journal = Path.of(arguments.get(0));
    if (Files.isDirectory(journal)) {
      return all(journal);
    }
    RunRecord record = Mailbox.of(journal).record();
    System.out.println(StatusText.of(record, journal));
    return record.state().exitCode();
  }

  /** Of each run of a directory a line, in the order in which they began. */
  private static int all(Path directory) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.journal")) {
      for (Path file : StreamSupport.stream(files.spliterator(), false).sorted().toList()) {
        try {
          System.out.println(StatusText.line(Mailbox.of(file).record(), file));
        } catch (Refusal e) {
          System.out.println(file.getFileName() + "  " + e.findings().get(0).headline());
        }
      }
    }
    return 0;
  }

  /** Who may decide about the run of a journal; or makes a key, and tells what to write down. */
  static int people(List<String> arguments) throws IOException {
    if (arguments.size() == 2 && arguments.get(0).equals("--new-key")) {
      Path directory = Path.of(arguments.get(1));
      if (Files.exists(directory.resolve("signing.key"))) {
        throw new IllegalArgumentException(
            directory
                + " has a key already, and keeps it: name another directory for a new one; the line"
                + " of this one is Base64 in signing.pub there");
      }
      Signer made = Signer.in(directory);
      System.out.println("person(\"NAME\").withKey(\"" + made.publicKey() + "\").as(\"ROLE\")");
      return 0;
    }
    if (arguments.size() != 1) {
      throw new IllegalArgumentException("examples/run people JOURNAL | --new-key DIRECTORY");
    }
    RunRecord record = Mailbox.of(Path.of(arguments.get(0))).record();
    System.out.println("started by " + String.join(", ", record.said().initiators()));
    if (record.said().people().isEmpty()) {
      System.out.println("the runbook names nobody: the host vouches");
    }
    for (Person person : record.said().people().map(all -> all.all()).orElse(List.of())) {
      String proof = person.keyId().map(id -> "key " + id).orElse("account " + person.accounts());
      System.out.println(person.name() + ": " + String.join(", ", person.roles()) + "; " + proof);
    }
    return 0;
  }

  private int sent() throws IOException, InterruptedException {
    Mailbox box = Mailbox.of(journal);
    if (options.containsKey("--as")) {
      box = box.as(needed("--as"));
    }
    if (options.containsKey("--key")) {
      Path key = Path.of(needed("--key"));
      if (!Files.exists(key.resolve("signing.key"))) {
        throw new IllegalArgumentException(
            "no signing.key in "
                + key
                + ": name the directory of your key (a new one, examples/run people --new-key"
                + " DIRECTORY, counts once the runbook names it)");
      }
      box = box.signedBy(Signer.in(key));
    }
    Receipt sent = send(box);
    Receipt receipt = sent.driven() ? box.await(sent, PATIENCE) : sent;
    if (receipt.counts()) {
      System.out.println("noted: the run goes by it");
      return 0;
    }
    if (receipt.refused().isPresent()) {
      System.out.println("it does not count: " + receipt.refused().get().text());
      return REFUSED;
    }
    if (receipt.foreseen().isPresent()) {
      System.out.println(
          "it is not read yet, and by the people the run has now it does not count: "
              + receipt.foreseen().get().text());
      return REFUSED;
    }
    Finding waits =
        sent.driven()
            ? Finding.of("letter.not-read", "the run has not read it yet")
                .withFound(
                    "perhaps a step is under way; whether the letter counts is told behind it")
                .withFix("look again in a while: examples/run status " + journal)
            : Finding.of("letter.not-driven", "nobody drives this run")
                .withExpected("a process that has the journal open")
                .withFound(
                    "the letter lies in the inbox, and is read when the run is resumed"
                        + (STOPS.contains(verb)
                            ? ""
                            : " within 24 hours; whether it counts is told then, a yes for as long"
                                + " as the plan says from now"))
                .withFix(
                    "resume the run: runner.resume(runbook, target, Path.of(\"" + journal + "\"))");
    System.out.println(waits.text());
    return NOT_READ;
  }

  private Receipt send(Mailbox box) {
    String why = options.getOrDefault("--why", options.getOrDefault("--text", ""));
    return switch (verb) {
      case "say" -> say(box);
      case "abort" -> box.abort(why);
      case "panic" -> box.panic(why);
      case "pause" -> box.pause(why);
      case "confirm" -> box.confirm(needed("--guard"), why);
      case "accept" -> box.accept(needed("--step"), why);
      case "resolve" -> box.resolve(needed("--step"), truth(), why);
      default -> throw new IllegalArgumentException("no such word: " + verb);
    };
  }

  private ProbeResult.Kind truth() {
    String truth = needed("--truth");
    if (!Set.of("APPLIED", "NOT_APPLIED", "PARTIAL").contains(truth)) {
      throw new IllegalArgumentException(
          "--truth is '" + truth + "': APPLIED, NOT_APPLIED or PARTIAL");
    }
    return ProbeResult.Kind.valueOf(truth);
  }

  private Receipt say(Mailbox box) {
    String text = options.getOrDefault("--text", options.getOrDefault("--why", ""));
    return Boolean.parseBoolean(needed("--yes"))
        ? box.yes(needed("--step"), needed("--role"), text)
        : box.no(needed("--step"), needed("--role"), text);
  }

  private String needed(String option) {
    String value = options.get(option);
    if (value == null) {
      throw new IllegalArgumentException(verb + " needs " + option + ": " + USAGE);
    }
    return value;
  }
}
