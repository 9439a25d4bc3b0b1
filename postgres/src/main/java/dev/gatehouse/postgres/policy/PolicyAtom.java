package dev.gatehouse.postgres.policy;

import dev.gatehouse.postgres.policy.PrintedExpression.Kind;
import dev.gatehouse.postgres.policy.PrintedExpression.Piece;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the AND, OR and NOT of a policy hold together: a condition on columns, on the session, or on
 * both.
 *
 * @param start where it stands in the policy's text
 * @param negated whether a NOT turns its answer around
 * @param columns those of the table that it reads
 * @param constants texts and numbers in it
 */
public record PolicyAtom(
    String text,
    int start,
    int end,
    boolean negated,
    List<Piece> pieces,
    Set<String> columns,
    Set<String> constants) {

  /** All of an expression, from left to right. */
  public static List<PolicyAtom> of(
      PrintedExpression expression, String table, Set<String> columns) {
    List<PolicyAtom> atoms = new ArrayList<>();
    cut(expression, expression.pieces(), false, table, columns, atoms);
    return atoms;
  }

  private static void cut(
      PrintedExpression expression,
      List<Piece> pieces,
      boolean negated,
      String table,
      Set<String> columns,
      List<PolicyAtom> atoms) {
    if (pieces.isEmpty()) {
      throw new IllegalArgumentException("nothing stands where a condition should");
    }
    if (pieces.size() == 1 && pieces.get(0).isGroup('(') && !isQuery(pieces.get(0).inner())) {
      cut(expression, pieces.get(0).inner(), negated, table, columns, atoms);
      return;
    }
    if (pieces.get(0).is("NOT")) {
      cut(expression, pieces.subList(1, pieces.size()), !negated, table, columns, atoms);
      return;
    }
    int from = 0;
    int cases = 0;
    for (int i = 0; !isQuery(pieces) && i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      cases += piece.is("CASE") ? 1 : piece.is("END") ? -1 : 0;
      if (cases == 0 && (piece.is("AND") || piece.is("OR"))) {
        cut(expression, pieces.subList(from, i), negated, table, columns, atoms);
        from = i + 1;
      }
    }
    if (from > 0) {
      cut(expression, pieces.subList(from, pieces.size()), negated, table, columns, atoms);
      return;
    }
    int start = pieces.get(0).start();
    int end = pieces.get(pieces.size() - 1).end();
    Set<String> constants = new LinkedHashSet<>();
    constants(pieces, constants);
    atoms.add(
        new PolicyAtom(
            expression.text().substring(start, end),
            start,
            end,
            negated,
            List.copyOf(pieces),
            columnsIn(pieces, table, columns),
            constants));
  }

  public static boolean isQuery(List<Piece> pieces) {
    return !pieces.isEmpty() && (pieces.get(0).is("SELECT") || pieces.get(0).is("WITH"));
  }

  private static void constants(List<Piece> pieces, Set<String> into) {
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      if (piece.kind() == Kind.TEXT) {
        into.add(piece.said());
      } else if (piece.kind() == Kind.NUMBER) {
        into.add((i > 0 && pieces.get(i - 1).is("-") ? "-" : "") + piece.text());
      }
      constants(piece.inner(), into);
    }
  }

  /** Columns of the table by themselves or behind its name; all when the row is taken whole. */
  public static Set<String> columnsIn(List<Piece> pieces, String table, Set<String> columns) {
    Set<String> read = new LinkedHashSet<>();
    int i = 0;
    while (i < pieces.size()) {
      Piece piece = pieces.get(i);
      if (piece.is("::")) {
        i = afterType(pieces, i + 1);
        continue;
      }
      if (piece.kind() == Kind.GROUP) {
        read.addAll(columnsIn(piece.inner(), table, columns));
      } else if (piece.isName()) {
        int end = afterName(pieces, i);
        boolean called = end < pieces.size() && pieces.get(end).isGroup('(');
        boolean alias = i > 0 && pieces.get(i - 1).is("AS");
        if (end - i == 1 && !called && !alias) {
          if (piece.said().equals(table)) {
            read.addAll(columns);
          } else if (columns.contains(piece.said())) {
            read.add(piece.said());
          }
        } else if (end - i == 3 && piece.said().equals(table)) {
          Piece last = pieces.get(end - 1);
          if (last.is("*")) {
            read.addAll(columns);
          } else if (columns.contains(last.said())) {
            read.add(last.said());
          }
        }
        i = end;
        continue;
      }
      i++;
    }
    return read;
  }

  /** Behind a name with the names before it. */
  public static int afterName(List<Piece> pieces, int at) {
    int end = at + 1;
    while (end + 1 < pieces.size() && pieces.get(end).is(".")) {
      end += 2;
    }
    return end;
  }

  public static int afterType(List<Piece> pieces, int at) {
    int end = at;
    while (end < pieces.size()) {
      Piece piece = pieces.get(end);
      boolean size = piece.isGroup('(') && piece.inner().stream().allMatch(PolicyAtom::isSize);
      if (piece.isName()
          || piece.is(".")
          || size
          || (piece.isGroup('[') && piece.inner().isEmpty())) {
        end++;
      } else {
        break;
      }
    }
    return end;
  }

  private static boolean isSize(Piece piece) {
    return piece.kind() == Kind.NUMBER || piece.is(",") || piece.is("-");
  }
}
