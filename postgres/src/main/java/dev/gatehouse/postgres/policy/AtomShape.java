package dev.gatehouse.postgres.policy;

import dev.gatehouse.postgres.policy.PrintedExpression.Kind;
import dev.gatehouse.postgres.policy.PrintedExpression.Piece;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How a condition reads its columns: whether values that stand for all there are can be made up
 * from what it compares them with. A name without a schema is the catalogue's, because expressions
 * are printed and asked with nothing else on the search path.
 */
public final class AtomShape {
  private static final Set<String> EQUAL = Set.of("=", "<>");
  private static final Set<String> ORDER = Set.of("<", "<=", ">", ">=");
  private static final Set<String> PATTERNS = Set.of("~~", "^@");
  private static final Set<String> ARRAYS = Set.of("@>", "<@", "&&", "=", "<>");
  private static final Set<String> NUMBERS =
      Set.of("smallint", "integer", "bigint", "numeric", "double precision", "real");

  private final PolicyAtom atom;
  private final String table;
  private final Map<String, TableColumn> columns;
  private final Set<String> values = new LinkedHashSet<>();
  private final Set<String> lists = new LinkedHashSet<>();
  private final Set<String> opaque = new LinkedHashSet<>();
  private boolean folds;
  private boolean pattern;
  private final boolean known;

  public AtomShape(
      PolicyAtom atom, String table, Map<String, TableColumn> columns, List<String> accepted) {
    this.atom = atom;
    this.table = table;
    this.columns = columns;
    asked(atom.pieces());
    boolean accepting = !opaque.isEmpty() && accepted.containsAll(opaque);
    opaque.removeAll(accepted);
    boolean shaped = isShaped();
    Predicate<String> enumerable = name -> column(name).filter(TableColumn::enumerable).isPresent();
    boolean generated =
        atom.columns().stream()
            .anyMatch(name -> column(name).filter(one -> !one.generated().isEmpty()).isPresent());
    known =
        opaque.isEmpty()
            && !generated
            && (accepting || shaped || atom.columns().stream().allMatch(enumerable));
  }

  private Optional<TableColumn> column(String name) {
    return Optional.ofNullable(columns.get(name));
  }

  public PolicyAtom atom() {
    return atom;
  }

  /** Its answer to every value is one of those to the values made up. */
  public boolean known() {
    return known;
  }

  /** Expressions without columns that it compares a column with. */
  public Set<String> values() {
    return values;
  }

  /** Those whose elements it compares a column with, as arrays. */
  public Set<String> lists() {
    return lists;
  }

  /** Tables that it reads, and people's functions and operators that are given a column. */
  public Set<String> opaque() {
    return opaque;
  }

  /** It takes texts that differ for the same. */
  public boolean folds() {
    return folds || !known;
  }

  /** It asks for a beginning, a pattern or elements; two such about one column hide each other. */
  public boolean pattern() {
    return pattern;
  }

  private Set<String> read(List<Piece> pieces) {
    return PolicyAtom.columnsIn(pieces, table, columns.keySet());
  }

  private boolean isFree(List<Piece> pieces) {
    return !pieces.isEmpty() && read(pieces).isEmpty();
  }

  private String text(List<Piece> pieces) {
    return atom.text()
        .substring(
            pieces.get(0).start() - atom.start(),
            pieces.get(pieces.size() - 1).end() - atom.start());
  }

  private boolean isShaped() {
    List<Piece> pieces = stripped(atom.pieces());
    if (atom.columns().isEmpty() || plain(pieces).isPresent()) {
      return true;
    }
    int is = last(pieces, "IS");
    if (is > 0) {
      int behind = is + 1 < pieces.size() && pieces.get(is + 1).is("NOT") ? is + 2 : is + 1;
      if (behind + 2 < pieces.size() && pieces.get(behind).is("DISTINCT")) {
        return compares("=", pieces.subList(0, is), pieces.subList(behind + 2, pieces.size()));
      }
      return behind + 1 == pieces.size() && wrapped(pieces.subList(0, is)).isPresent();
    }
    int in = last(pieces, "IN");
    if (in > 0 && in + 2 == pieces.size() && isFree(pieces.subList(in + 1, in + 2))) {
      lists.add("ARRAY" + pieces.get(in + 1).text());
      return wrapped(pieces.subList(0, in)).isPresent();
    }
    if (pieces.size() == 2 && pieces.get(0).is("starts_with") && pieces.get(1).isGroup('(')) {
      List<List<Piece>> arguments = arguments(pieces.get(1));
      return arguments.size() == 2 && matches(arguments.get(0), arguments.get(1));
    }
    int sign = onlySign(pieces);
    return sign > 0 && compared(pieces, sign);
  }

  private static int onlySign(List<Piece> pieces) {
    int only = -1;
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      if (piece.kind() == Kind.SIGN && !piece.is("::") && !piece.is(".")) {
        if (only >= 0) {
          return -1;
        }
        only = i;
      }
    }
    return only;
  }

  private boolean compared(List<Piece> pieces, int sign) {
    List<Piece> left = pieces.subList(0, sign);
    List<Piece> right = pieces.subList(sign + 1, pieces.size());
    String operator = pieces.get(sign).text();
    if (right.size() == 2 && (right.get(0).is("ANY") || right.get(0).is("ALL"))) {
      return elements(operator, left, right.get(1).inner());
    }
    return PATTERNS.contains(operator) ? matches(left, right) : compares(operator, left, right);
  }

  private boolean matches(List<Piece> left, List<Piece> right) {
    pattern = true;
    if (isFree(right)) {
      values.add(text(right));
      return wrapped(left).filter(TableColumn::isText).isPresent();
    }
    return false;
  }

  private boolean elements(String operator, List<Piece> left, List<Piece> list) {
    if (isFree(list)) {
      lists.add("(" + text(list) + ")");
      return EQUAL.contains(operator) && wrapped(left).isPresent();
    }
    pattern = true;
    if (isFree(left)) {
      values.add(text(left));
      return operator.equals("=") && plain(stripped(list)).filter(TableColumn::isArray).isPresent();
    }
    return false;
  }

  private boolean compares(String operator, List<Piece> left, List<Piece> right) {
    List<TableColumn> compared = new ArrayList<>();
    int free = 0;
    for (List<Piece> side : List.of(left, right)) {
      if (isFree(side)) {
        free++;
        values.add(text(side));
      } else {
        wrapped(side).ifPresent(compared::add);
      }
    }
    if (compared.size() + free != 2
        || compared.stream().map(TableColumn::category).distinct().count() != 1) {
      return false;
    }
    if (compared.get(0).isArray()) {
      pattern = true;
      return ARRAYS.contains(operator) && free == 1;
    }
    return EQUAL.contains(operator)
        || (ORDER.contains(operator) && compared.stream().allMatch(TableColumn::ordered));
  }

  /** A column, perhaps in one case, as a like type, or with a value in the place of NULL. */
  private Optional<TableColumn> wrapped(List<Piece> given) {
    List<Piece> pieces = stripped(given);
    Optional<TableColumn> plain = plain(pieces);
    if (plain.isPresent()) {
      return plain;
    }
    int cast = last(pieces, "::");
    if (cast > 0 && PolicyAtom.afterType(pieces, cast + 1) == pieces.size()) {
      String type = text(pieces.subList(cast + 1, pieces.size()));
      return wrapped(pieces.subList(0, cast)).filter(column -> keeps(column, type));
    }
    if (pieces.size() != 2 || !pieces.get(1).isGroup('(')) {
      return Optional.empty();
    }
    List<List<Piece>> arguments = arguments(pieces.get(1));
    if (pieces.get(0).is("COALESCE") && arguments.stream().skip(1).allMatch(this::isFree)) {
      arguments.stream().skip(1).forEach(argument -> values.add(text(argument)));
      return wrapped(arguments.get(0));
    }
    if ((pieces.get(0).is("lower") || pieces.get(0).is("upper")) && arguments.size() == 1) {
      folds = true;
      return wrapped(arguments.get(0)).filter(TableColumn::isText);
    }
    return Optional.empty();
  }

  private Optional<TableColumn> plain(List<Piece> pieces) {
    if (pieces.size() == 1 && pieces.get(0).isName()) {
      return column(pieces.get(0).said());
    }
    return pieces.size() == 3 && pieces.get(0).said().equals(table) && pieces.get(1).is(".")
        ? column(pieces.get(2).said())
        : Optional.empty();
  }

  /** Values that differ stay so in the other type, and in their order where they have one. */
  private static boolean keeps(TableColumn column, String type) {
    boolean texts = type.equals("text") || type.startsWith("character varying");
    boolean exact = Set.of("int2", "int4", "int8", "uuid").contains(column.base());
    boolean times = type.startsWith("timestamp") || type.equals("date");
    return (texts && (column.isText() || exact || column.enumerable()))
        || (column.isNumber() && NUMBERS.contains(type))
        || (column.isTime() && times);
  }

  private void asked(List<Piece> pieces) {
    boolean query = PolicyAtom.isQuery(pieces);
    boolean from = false;
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      asked(piece.inner());
      if (piece.isKeyword()) {
        from = piece.is("FROM") && query && !pieces.get(i - 1).is("DISTINCT");
      }
      boolean table = from && (piece.is("FROM") || piece.is(","));
      if (table || piece.is("JOIN")) {
        relation(pieces, i + 1);
      }
      if (piece.is("JOIN") && !query) {
        relation(pieces, 0);
      }
      if (piece.is("OPERATOR") && !read(pieces).isEmpty()) {
        opaque.add("OPERATOR" + pieces.get(i + 1).text());
      }
      int end = piece.isName() ? PolicyAtom.afterName(pieces, i) : i;
      if (end > i + 1
          && end < pieces.size()
          && pieces.get(end).isGroup('(')
          && !isFree(pieces.subList(end, end + 1))) {
        opaque.add(name(pieces, i, end));
      }
    }
  }

  /**
   * One that a query reads; of functions those of the catalogue tell nothing but their arguments.
   */
  private void relation(List<Piece> pieces, int at) {
    if (at < pieces.size() && pieces.get(at).isName()) {
      int end = PolicyAtom.afterName(pieces, at);
      boolean called = end < pieces.size() && pieces.get(end).isGroup('(');
      if (!called) {
        opaque.add(name(pieces, at, end));
      }
    }
  }

  private static String name(List<Piece> pieces, int at, int end) {
    StringBuilder name = new StringBuilder();
    pieces.subList(at, Math.min(end, pieces.size())).forEach(piece -> name.append(piece.said()));
    return name.toString();
  }

  private static List<Piece> stripped(List<Piece> pieces) {
    return pieces.size() == 1
            && pieces.get(0).isGroup('(')
            && !PolicyAtom.isQuery(pieces.get(0).inner())
        ? stripped(pieces.get(0).inner())
        : pieces;
  }

  private static int last(List<Piece> pieces, String wanted) {
    for (int i = pieces.size() - 1; i > 0; i--) {
      if (pieces.get(i).is(wanted)) {
        return i;
      }
    }
    return -1;
  }

  private static List<List<Piece>> arguments(Piece group) {
    List<List<Piece>> arguments = new ArrayList<>();
    List<Piece> inner = group.inner();
    int from = 0;
    for (int i = 0; i < inner.size(); i++) {
      if (inner.get(i).is(",")) {
        arguments.add(inner.subList(from, i));
        from = i + 1;
      }
    }
    arguments.add(inner.subList(from, inner.size()));
    return arguments;
  }
}
