package dev.gatehouse.mysql.backup;

import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What a database is made of.
 *
 * @param definitions in the order in which they can be made
 * @param tables those of them that have rows, sorted by name
 */
record Schema(List<Definition> definitions, List<Table> tables) {
  Schema {
    definitions = List.copyOf(definitions);
    tables = List.copyOf(tables);
  }

  String digest() {
    return Definition.digest(definitions);
  }

  /** Character set and collation of the database, as CREATE DATABASE takes them. */
  String defaults() {
    return of(Definition.Kind.DATABASE).get(0).sql();
  }

  /** As whom its objects are executed, as the server prints them. */
  NavigableSet<String> definers() {
    NavigableSet<String> definers = new TreeSet<>();
    definitions.forEach(one -> ReplayRules.definer(one.sql()).ifPresent(definers::add));
    return definers;
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
