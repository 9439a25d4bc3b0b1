package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.sqlite.StatementNames.Name;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which tables refer to which while statements follow each other, as far as their text tells. Each
 * is asked again of the database itself just before it is executed, see {@link SqliteScripts}.
 */
final class ReferencesOverTime {
  private final List<Reference> references = new ArrayList<>();
  private final Set<String> tables = new HashSet<>();
  private final Set<String> temporary = new HashSet<>();
  private final Map<String, Finding> emptied = new HashMap<>();
  private final List<Finding> losses = new ArrayList<>();

  private ReferencesOverTime() {}

  /** What these would lose while foreign keys are enforced, one finding for each statement. */
  static List<Finding> losses(Optional<Connection> target, List<ScriptStatement> statements)
      throws SQLException {
    ReferencesOverTime time = new ReferencesOverTime();
    if (target.isPresent()) {
      time.references.addAll(Reference.of(target.get()));
      time.tables.addAll(
          Queries.texts(
              target.get(), "SELECT lower(name) FROM main.sqlite_schema WHERE type = 'table'"));
    }
    statements.forEach(time::follow);
    return time.losses;
  }

  private void follow(ScriptStatement statement) {
    StatementNames names = StatementNames.of(statement.sql());
    if (ForeignKeys.switchesOff(names)) {
      losses.add(ForeignKeys.switchedOff(statement));
    }
    names.table("create").ifPresent(table -> create(names, table));
    names.table("alter").filter(this::isMain).ifPresent(table -> alter(names, table));
    names.table("drop").ifPresent(table -> drop(statement, table));
    names.replaced().filter(this::isMain).ifPresent(table -> replace(statement, table.name()));
    names.emptied().filter(this::isMain).ifPresent(table -> empty(statement, table.name()));
    names.filled().filter(this::isMain).ifPresent(table -> fill(table.name()));
  }

  /** Whoever empties a table and leaves it so means what is said; it is told afterwards. */
  private void empty(ScriptStatement statement, String table) {
    List<Reference> following = references.stream().filter(one -> one.follows(table)).toList();
    if (!following.isEmpty() && tables.contains(table)) {
      emptied.putIfAbsent(table, Reference.refilling(statement, table, following));
    }
  }

  private void fill(String table) {
    Optional.ofNullable(emptied.remove(table)).ifPresent(losses::add);
  }

  private boolean isMain(Name table) {
    return !table.isTemporary() && !(table.schema().isEmpty() && temporary.contains(table.name()));
  }

  private void create(StatementNames names, Name table) {
    if (names.isTemporary() || table.isTemporary()) {
      temporary.add(table.name());
    } else {
      tables.add(table.name());
      addReferences(names, table.name());
    }
  }

  private void alter(StatementNames names, Name table) {
    int at = table.next();
    if (names.words().word(at).equals("rename") && names.words().word(at + 1).equals("to")) {
      rename(table.name(), names.text(at + 2));
    } else if (names.words().word(at).equals("add")) {
      addReferences(names, table.name());
    }
  }

  /** References follow a table that is renamed. */
  private void rename(String before, String now) {
    tables.remove(before);
    tables.add(now);
    references.replaceAll(
        one ->
            new Reference(
                one.child().equals(before) ? now : one.child(),
                one.parent().equals(before) ? now : one.parent(),
                one.onDelete()));
  }

  private void drop(ScriptStatement statement, Name table) {
    if (!isMain(table)) {
      temporary.remove(table.name());
      return;
    }
    List<Reference> held = references.stream().filter(one -> one.holdsUp(table.name())).toList();
    if (!held.isEmpty() && tables.contains(table.name())) {
      losses.add(Reference.loss(statement, table.name(), held));
    }
    tables.remove(table.name());
    references.removeIf(one -> one.child().equals(table.name()));
  }

  private void replace(ScriptStatement statement, String table) {
    List<Reference> following = references.stream().filter(one -> one.follows(table)).toList();
    if (!following.isEmpty() && tables.contains(table)) {
      losses.add(Reference.replacement(statement, table, following));
    }
  }

  private void addReferences(StatementNames names, String child) {
    int size = names.words().tokens().size();
    for (int at = 0; at < size; at++) {
      if (names.words().tokens().get(at).is("references")) {
        references.add(new Reference(child, names.text(at + 1), onDelete(names, at + 1)));
      }
    }
  }

  private static String onDelete(StatementNames names, int from) {
    for (int at = from; at < names.words().tokens().size(); at++) {
      String word = names.words().word(at);
      if (word.equals("references")) {
        break;
      }
      if (word.equals("on") && names.words().word(at + 1).equals("delete")) {
        String action = names.words().word(at + 2);
        return action.equals("set") ? "SET " + names.words().word(at + 3) : action;
      }
    }
    return "NO ACTION";
  }
}
