package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an archive needs of the server it is restored to, as its manifest tells. Written as JSON: a
 * name may hold whatever else could stand between two of them.
 *
 * @param roles that own something or were granted something
 * @param extensions each with its version
 */
record RestoreRequirements(SortedSet<String> roles, SortedMap<String, String> extensions) {
  private static final String NEEDS = "needs";
  private static final String ROLES = "roles";
  private static final String EXTENSIONS = "extensions";

  static RestoreRequirements of(Set<String> roles, Map<String, String> extensions) {
    return new RestoreRequirements(new TreeSet<>(roles), new TreeMap<>(extensions));
  }

  /**
   * @throws dev.gatehouse.core.outcome.Refusal when the manifest does not tell
   */
  static RestoreRequirements of(Artifact artifact) {
    String text = artifact.manifest().versions().getOrDefault(NEEDS, "");
    Map<String, Object> told = Json.parse(text.getBytes(StandardCharsets.UTF_8));
    SortedSet<String> roles = new TreeSet<>();
    if (told.get(ROLES) instanceof List<?> names) {
      names.forEach(name -> roles.add(String.valueOf(name)));
    }
    SortedMap<String, String> extensions = new TreeMap<>();
    if (told.get(EXTENSIONS) instanceof Map<?, ?> versions) {
      versions.forEach(
          (name, version) -> extensions.put(String.valueOf(name), String.valueOf(version)));
    }
    return new RestoreRequirements(roles, extensions);
  }

  /** As the manifest keeps it. */
  void into(Map<String, String> facts) {
    byte[] json =
        Json.canonical(Map.of(ROLES, List.copyOf(roles), EXTENSIONS, Map.copyOf(extensions)));
    facts.put(NEEDS, new String(json, StandardCharsets.UTF_8));
  }
}
