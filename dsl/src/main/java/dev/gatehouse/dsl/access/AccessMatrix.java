package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.Hop;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.dialect.GrantMethod.ClaimKind;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Subject;
import dev.gatehouse.dsl.words.Names;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Roles by tables, and in each cell exactly the privileges that the role has there, by whatever
 * path: a privilege that is missing is a finding, and so is one that is surplus. A table that comes
 * later is a column more, in which nothing is expected that no pattern says.
 *
 * <p>Immutable. Reads only, and needs no privilege beyond reading the product's catalogue.
 *
 * @since 0.1
 */
public final class AccessMatrix implements AccessCheck {

  /**
   * One role and one table.
   *
   * @param object the table's name; {@code future tables} for those nobody has made yet
   * @param expected exactly these privileges; none when it is to have none
   * @param findings what is wrong with it; empty when nothing is
   */
  public record Cell(String role, String object, List<String> expected, List<Finding> findings) {
    public Cell {
      expected = List.copyOf(expected);
      findings = List.copyOf(findings);
    }
  }

  private final String name;
  private final ObjectPattern objects;
  private final List<PrivilegeCheck> rows;
  private final List<AccessQuestion> closed;
  private final Acceptances accepted;

  AccessMatrix(
      String name,
      ObjectPattern objects,
      List<PrivilegeCheck> rows,
      List<AccessQuestion> closed,
      Acceptances accepted) {
    this.name = Names.checked(name);
    this.objects = objects;
    this.rows = List.copyOf(rows);
    this.closed = List.copyOf(closed);
    this.accepted = accepted;
  }

  /**
   * The same matrix under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public AccessMatrix named(String newName) {
    return new AccessMatrix(newName, objects, rows, closed, accepted);
  }

  /**
   * The same matrix, with rows for these roles, in which nothing is expected: {@code
   * closedTo(grantee("public"), grantee("*").except("postgres", "shop_*"))}. What another row says
   * of one of them stands. A superuser among them is one finding, whatever there is: no grant makes
   * it more, and no revoke less.
   */
  public AccessMatrix closedTo(Grantee first, Grantee... rest) {
    List<AccessQuestion> more = new ArrayList<>(closed);
    Names.list(first, rest)
        .forEach(grantee -> more.add(grantee.asking(name + " is closed to " + grantee)));
    return new AccessMatrix(name, objects, rows, more, accepted);
  }

  /**
   * The same matrix, which does not mind what a role could only do after a statement such as SET
   * ROLE.
   *
   * @throws IllegalArgumentException when the reason is blank
   */
  public AccessMatrix acceptingReachable(String reason) {
    return accepting(Acceptances.Kind.REACHABLE, "", reason);
  }

  /**
   * The same matrix, which does not mind what the catalogue cannot tell, such as what a routine
   * does in its owner's name.
   *
   * @throws IllegalArgumentException when the reason is blank
   */
  public AccessMatrix acceptingUnknown(String reason) {
    return accepting(Acceptances.Kind.UNKNOWN, "", reason);
  }

  /**
   * The same matrix, which does not mind what is done through a view, routine or other object that
   * was made for it.
   *
   * @param names of such objects; {@code *} stands for any run of characters
   * @throws IllegalArgumentException when the reason is blank
   */
  public AccessMatrix acceptingThrough(String names, String reason) {
    return accepting(Acceptances.Kind.THROUGH, names, reason);
  }

  /**
   * The same matrix, which does not mind what default privileges will give on tables that are still
   * to be made.
   *
   * @throws IllegalArgumentException when the reason is blank
   */
  public AccessMatrix acceptingFutureTables(String reason) {
    return accepting(Acceptances.Kind.FUTURE, "", reason);
  }

  private AccessMatrix accepting(Acceptances.Kind kind, String through, String reason) {
    return new AccessMatrix(name, objects, rows, closed, accepted.with(kind, through, reason));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> plan(CheckContext reading) throws SQLException {
    List<String> lines = new ArrayList<>();
    lines.add("access to " + objects + " is exactly:");
    rows.forEach(row -> lines.add(row.question().name()));
    closed.forEach(question -> lines.add(question.name()));
    lines.addAll(accepted.lines());
    EffectiveAccess access =
        AccessQuestion.reader(name, reading.target()).read(reading.connection());
    List<Finding> vacuous = vacuous(access);
    if (!vacuous.isEmpty() && reading.targetIsFinal()) {
      throw Refusal.of(vacuous);
    }
    vacuous.forEach(
        finding ->
            lines.add(Outline.UNKNOWN + "until an earlier step has run: " + finding.headline()));
    return lines;
  }

  /**
   * What the matrix names and the snapshot does not have: a row without a role or a table would
   * look at nothing. Empty when every row looks at something.
   */
  public List<Finding> vacuous(EffectiveAccess access) {
    return MatrixRows.read(access, objects, questions(), rows).vacuous();
  }

  /**
   * Every cell of the rows that look at something, role by role; the last of each role is about
   * future tables. Never empty unless {@link #vacuous} says why.
   */
  public List<Cell> cells(EffectiveAccess access) {
    List<Cell> cells = new ArrayList<>();
    MatrixRows matrix = MatrixRows.read(access, objects, questions(), rows);
    for (String role : matrix.roles()) {
      Optional<Finding> above = above(access, matrix, role);
      if (above.isPresent()) {
        cells.add(new Cell(role, objects.toString(), List.of(), List.of(above.get())));
        continue;
      }
      for (AccessObject object : matrix.objects()) {
        PrivilegeFindings findings = new PrivilegeFindings(name, access, accepted);
        List<String> expected = look(findings, matrix, role, object);
        cells.add(new Cell(role, object.name(), expected, findings.list()));
      }
      PrivilegeFindings findings = new PrivilegeFindings(name, access, accepted);
      Set<String> expected = lookAhead(findings, matrix, role, access.future(role));
      cells.add(new Cell(role, future(), List.copyOf(expected), findings.list()));
    }
    return List.copyOf(cells);
  }

  @Override
  public Outcome judge(EffectiveAccess access, Evidence begun) {
    MatrixRows matrix = MatrixRows.read(access, objects, questions(), rows);
    if (!matrix.vacuous().isEmpty()) {
      throw Refusal.of(matrix.vacuous());
    }
    PrivilegeFindings findings = new PrivilegeFindings(name, access, accepted);
    for (String role : matrix.roles()) {
      Optional<Finding> above = above(access, matrix, role);
      if (above.isPresent()) {
        findings.add(above.get());
        continue;
      }
      matrix.objects().forEach(object -> look(findings, matrix, role, object));
      lookAhead(findings, matrix, role, access.future(role));
    }
    return findings.outcome(
        begun.with("roles", matrix.roles().size()).with(objects.plural(), matrix.objects().size()));
  }

  /** The whole row of who may do everything by being what it is, where that is not expected. */
  private Optional<Finding> above(EffectiveAccess access, MatrixRows matrix, String role) {
    for (AccessObject object : matrix.objects()) {
      List<String> surplus = new ArrayList<>(access.notDenied(role, object));
      surplus.removeAll(matrix.expected(role, object));
      for (String privilege : surplus) {
        List<Path> paths = access.paths(role, privilege, object);
        List<Hop> hops = paths.size() == 1 ? paths.get(0).hops() : List.of();
        boolean superuser =
            !hops.isEmpty() && hops.get(hops.size() - 1).kind() == Hop.Kind.SUPERUSER;
        return superuser && paths.get(0).open()
            ? Optional.of(above(role, paths.get(0)))
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Finding above(String role, Path path) {
    return Finding.of("privileges.excess", role + " may do everything with " + objects)
        .withExpected(name)
        .withFound(path.toString())
        .withSubjects(List.of(new Subject(role, "everything", objects.toString())))
        .withFix(
            "leave it out, if it is meant to be one: grantee(...).except(\"%s\")%s"
                .formatted(role, path.fix().isEmpty() ? "" : "\n-- or: " + path.fix()));
  }

  private static List<String> look(
      PrivilegeFindings findings, MatrixRows matrix, String role, AccessObject object) {
    List<String> expected = matrix.expected(role, object);
    PrivilegeFindings these = findings.expecting(() -> said(role, "exactly ", expected, object));
    these.look(ClaimKind.MAY, role, expected, object);
    these.look(ClaimKind.MAY_ONLY, role, expected, object);
    return expected;
  }

  private Set<String> lookAhead(
      PrivilegeFindings findings, MatrixRows matrix, String role, List<FutureGrant> grants) {
    Set<String> all = new TreeSet<>();
    for (FutureGrant future : grants) {
      if (objects.mayMatch(future)) {
        Set<String> expected = matrix.expected(role, future);
        all.addAll(expected);
        findings
            .expecting(() -> said(role, "no more than ", expected, future()))
            .lookAhead(role, future, privilege -> !expected.contains(privilege));
      }
    }
    return all;
  }

  private static String said(String role, String how, Collection<String> expected, Object on) {
    String what = expected.isEmpty() ? "nothing" : how + String.join(", ", expected);
    return role + " may do " + what + " on " + on;
  }

  private String future() {
    return "future " + objects.plural();
  }

  ObjectPattern objects() {
    return objects;
  }

  List<PrivilegeCheck> rows() {
    return rows;
  }

  /** Who has a row of its own. */
  Set<AccessQuestion> questions() {
    Set<AccessQuestion> questions = new LinkedHashSet<>();
    rows.forEach(row -> questions.add(row.question()));
    questions.addAll(closed);
    return questions;
  }

  @Override
  public String toString() {
    return name;
  }
}
