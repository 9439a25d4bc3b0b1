package dev.gatehouse.postgres.session;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Asks the server whether it can parse statements, without executing them: in a block of PL/pgSQL
 * that returns before the first of them, as all of a block is parsed when it is compiled.
 *
 * <p>Only of statements that PL/pgSQL hands on to the server as they are. Where the language is
 * missing, or does not check, nothing is found.
 */
public final class ServerParser {
  private static final Set<String> HANDED_ON =
      Set.of(
          "alter",
          "comment",
          "create",
          "delete",
          "drop",
          "grant",
          "insert",
          "revoke",
          "truncate",
          "update");

  private ServerParser() {}

  /** Whether it is of a kind that can be asked about. */
  public static boolean knows(String statement) {
    return HANDED_ON.contains(ReadOnlySql.firstWord(statement).toLowerCase(Locale.ROOT))
        && !statement.toLowerCase(Locale.ROOT).contains("atomic");
  }

  /**
   * What it says against one of these, all of which it {@link #knows}.
   *
   * @param connection in a transaction that errors do not end; a session for reading may be
   */
  public static Optional<String> error(Connection connection, Collection<String> statements)
      throws SQLException {
    if (statements.isEmpty()) {
      return Optional.empty();
    }
    String tag = tag(statements);
    // The block does nothing: it may be given to a session that else takes no DO.
    try (Statement block = Driver.own(connection).createStatement()) {
      block.setEscapeProcessing(false);
      block.execute("DO " + tag + " BEGIN RETURN;\n" + text(statements) + "END " + tag);
      return Optional.empty();
    } catch (SQLException e) {
      return isOfTheGrammar(e) ? Optional.of(firstLine(e)) : Optional.empty();
    }
  }

  /**
   * What fits no rule, or the rule that refuses it: DROP VALUE of an enum has one since 17, whose
   * state is that of an unsupported feature.
   */
  private static boolean isOfTheGrammar(SQLException e) {
    String routine = Driver.routine(e);
    return routine.equals("base_yyparse")
        || (routine.equals("scanner_yyerror") && SqlStates.of(e).equals("42601"));
  }

  private static String text(Collection<String> statements) {
    return String.join("\n;\n", statements) + "\n;\n";
  }

  private static String tag(Collection<String> statements) {
    int number = 0;
    String tag = "$gatehouse$";
    while (contains(statements, tag)) {
      number++;
      tag = "$gatehouse" + number + "$";
    }
    return tag;
  }

  private static boolean contains(Collection<String> statements, String tag) {
    return statements.stream().anyMatch(one -> one.contains(tag));
  }

  private static String firstLine(SQLException e) {
    return List.of(String.valueOf(e.getMessage()).split("\n", 2)).get(0);
  }
}
