package dev.gatehouse.examples;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.letter.Receipt;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.outcome.GatehouseException;
import dev.gatehouse.core.outcome.Need;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * People who agree to everything, in a process of their own: they have the journal and their keys,
 * and say by letters what a run waits for. So that examples go on where nobody sits.
 */
final class Colleagues {
  private static final long LOOK_MILLIS = 100;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path journal;
  private final Path work;

  private Colleagues(Path journal, Path work) {
    this.journal = journal;
    this.work = work;
  }

  /** Begins the process, and prints what it says; it ends with the run, or with this one. */
  static Process begin(Path journal) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Colleagues.class.getName(),
                journal.toString())
            .redirectErrorStream(true)
            .start();
    Thread listener = new Thread(() -> listen(process), "colleagues");
    listener.setDaemon(true);
    listener.start();
    return process;
  }

  private static void listen(Process process) {
    try (BufferedReader said = process.inputReader()) {
      said.lines().forEach(System.out::println);
    } catch (IOException e) {
      System.out.println("(the colleagues are not heard any more: " + e + ")");
    }
  }

  /** JOURNAL: answers all that its run asks until it ends, or whoever began this is gone. */
  public static void main(String... arguments) throws Exception {
    Path journal = Path.of(arguments[0]);
    Path work = journal.toAbsolutePath().resolve("../..").normalize();
    Colleagues all = new Colleagues(journal, work);
    Optional<ProcessHandle> starter = ProcessHandle.current().parent();
    boolean goesOn = true;
    while (goesOn && starter.filter(ProcessHandle::isAlive).isPresent()) {
      try {
        RunRecord record = Mailbox.of(journal).record();
        goesOn = !record.state().closed();
        all.answer(record);
      } catch (GatehouseException e) {
        System.out.println("(not said: " + e.getMessage() + ")");
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private void answer(RunRecord record) throws IOException, InterruptedException {
    for (StepRecord step : record.steps()) {
      for (Need need : step.needs()) {
        Optional<Person> free = free(record, step, need.role());
        if (free.isPresent()) {
          say(free.get().name(), step, need);
          return;
        }
      }
    }
  }

  /** What did not count is said again at the next look: the record does not have it. */
  private void say(String who, StepRecord step, Need need)
      throws IOException, InterruptedException {
    Mailbox box = Mailbox.of(journal).as(who).signedBy(Signer.in(Team.keys(work, who)));
    Receipt receipt = box.await(box.yes(step.name(), need.role(), need.typing()), PATIENCE);
    receipt.refused().ifPresent(why -> System.out.println("(it does not count: " + why + ")"));
  }

  /** Somebody in that role who has not agreed yet, and did not start the run. */
  private Optional<Person> free(RunRecord record, StepRecord step, String role) {
    List<Person> all = record.said().people().map(people -> people.all()).orElse(List.of());
    return all.stream()
        .filter(person -> person.roles().contains(role))
        .filter(person -> record.said().initiators().stream().noneMatch(person::answersTo))
        .filter(person -> step.words().stream().noneMatch(word -> word.who().equals(person.name())))
        .filter(person -> Files.exists(Team.keys(work, person.name()).resolve("signing.key")))
        .findFirst();
  }
}
