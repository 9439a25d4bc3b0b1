package dev.gatehouse.examples;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.outcome.GatehouseException;
import dev.gatehouse.core.outcome.Need;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * People who agree to everything, in a process of their own: they have the journal and their keys,
 * and say by letters what a run waits for. So that examples go on where nobody sits.
 */
final class Colleagues {
  private static final long LOOK_MILLIS = 100;

  private final Path journal;
  private final Path work;
  private final Set<String> spoken = new HashSet<>();

  private Colleagues(Path journal, Path work) {
    this.journal = journal;
    this.work = work;
  }

  /** Begins the process; it ends with the run, or with this one. */
  static Process begin(Path journal) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Colleagues.class.getName(),
            journal.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** JOURNAL: answers all that its run asks until it ends, or whoever began this is gone. */
  public static void main(String... arguments) throws Exception {
    Path journal = Path.of(arguments[0]);
    Path work = journal.toAbsolutePath().resolve("../..").normalize();
    Colleagues all = new Colleagues(journal, work);
    Optional<ProcessHandle> starter = ProcessHandle.current().parent();
    boolean goesOn = true;
    while (goesOn) {
      RunRecord record = Mailbox.of(journal).record();
      goesOn = !record.state().closed() && starter.filter(ProcessHandle::isAlive).isPresent();
      try {
        all.answer(record);
      } catch (GatehouseException e) {
        // asked no more, or ended meanwhile: seen at the next look
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private void answer(RunRecord record) throws IOException {
    for (StepRecord step : record.steps()) {
      for (Need need : step.needs()) {
        Optional<Person> free = free(record, step, need.role());
        if (free.isPresent()) {
          String who = free.get().name();
          spoken.add(who + " " + step.name());
          System.out.println("(" + who + ", " + need.role() + ": yes to '" + step.name() + "')");
          Mailbox.of(journal)
              .as(who)
              .signedBy(Signer.in(Team.keys(work, who)))
              .yes(step.name(), need.role(), need.typing());
          return;
        }
      }
    }
  }

  /** Somebody in that role who has not agreed yet, and did not start the run. */
  private Optional<Person> free(RunRecord record, StepRecord step, String role) {
    List<Person> all = record.said().people().map(people -> people.all()).orElse(List.of());
    return all.stream()
        .filter(person -> person.roles().contains(role))
        .filter(person -> record.said().initiators().stream().noneMatch(person::answersTo))
        .filter(person -> !spoken.contains(person.name() + " " + step.name()))
        .filter(person -> Files.exists(Team.keys(work, person.name()).resolve("signing.key")))
        .findFirst();
  }
}
