package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.mysql.backup.Definition.Kind;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Routines, views, triggers and events of a database: what RENAME TABLE does not take along. */
record StoredPrograms(Connection session, Progress progress) {

  /** Drops all that there are now. */
  void drop() throws SQLException {
    List<Definition> all = new ArrayList<>(SchemaReading.of(session).definitions());
    // The body of a package goes with the package, a trigger before what it calls.
    for (int i = all.size() - 1; i >= 0; i--) {
      Definition one = all.get(i);
      if (one.kind().isProgram()) {
        Queries.run(
            session, "DROP " + one.kind().words() + " IF EXISTS " + SqlNames.quoted(one.name()));
      }
    }
  }

  /**
   * Makes them, events enabled that were.
   *
   * @param statements judged, counters among them or not
   * @param schema that the statements make
   */
  void make(List<ScriptPart> statements, Schema schema) throws SQLException {
    Map<String, String> enabled = new HashMap<>();
    for (Definition event : schema.of(Kind.EVENT)) {
      if (event.status().equals("ENABLED")) {
        enabled.put(event.sql(), ProgramReading.enabled(event.sql()));
      }
    }
    List<ScriptPart> parts = new ArrayList<>();
    for (ScriptPart part : statements) {
      String text = enabled.getOrDefault(part.text(), part.text());
      if (!BackupReplay.counts(part)) {
        parts.add(new ScriptPart(part.kind(), text, part.line(), part.tokens()));
      }
    }
    BackupReplay.execute(session, SchemaScripts.PROGRAMS, parts, progress);
  }
}
