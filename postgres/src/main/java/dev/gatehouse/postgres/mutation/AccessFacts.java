package dev.gatehouse.postgres.mutation;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.access.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What everybody may do, without by which path: another path to the same changes nothing. */
final class AccessFacts {
  /** Beyond so many cells nothing is proved. */
  private static final int MOST_CELLS = 20_000;

  private AccessFacts() {}

  /** Empty when they are too many to tell. */
  static Optional<String> of(EffectiveAccess access) {
    List<String> roles = new ArrayList<>(access.roles("*"));
    roles.add("public");
    List<AccessObject> objects = new ArrayList<>(access.tables("*"));
    objects.addAll(access.objects(Kind.SCHEMA, "*"));
    objects.addAll(access.objects(Kind.ROUTINE, "*"));
    objects.addAll(access.objects(Kind.SEQUENCE, "*"));
    objects.addAll(access.objects(Kind.COLUMN, "*"));
    if ((long) roles.size() * objects.size() > MOST_CELLS) {
      return Optional.empty();
    }
    StringBuilder facts = new StringBuilder();
    for (String role : roles) {
      facts.append("\n").append(role).append(access.escalations(role)).append(access.future(role));
      for (AccessObject object : objects) {
        for (String privilege : new TreeSet<>(access.notDenied(role, object))) {
          Verdict verdict = access.verdict(role, privilege, object);
          boolean whole =
              access.paths(role, privilege, object).stream()
                  .filter(Path::open)
                  .anyMatch(Path::whole);
          facts.append(
              "\n%s %s %s %s"
                  .formatted(object, privilege, verdict.getClass().getSimpleName(), whole));
        }
      }
    }
    return Optional.of(facts.toString());
  }
}
