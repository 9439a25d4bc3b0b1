package dev.gatehouse.core.model;

import dev.gatehouse.core.outcome.Quorum;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who exists, by which key, in which roles. Part of a runbook, and not of a plan's digest: people
 * come and go while a run waits, and a word counts only while its person holds the role, with the
 * key it was signed with. Who they were is journaled each time a run is started or resumed.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class People {
  private final List<Person> all;

  private People(List<Person> all) {
    this.all = List.copyOf(all);
  }

  /**
   * These people.
   *
   * @throws IllegalArgumentException when a name, an account or a key belongs to two of them: one
   *     person would fill two places
   */
  public static People of(Person... all) {
    return of(List.of(all));
  }

  /** These people. */
  public static People of(List<Person> all) {
    if (all.isEmpty()) {
      throw new IllegalArgumentException("people are empty: nobody could decide anything");
    }
    Set<String> taken = new HashSet<>();
    for (Person person : all) {
      List<String> own = new ArrayList<>(new HashSet<>(person.accounts()));
      own.remove(person.name());
      own.add(person.name());
      person.key().ifPresent(own::add);
      for (String one : own) {
        if (!taken.add(one)) {
          throw new IllegalArgumentException("two people have one name, account or key: " + one);
        }
      }
    }
    return new People(all);
  }

  /** All of them. */
  public List<Person> all() {
    return all;
  }

  /** The person of that name. */
  public Optional<Person> named(String name) {
    return all.stream().filter(person -> person.name().equals(name)).findFirst();
  }

  /** The person who is known by that name or account. */
  public Optional<Person> knownAs(String who) {
    return all.stream().filter(person -> person.answersTo(who)).findFirst();
  }

  /** Names of all whom that name of who starts a run may mean. */
  public List<String> meantBy(String who) {
    return all.stream().filter(person -> person.maybeCalled(who)).map(Person::name).toList();
  }

  /** Whether that person holds the role. */
  public static boolean holds(Person person, String role) {
    return role.equals(Quorum.EVERYONE) || person.roles().contains(role);
  }

  /** Names of those who hold the role. */
  public List<String> holding(String role) {
    return all.stream().filter(person -> holds(person, role)).map(Person::name).toList();
  }

  /** The roles of each, but for those named. */
  public Map<String, Set<String>> rolesWithout(Set<String> names) {
    Map<String, Set<String>> roles = new HashMap<>();
    for (Person person : all) {
      if (!names.contains(person.name())) {
        roles.put(person.name(), Set.copyOf(new HashSet<>(person.roles())));
      }
    }
    return roles;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof People people && people.all.equals(all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }

  @Override
  public String toString() {
    return all.stream().map(Person::name).toList().toString();
  }
}
