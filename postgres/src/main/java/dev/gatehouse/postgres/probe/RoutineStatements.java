package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.postgres.policy.PolicyAtom;
import dev.gatehouse.postgres.policy.PrintedExpression;
import dev.gatehouse.postgres.policy.PrintedExpression.Kind;
import dev.gatehouse.postgres.policy.PrintedExpression.Piece;
import dev.gatehouse.postgres.policy.PrintedView;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The statements of a body without arguments, variables and branches, as far as they read or change
 * the table. The server itself is asked how it understands each: as a view that is taken back.
 */
final class RoutineStatements {

  /**
   * One of them.
   *
   * @param command as policies have it: r, w or d
   * @param query which rows of which relation
   * @param set columns that are given a value
   */
  record Statement(String command, PrintedView query, Set<String> set) {}

  /** A body of which not all is understood. */
  private static final class NotRead extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private static final Set<String> OWN_CALLS =
      Set.of("current_setting", "now", "coalesce", "lower", "upper", "nullif", "row");

  /** What the view reads and calls of what people made. */
  private static final String READS =
      """
      SELECT d.refclassid = 'pg_class'::regclass AS relation, CASE WHEN d.refclassid = 'pg_class'::regclass
          THEN (SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = d.refobjid) END AS name,
        coalesce((SELECT c.relkind FROM pg_class c WHERE d.refclassid = 'pg_class'::regclass AND c.oid = d.refobjid), '') AS kind
      FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
      WHERE w.ev_class = 'pg_temp.gatehouse_way'::regclass AND d.refobjid >= 16384 AND d.refobjid <> w.ev_class
        AND d.refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_operator'::regclass)\
      """;

  private final ProbeSession session;
  private final String path;
  private final Map<String, TenantRows> tree;
  private final List<Statement> found = new ArrayList<>();

  private RoutineStatements(ProbeSession session, String path, Map<String, TenantRows> tree) {
    this.session = session;
    this.path = path;
    this.tree = tree;
  }

  /**
   * Empty when not all of the body is understood.
   *
   * @param path the search path that the routine has of its own; empty for none
   */
  static Optional<List<Statement>> of(
      ProbeSession session, String body, String path, Map<String, TenantRows> tree)
      throws SQLException {
    RoutineStatements statements = new RoutineStatements(session, path, tree);
    try {
      statements.read(body);
      return Optional.of(List.copyOf(statements.found));
    } catch (NotRead | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void read(String body) throws NotRead, SQLException {
    if (body.contains("--") || body.contains("/*") || body.contains("$")) {
      throw new NotRead();
    }
    PrintedExpression printed = PrintedExpression.of(body);
    List<Piece> pieces = printed.pieces();
    int from = 0;
    int to = pieces.size();
    while (to > 0 && pieces.get(to - 1).is(";")) {
      to--;
    }
    if (to > 0 && is(pieces.get(0), "BEGIN")) {
      from = to > 1 && is(pieces.get(1), "ATOMIC") ? 2 : 1;
      if (!is(pieces.get(to - 1), "END")) {
        throw new NotRead();
      }
      to--;
    }
    int begin = from;
    for (int i = from; i <= to; i++) {
      if (i == to || pieces.get(i).is(";")) {
        if (i > begin) {
          statement(body, pieces.subList(begin, i));
        }
        begin = i + 1;
      }
    }
  }

  private static boolean is(Piece piece, String word) {
    return piece.kind() == Kind.WORD && piece.text().equalsIgnoreCase(word);
  }

  private static boolean is(List<Piece> pieces, int at, String word) {
    return at >= 0 && at < pieces.size() && is(pieces.get(at), word);
  }

  /** Where a word stands outside of parentheses; the end when it does not. */
  private static int at(List<Piece> pieces, String word) {
    for (int i = 0; i < pieces.size(); i++) {
      if (is(pieces.get(i), word)) {
        return i;
      }
    }
    return pieces.size();
  }

  private static String text(String body, List<Piece> pieces) {
    return pieces.isEmpty()
        ? ""
        : body.substring(pieces.get(0).start(), pieces.get(pieces.size() - 1).end());
  }

  private void statement(String body, List<Piece> pieces) throws NotRead, SQLException {
    if (is(pieces, 0, "RETURN") && is(pieces, 1, "QUERY")) {
      select(text(body, pieces.subList(2, pieces.size())));
    } else if (is(pieces, 0, "RETURN") && is(pieces, 1, "NEXT")) {
      throw new NotRead();
    } else if (is(pieces, 0, "RETURN") || is(pieces, 0, "PERFORM")) {
      if (pieces.size() > 1) {
        select("SELECT " + text(body, pieces.subList(1, pieces.size())));
      }
    } else if (is(pieces, 0, "SELECT")) {
      if (at(pieces, "INTO") < pieces.size()) {
        throw new NotRead();
      }
      select(text(body, pieces));
    } else if (is(pieces, 0, "UPDATE")) {
      update(body, pieces);
    } else if (is(pieces, 0, "DELETE") && is(pieces, 1, "FROM")) {
      int where = Math.min(at(pieces, "WHERE"), at(pieces, "RETURNING"));
      rows(body, "d", pieces.subList(2, where), pieces, Set.of());
    } else if (is(pieces, 0, "INSERT") && is(pieces, 1, "INTO")) {
      insert(body, pieces);
    } else if (!(is(pieces, 0, "NULL") && pieces.size() == 1)) {
      throw new NotRead();
    }
  }

  private void update(String body, List<Piece> pieces) throws NotRead, SQLException {
    int set = at(pieces, "SET");
    int where = Math.min(at(pieces, "WHERE"), at(pieces, "RETURNING"));
    if (set >= where) {
      throw new NotRead();
    }
    Set<String> columns = new LinkedHashSet<>();
    List<Piece> given = pieces.subList(set + 1, where);
    boolean begins = true;
    for (int i = 0; i < given.size(); i++) {
      if (begins) {
        if (i + 1 >= given.size() || given.get(i).kind() != Kind.WORD) {
          throw new NotRead();
        }
        if (!given.get(i + 1).is("=")) {
          throw new NotRead();
        }
        columns.add(SqlNames.quoted(plain(given.get(i))));
      }
      begins = given.get(i).is(",");
    }
    if (at(given, "FROM") < given.size() || runsMore(given)) {
      throw new NotRead();
    }
    rows(body, "w", pieces.subList(1, set), pieces, columns);
  }

  /** As the server folds it. */
  private static String plain(Piece name) {
    return name.text().startsWith("\"") ? name.said() : name.text().toLowerCase(Locale.ROOT);
  }

  private void rows(
      String body, String command, List<Piece> relation, List<Piece> pieces, Set<String> set)
      throws NotRead, SQLException {
    if (relation.isEmpty() || is(relation, 0, "ONLY") || at(relation, "USING") < relation.size()) {
      throw new NotRead();
    }
    int where = at(pieces, "WHERE");
    int end = at(pieces, "RETURNING");
    if (runsMore(pieces.subList(Math.min(end, pieces.size()), pieces.size()))) {
      throw new NotRead();
    }
    String condition = where < end ? " WHERE " + text(body, pieces.subList(where + 1, end)) : "";
    PrintedView query =
        understood("SELECT 1 AS one FROM " + text(body, relation) + condition)
            .orElseThrow(NotRead::new);
    found.add(new Statement(command, query, set));
  }

  /** A row that is always the same is tried as it is. */
  private void insert(String body, List<Piece> pieces) throws NotRead, SQLException {
    boolean plain =
        at(pieces, "VALUES") < pieces.size()
            && at(pieces, "ON") == pieces.size()
            && !runsMore(pieces.subList(at(pieces, "VALUES"), pieces.size()));
    int end = PolicyAtom.afterName(pieces, 2);
    Optional<PrintedView> into =
        plain
            ? understood("SELECT 1 AS one FROM " + text(body, pieces.subList(2, end)))
            : Optional.empty();
    if (into.isEmpty()) {
      throw new NotRead();
    }
  }

  private static boolean runsMore(List<Piece> pieces) {
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      boolean called = i + 1 < pieces.size() && pieces.get(i + 1).isGroup('(');
      boolean name = piece.kind() == Kind.WORD;
      if (is(piece, "SELECT")
          || is(piece, "OPERATOR")
          || (name && called && !is(piece, "VALUES") && !OWN_CALLS.contains(plain(piece)))
          || runsMore(piece.inner())) {
        return true;
      }
    }
    return false;
  }

  private void select(String sql) throws NotRead, SQLException {
    Optional<PrintedView> query = understood(sql);
    query.ifPresent(one -> found.add(new Statement("r", one, Set.of())));
  }

  /** Empty when the query reads nothing of the table. */
  private Optional<PrintedView> understood(String sql) throws NotRead, SQLException {
    boolean[] read = {false};
    Optional<PrintedView> query =
        session.takenBack(
            () -> {
              try {
                Connection admin = session.admin();
                Queries.run(
                    admin,
                    "SELECT pg_catalog.set_config('session_replication_role', 'replica', true), pg_catalog.set_config('search_path', %s, true)"
                        .formatted(SqlNames.literal(path.isEmpty() ? "pg_catalog" : path)));
                Queries.run(
                    admin, "CREATE TEMPORARY VIEW gatehouse_way AS " + RowContents.escaped(sql));
                Queries.run(
                    admin,
                    "SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true)");
                return printed(admin, read);
              } catch (SQLException | IllegalArgumentException e) {
                return Optional.<PrintedView>empty();
              }
            });
    if (!read[0]) {
      throw new NotRead();
    }
    return query;
  }

  private Optional<PrintedView> printed(Connection admin, boolean[] read) throws SQLException {
    boolean table = false;
    for (Row row : Queries.rows(admin, READS, Function.identity())) {
      boolean ofTree = tree.containsKey(row.text("name"));
      table |= ofTree;
      if (!row.isTrue("relation") || (!ofTree && !"rp".contains(row.text("kind")))) {
        return Optional.empty();
      }
    }
    if (!table) {
      read[0] = true;
      return Optional.empty();
    }
    Optional<PrintedView> query =
        PrintedView.of(
            Queries.pinned(admin, "SELECT pg_get_viewdef('pg_temp.gatehouse_way'::regclass)"));
    read[0] = query.filter(one -> tree.containsKey(one.from())).isPresent();
    return query;
  }
}
