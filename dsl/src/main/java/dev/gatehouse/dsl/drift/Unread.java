package dev.gatehouse.dsl.drift;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What one of two states could not be read of: it is compared on neither side, and told. */
record Unread(List<CatalogueObject> objects, Set<String> kinds) {

  static Unread of(Baseline wanted, Baseline found) {
    List<CatalogueObject> objects =
        Stream.concat(wanted.objects().stream(), found.objects().stream())
            .filter(object -> !object.unreadKinds().isEmpty())
            .distinct()
            .toList();
    return new Unread(
        objects,
        objects.stream()
            .flatMap(object -> object.unreadKinds().stream())
            .collect(Collectors.toSet()));
  }

  boolean compared(CatalogueObject object) {
    return object.unreadKinds().isEmpty() && !kinds.contains(object.kind());
  }

  Evidence told(Evidence evidence) {
    return objects.isEmpty() ? evidence : evidence.with("not read", names(objects));
  }

  /** What keeps it from being said that nothing differs; nothing where it was left out by name. */
  Optional<Finding> finding(Predicate<CatalogueObject> left) {
    List<CatalogueObject> meant = objects.stream().filter(left.negate()).toList();
    return meant.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.of("drift.unread", "whether " + names(meant) + " differ is not known")
                .withExpected(
                    meant.stream()
                        .map(object -> object.name() + ": " + object.facts().get("needed"))
                        .distinct()
                        .collect(Collectors.joining("\n")))
                .withFound("the account that read one of the two states may not read them")
                .withFix(
                    "grant its account what is expected and read both states again, or leave them"
                        + " out by name: except(\""
                        + meant.get(0).name()
                        + "\")"));
  }

  private static String names(List<CatalogueObject> objects) {
    return objects.stream()
        .map(CatalogueObject::name)
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
