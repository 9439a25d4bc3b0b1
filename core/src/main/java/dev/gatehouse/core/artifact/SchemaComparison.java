package dev.gatehouse.core.artifact;

import dev.gatehouse.core.outcome.Finding;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the definitions of a copy compare with the recorded ones, object by object.
 *
 * <p>Immutable.
 *
 * @param differences each names its object and shows both sides; empty when all are the same
 * @param notes what differs and is no difference, by the name of the fact, such as definitions that
 *     the server prints in other words after a dump
 * @since 0.1
 */
public record SchemaComparison(List<Finding> differences, Map<String, String> notes) {
  public SchemaComparison {
    differences = List.copyOf(differences);
    notes = Collections.unmodifiableMap(new TreeMap<>(notes));
  }
}
