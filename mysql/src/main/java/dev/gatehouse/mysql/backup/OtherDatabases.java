package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Databases of a server that the objects of a backup would reach into. A copy beside the target
 * must not: a trigger of it would write where the target's does.
 *
 * @param names of the server's databases, in lower case
 * @param columns of each table of the backup, in lower case
 */
record OtherDatabases(Set<String> names, Map<String, Set<String>> columns) {
  private static final String MODE = "SET SESSION sql_mode = ";

  /** They are read, and nothing of anybody's is in them. */
  private static final Set<String> HARMLESS =
      Set.of("information_schema", "performance_schema", "sys");

  /**
   * @param own the database of which the names may be; empty where none may
   */
  static OtherDatabases of(Connection session, Schema schema, String own) throws SQLException {
    Set<String> names = new HashSet<>();
    for (String name : Queries.column(session, "SHOW DATABASES")) {
      names.add(name.toLowerCase(Locale.ROOT));
    }
    names.removeAll(HARMLESS);
    names.remove(own.toLowerCase(Locale.ROOT));
    Map<String, Set<String>> columns = new HashMap<>();
    for (Table table : schema.tables()) {
      Set<String> all = new HashSet<>();
      table.columns().forEach(column -> all.add(column.name().toLowerCase(Locale.ROOT)));
      columns.put(table.name().toLowerCase(Locale.ROOT), all);
    }
    return new OtherDatabases(names, columns);
  }

  /**
   * @throws Refusal when a name in it is one of another database's
   */
  void refuse(String file, List<ScriptPart> parts) {
    String mode = "";
    for (ScriptPart part : parts) {
      List<ScriptToken> tokens = part.tokens();
      if (part.text().startsWith(MODE)) {
        mode = part.text();
      }
      if (mode.contains("ANSI_QUOTES")
          && tokens.stream().anyMatch(OtherDatabases::isDoubleQuoted)) {
        throw unread(file, part);
      }
      for (int i = 0; i + 2 < tokens.size(); i++) {
        boolean begins =
            i == 0 || !(tokens.get(i - 1).isSign('.') || tokens.get(i - 1).isSign('@'));
        if (begins
            && tokens.get(i).names()
            && tokens.get(i + 1).isSign('.')
            && tokens.get(i + 2).names()) {
          refuse(file, part, tokens.get(i).text(), tokens.get(i + 2).text());
        }
      }
    }
  }

  private static boolean isDoubleQuoted(ScriptToken token) {
    return token.kind() == ScriptToken.Kind.TEXT && token.text().equals("\"");
  }

  /** What stands in double quotes may be a name there, and is read as a text here. */
  private static Refusal unread(String file, ScriptPart part) {
    return new Refusal(
        Finding.of("artifact.other-database", "an object of the backup has names nobody can judge")
            .withExpected("names in backquotes, or bare")
            .withFound(file + ":" + part.line() + "  names in double quotes, under ANSI_QUOTES")
            .withFix("make the object again with backquotes, under another sql_mode"));
  }

  private void refuse(String file, ScriptPart part, String first, String second) {
    String database = first.toLowerCase(Locale.ROOT);
    Set<String> ofTable = columns.getOrDefault(database, Set.of());
    if (!names.contains(database) || ofTable.contains(second.toLowerCase(Locale.ROOT))) {
      return;
    }
    String line = part.text().replaceAll("\\s+", " ");
    throw new Refusal(
        Finding.of("artifact.other-database", "an object of the backup names another database")
            .withExpected("names of the backup's own objects, without a database before them")
            .withFound(
                first
                    + "."
                    + second
                    + " in "
                    + file
                    + ":"
                    + part.line()
                    + "  "
                    + (line.length() <= 120 ? line : line.substring(0, 117) + "..."))
            .withFix(
                "drill on a server that has no database "
                    + first
                    + ": restoreDrill(...).into(target of a scratch server); or make the object"
                    + " again without the name of the database"));
  }
}
