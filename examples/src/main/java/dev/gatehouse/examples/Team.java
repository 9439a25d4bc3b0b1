package dev.gatehouse.examples;

import static dev.gatehouse.dsl.GatehouseOperations.person;

import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Person;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The people of an example. Each has a key of their own below {@code people} in its directory, as
 * {@code examples/run people --new-key} makes one; yours have them on machines of their own, and
 * the runbook has the public halves only.
 */
public final class Team {
  private final Path work;
  private final List<Person> members;

  private Team(Path work, List<Person> members) {
    this.work = work;
    this.members = members;
  }

  /** Whoever starts the example, in no role: nobody agrees to what they start themselves. */
  public static Team startedHere(Path work) {
    return new Team(
        work, List.of(person("starter").knownAs(System.getProperty("user.name", "unknown"))));
  }

  /** The same with one more. */
  public Team with(String name, String... roles) {
    try {
      Signer key = Signer.in(keys(work, name));
      List<Person> more = new ArrayList<>(members);
      more.add(person(name).withKey(key.publicKey()).as(roles));
      return new Team(work, List.copyOf(more));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where that person's key is. */
  static Path keys(Path work, String name) {
    return work.resolve("people").resolve(name);
  }

  public People people() {
    return People.of(members);
  }
}
