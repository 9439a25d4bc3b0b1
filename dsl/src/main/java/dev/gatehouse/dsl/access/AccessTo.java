package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.GrantMethod.ClaimKind;
import dev.gatehouse.dsl.words.Names;
import java.util.List;

/**
 * Tables, views or other objects, before it is said who may do what there.
 *
 * <p>Immutable. Not a step yet: say {@code is(...)}.
 *
 * @since 0.1
 */
public final class AccessTo {
  private final ObjectPattern objects;

  public AccessTo(String tables) {
    this(ObjectPattern.tables(tables));
  }

  public AccessTo(ObjectPattern objects) {
    this.objects = objects;
  }

  /**
   * Each role that is named here has exactly what is said of it, on every one of the objects: what
   * is missing is a finding, and what is surplus, too. Roles that are not named are not looked at;
   * see {@link AccessMatrix#closedTo}.
   *
   * @throws IllegalArgumentException for {@code mayOnly} and {@code mayNot}, which a matrix says of
   *     everything already, and for a row that accepts something, which the matrix has to
   */
  public AccessMatrix is(PrivilegeCheck first, PrivilegeCheck... rest) {
    List<PrivilegeCheck> rows = Names.list(first, rest);
    for (PrivilegeCheck row : rows) {
      if (row.kind() != ClaimKind.MAY) {
        throw new IllegalArgumentException(
            "'" + row + "' is no row of a matrix: say may(...), what is not said is not allowed");
      }
      if (!row.accepted().all().isEmpty()) {
        throw new IllegalArgumentException(
            "'" + row + "' accepts something: let the matrix accept it, accessTo(...).is(...)");
      }
    }
    return new AccessMatrix("access to " + objects, objects, rows, List.of(), Acceptances.NONE);
  }

  @Override
  public String toString() {
    return "access to " + objects;
  }
}
