package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A matrix as one snapshot has it: patterns resolved.
 *
 * @param vacuous what the matrix names and the snapshot does not have
 */
record MatrixRows(
    ObjectPattern columns,
    List<String> roles,
    List<AccessObject> objects,
    List<Row> rows,
    List<Finding> vacuous) {

  private record Row(
      Set<String> roles, Set<AccessObject> objects, List<String> privileges, ObjectPattern said) {}

  static MatrixRows read(
      EffectiveAccess access,
      ObjectPattern all,
      Set<AccessQuestion> questions,
      List<PrivilegeCheck> matrix) {
    List<Finding> vacuous = new ArrayList<>();
    Set<String> roles = new TreeSet<>();
    List<AccessObject> objects = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    collect(vacuous, () -> objects.addAll(all.in(access)));
    Set<AccessObject> columns = new HashSet<>(objects);
    for (AccessQuestion question : questions) {
      collect(vacuous, () -> roles.addAll(question.roles(access)));
    }
    for (PrivilegeCheck row : matrix) {
      collect(
          vacuous,
          () -> {
            Set<AccessObject> these = new HashSet<>(row.objects().in(access));
            refuseOutside(row, these, columns, all);
            Set<String> whose = new HashSet<>(row.question().roles(access));
            rows.add(new Row(whose, these, row.privileges(), row.objects()));
          });
    }
    return new MatrixRows(
        all, List.copyOf(roles), objects, rows, vacuous.stream().distinct().toList());
  }

  private static void collect(List<Finding> vacuous, Runnable read) {
    try {
      read.run();
    } catch (Refusal e) {
      vacuous.addAll(e.findings());
    }
  }

  /** What a row says of a table without a column would never be asked. */
  private static void refuseOutside(
      PrivilegeCheck row, Set<AccessObject> these, Set<AccessObject> columns, ObjectPattern all) {
    List<String> outside =
        these.stream()
            .filter(object -> !columns.contains(object))
            .map(AccessObject::name)
            .sorted()
            .toList();
    if (!outside.isEmpty() && !columns.isEmpty()) {
      throw new Refusal(
          Finding.of(
                  "privileges.outside",
                  "'" + row + "' names " + row.objects().plural() + " that the matrix leaves out")
              .withExpected(all.plural() + " like " + all.pattern())
              .withFound(AccessAnswers.few(outside))
              .withFix(
                  "widen accessTo(\""
                      + all.pattern()
                      + "\"), or narrow on(\""
                      + row.objects().pattern()
                      + "\")"));
    }
  }

  /** Exactly these, sorted; none where no row says any. */
  List<String> expected(String role, AccessObject object) {
    Set<String> all = new TreeSet<>();
    for (Row row : rows) {
      if (row.roles().contains(role) && row.objects().contains(object)) {
        all.addAll(row.privileges());
      }
    }
    return List.copyOf(all);
  }

  /** What rows say of tables that default privileges are about. */
  Set<String> expected(String role, FutureGrant future) {
    Set<String> all = new TreeSet<>();
    for (Row row : rows) {
      if (row.roles().contains(role) && row.said().mayMatch(future)) {
        all.addAll(row.privileges());
      }
    }
    return all;
  }
}
