package dev.gatehouse.mysql.backup;

import dev.gatehouse.mysql.sql.PrintedSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What a database is made of.
 *
 * @param definitions in the order in which they can be made
 * @param tables those of them that have rows, sorted by name
 */
record Schema(List<Definition> definitions, List<Table> tables) {
  private static final Pattern COMPUTED = Pattern.compile("\\) (?:STORED|PERSISTENT)\\b");

  Schema {
    definitions = List.copyOf(definitions);
    tables = List.copyOf(tables);
  }

  String digest() {
    return Definition.digest(definitions);
  }

  /** Character set and collation of the database, as CREATE DATABASE takes them. */
  String defaults() {
    return PrintedSql.of(of(Definition.Kind.DATABASE).get(0).sql()).collated().text();
  }

  /** Of the database. */
  String collation() {
    String defaults = of(Definition.Kind.DATABASE).get(0).sql();
    return defaults.substring(defaults.lastIndexOf(' ') + 1);
  }

  /** Tables with columns that are stored, and are no content because a restore computes them. */
  List<String> computing() {
    return of(Definition.Kind.TABLE).stream()
        .filter(table -> COMPUTED.matcher(PrintedSql.of(table.sql()).bare()).find())
        .map(Definition::name)
        .toList();
  }

  /** As whom its objects are executed, as the server prints them. */
  NavigableSet<String> definers() {
    NavigableSet<String> definers = new TreeSet<>();
    definitions.forEach(one -> ReplayRules.definer(one.sql()).ifPresent(definers::add));
    return definers;
  }

  /** Status of each event, by its name. */
  Map<String, String> events() {
    Map<String, String> events = new TreeMap<>();
    of(Definition.Kind.EVENT).forEach(event -> events.put(event.name(), event.status()));
    return events;
  }

  /**
   * The same of a source where its events have these statuses.
   *
   * @throws IllegalStateException when one of them is not told
   */
  Schema withEvents(Map<String, String> statuses) {
    List<Definition> all = new ArrayList<>();
    for (Definition one : definitions) {
      if (one.kind() == Definition.Kind.EVENT) {
        String status = statuses.getOrDefault(one.name(), "");
        if (status.isEmpty()) {
          throw new IllegalStateException(
              "nobody tells whether event " + one.name() + " is enabled");
        }
        all.add(new Definition(one.kind(), one.name(), one.sql(), one.settings(), status));
      } else {
        all.add(one);
      }
    }
    return new Schema(all, tables);
  }

  Optional<Definition> find(Definition.Kind kind, String name) {
    return definitions.stream()
        .filter(one -> one.kind() == kind && one.name().equals(name))
        .findFirst();
  }

  List<Definition> of(Definition.Kind kind) {
    return definitions.stream().filter(one -> one.kind() == kind).toList();
  }
}
