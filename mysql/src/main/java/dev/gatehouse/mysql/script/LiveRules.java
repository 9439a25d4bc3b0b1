package dev.gatehouse.mysql.script;

import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptToken.Kind;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Reach;
import dev.gatehouse.mysql.session.Reach.Item;
import dev.gatehouse.mysql.session.Reach.Name;
import dev.gatehouse.mysql.sql.SqlTokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What only the live database can tell of a statement. */
final class LiveRules {
  private final Connection connection;
  private final String database;
  private final String mode;
  private final Set<Set<Name>> judged;

  private LiveRules(Connection connection, String database, String mode, Set<Set<Name>> judged) {
    this.connection = connection;
    this.database = database;
    this.mode = mode;
    this.judged = judged;
  }

  /**
   * @param judged names that need not be judged again; added to
   */
  static LiveRules in(Connection connection, Set<Set<Name>> judged) throws SQLException {
    return Queries.first(
            connection,
            "SELECT DATABASE() AS here, @@SESSION.sql_mode AS mode",
            row -> new LiveRules(connection, row.text("here"), row.text("mode"), judged))
        .orElseThrow();
  }

  /**
   * @throws Refusal naming file and line, when a rollback would not take all of it back
   */
  void refuse(ScriptStatement statement) throws SQLException {
    List<ScriptToken> all = SqlTokens.of(statement.sql());
    refuseOtherReading(statement, all);
    List<ScriptToken> tokens = ScriptRules.executed(all);
    Set<Name> written =
        Reach.names(
            all.stream().anyMatch(ScriptRules::opens) ? tokens : WrittenTables.of(tokens),
            database);
    Set<Name> named = Reach.names(tokens, database);
    Set<Name> both = new HashSet<>(named);
    written.forEach(name -> both.add(new Name(name.schema(), name.name() + "\0written")));
    if (judged.contains(both)) {
      return;
    }
    Set<Name> reached = new LinkedHashSet<>(written);
    Set<String> called = called(tokens);
    for (Item item : Reach.of(connection, named, false)) {
      // A table, or a column, may be named as a routine is.
      boolean own = named.contains(item.named()) && !called.contains(item.named().name());
      if (item.kind() == Reach.Kind.ROUTINE && !own) {
        refuse(statement, item);
        reached.addAll(Reach.names(SqlTokens.of(item.definition()), item.named().schema()));
      }
    }
    for (Item item : Reach.of(connection, reached, true)) {
      refuse(statement, item);
    }
    judged.add(both);
  }

  private static Set<String> called(List<ScriptToken> tokens) {
    Set<String> called = new HashSet<>();
    boolean call = tokens.get(0).is("call");
    for (int i = 0; i < tokens.size(); i++) {
      boolean open = i + 1 < tokens.size() && tokens.get(i + 1).isSign('(');
      if (tokens.get(i).names() && (open || call)) {
        called.add(tokens.get(i).text().toLowerCase(Locale.ROOT));
      }
    }
    return called;
  }

  /** What is cut as strings by us, and read as names by the server, is not what was judged. */
  private void refuseOtherReading(ScriptStatement statement, List<ScriptToken> tokens) {
    boolean doubles =
        tokens.stream().anyMatch(token -> token.kind() == Kind.TEXT && token.text().equals("\""));
    boolean names = mode.contains("ANSI_QUOTES") && doubles;
    boolean letters = mode.contains("NO_BACKSLASH_ESCAPES") && statement.sql().contains("\\");
    if (names || letters || mode.contains("ORACLE")) {
      throw ScriptRefusal.of(
          "script.sql-mode",
          "the server's sql_mode reads a script otherwise",
          statement.where() + "  sql_mode=" + mode,
          names
              ? "write names in backquotes and texts in single quotes"
              : letters
                  ? "write texts without backslashes"
                  : "take ORACLE out of sql_mode of the server or of the account's sessions");
    }
  }

  private void refuse(ScriptStatement statement, Item item) {
    switch (item.kind()) {
      case TABLE -> {
        if (!item.engine().equalsIgnoreCase("InnoDB")) {
          throw ScriptRefusal.nonTransactional(
              statement.where()
                  + "  "
                  + item
                  + ", engine "
                  + (item.engine().isEmpty() ? "unknown" : item.engine()),
              "ALTER TABLE %s.%s ENGINE = InnoDB; or take the statement out"
                  .formatted(item.named().schema(), item.named().name()));
        }
      }
      case VIEW -> refuseUnread(statement, item, "SHOW VIEW");
      case ROUTINE, TRIGGER -> {
        refuseUnread(
            statement,
            item,
            item.kind() == Reach.Kind.TRIGGER
                ? "TRIGGER"
                : "SHOW_ROUTINE (MariaDB: SHOW CREATE ROUTINE)");
        Optional<String> ending = BodyRules.committing(SqlTokens.of(item.definition()));
        if (ending.isPresent()) {
          throw ScriptRefusal.nonTransactional(
              statement.where()
                  + "  "
                  + item
                  + ", whose body says "
                  + ending.get().toUpperCase(Locale.ROOT),
              "take the call out of this change, or write what it does as statements");
        }
      }
    }
  }

  private static void refuseUnread(ScriptStatement statement, Item item, String right) {
    if (item.definition().isEmpty()) {
      throw ScriptRefusal.of(
          "script.unread",
          "what a statement reaches cannot be read, and so not judged",
          statement.where() + "  " + item,
          "GRANT " + right + " to the account of the target, on what holds " + item);
    }
  }
}
