package dev.gatehouse.postgres.policy;

import dev.gatehouse.postgres.policy.PrintedExpression.Kind;
import dev.gatehouse.postgres.policy.PrintedExpression.Piece;
import dev.gatehouse.postgres.session.SqlNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A query as the server prints it, of one relation and with nothing else in it that reads: what it
 * tells of a row depends on that row and its WHERE alone.
 *
 * @param from as it is printed
 * @param alias by which its columns may be told, plain
 * @param columns of the relation by names of the query's, both plain, where one is the other
 * @param where empty when all rows pass
 */
public record PrintedView(String from, String alias, Map<String, String> columns, String where) {
  private static final Set<String> BEHIND_WHERE =
      Set.of("GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR");

  /** Empty when it is another. */
  public static Optional<PrintedView> of(String query) {
    String text = query.strip();
    try {
      PrintedExpression printed =
          PrintedExpression.of(text.endsWith(";") ? text.substring(0, text.length() - 1) : text);
      return of(printed.text(), printed.pieces());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<PrintedView> of(String text, List<Piece> pieces) {
    int from = first(pieces, 1, Set.of("FROM"));
    boolean selects = !pieces.isEmpty() && pieces.get(0).is("SELECT");
    if (!selects || from == pieces.size() || from + 1 == pieces.size()) {
      return Optional.empty();
    }
    List<Piece> list = pieces.subList(1, from);
    int end = PolicyAtom.afterName(pieces, from + 1);
    boolean named = pieces.get(from + 1).isName();
    if (!named
        || readsMore(list)
        || (end < pieces.size() && pieces.get(end).kind() == Kind.GROUP)) {
      return Optional.empty();
    }
    String relation = text.substring(pieces.get(from + 1).start(), pieces.get(end - 1).end());
    String alias = pieces.get(end - 1).said();
    if (end < pieces.size() && pieces.get(end).isName()) {
      alias = pieces.get(end).said();
      end++;
    }
    int stop = first(pieces, end, BEHIND_WHERE);
    if (readsMore(pieces.subList(stop, pieces.size()))) {
      return Optional.empty();
    }
    String where = "";
    if (end < stop) {
      if (!pieces.get(end).is("WHERE") || end + 1 == stop) {
        return Optional.empty();
      }
      where = text.substring(pieces.get(end + 1).start(), pieces.get(stop - 1).end());
    }
    return Optional.of(new PrintedView(relation, alias, columns(list, alias), where));
  }

  private static int first(List<Piece> pieces, int from, Set<String> words) {
    int at = from;
    while (at < pieces.size()
        && !(pieces.get(at).isKeyword() && words.contains(pieces.get(at).text()))) {
      at++;
    }
    return Math.min(at, pieces.size());
  }

  /** By a query in it, or by a function of somebody's. */
  private static boolean readsMore(List<Piece> pieces) {
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      boolean query =
          Set.of("SELECT", "UNION", "INTERSECT", "EXCEPT", "VALUES", "TABLE")
              .contains(piece.text());
      if ((piece.isKeyword() && query) || piece.is("OPERATOR") || readsMore(piece.inner())) {
        return true;
      }
      if (piece.isName()) {
        int end = PolicyAtom.afterName(pieces, i);
        if (end > i + 1 && end < pieces.size() && pieces.get(end).isGroup('(')) {
          return true;
        }
        i = end - 1;
      }
    }
    return false;
  }

  private static Map<String, String> columns(List<Piece> list, String alias) {
    Map<String, String> columns = new LinkedHashMap<>();
    int from = 0;
    for (int i = 0; i <= list.size(); i++) {
      if (i == list.size() || list.get(i).is(",")) {
        column(list.subList(from, i), alias, columns);
        from = i + 1;
      }
    }
    return columns;
  }

  private static void column(List<Piece> item, String alias, Map<String, String> into) {
    int size = item.size();
    boolean renamed = size > 2 && item.get(size - 2).is("AS");
    List<Piece> source = renamed ? item.subList(0, size - 2) : item;
    boolean plain = source.size() == 1 && source.get(0).isName();
    boolean qualified =
        source.size() == 3 && source.get(0).said().equals(alias) && source.get(1).is(".");
    if (plain || qualified) {
      into.put(item.get(size - 1).said(), source.get(source.size() - 1).said());
    }
  }

  /** The WHERE, of columns that are told by that name of the relation. */
  public String where(String table) {
    if (alias.equals(table) || where.isEmpty()) {
      return where;
    }
    StringBuilder changed = new StringBuilder(where);
    rename(PrintedExpression.of(where).pieces(), SqlNames.quoted(table), changed);
    return changed.toString();
  }

  /** From the last to the first, so that places before stay. */
  private void rename(List<Piece> pieces, String table, StringBuilder text) {
    for (int i = pieces.size() - 1; i >= 0; i--) {
      Piece piece = pieces.get(i);
      boolean qualifies =
          piece.isName()
              && piece.said().equals(alias)
              && i + 1 < pieces.size()
              && pieces.get(i + 1).is(".")
              && (i == 0 || !pieces.get(i - 1).is("."));
      if (qualifies) {
        text.replace(piece.start(), piece.end(), table);
      }
      rename(piece.inner(), table, text);
    }
  }
}
