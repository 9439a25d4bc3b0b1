package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.GrantMethod.ClaimKind;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A role or account, before it is said what it may do: {@code
 * grantee("app").mayOnly(SELECT).on("shop.*")}. A pattern means each role it matches, {@code
 * public} means everybody.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class Grantee {
  private final String pattern;
  private final List<String> exceptions;

  private Grantee(String pattern, List<String> exceptions) {
    this.pattern = pattern;
    this.exceptions = List.copyOf(exceptions);
  }

  public static Grantee of(String pattern) {
    if (pattern.isBlank()) {
      throw new IllegalArgumentException("role is blank");
    }
    return new Grantee(pattern, List.of());
  }

  /**
   * The same roles without those that these patterns match: {@code
   * grantee("*").except("postgres")}. Each must match one at least.
   */
  public Grantee except(String first, String... rest) {
    List<String> more = new ArrayList<>(exceptions);
    more.addAll(Names.list(first, rest));
    return new Grantee(pattern, more);
  }

  /** It has these privileges at least, on the whole of each table. */
  public PrivilegeClaim may(Privilege first, Privilege... rest) {
    return new PrivilegeClaim(this, ClaimKind.MAY, Names.list(first, rest));
  }

  /**
   * It has these privileges at most, by whatever path, and no way to get others. What the product
   * has no privilege for, such as DROP by an owner, is asked with {@link #mayNot}.
   */
  public PrivilegeClaim mayOnly(Privilege first, Privilege... rest) {
    return new PrivilegeClaim(this, ClaimKind.MAY_ONLY, Names.list(first, rest));
  }

  /** It has none of these privileges, by whatever path, and no way to get them. */
  public PrivilegeClaim mayNot(Privilege first, Privilege... rest) {
    return new PrivilegeClaim(this, ClaimKind.MAY_NOT, Names.list(first, rest));
  }

  /** It has no right that leads to many others, such as being a superuser. */
  public EscalationCheck hasNoEscalation() {
    return EscalationCheck.of(this);
  }

  /**
   * It can do exactly what was recorded of it, whatever that is: {@code
   * grantee("*").except("postgres").isAsRecordedIn("db/access")}, after {@code .record(target)} has
   * written a text file for each role.
   */
  public RecordedAccess isAsRecordedIn(String directory) {
    return RecordedAccess.of(this, Path.of(directory));
  }

  AccessQuestion asking(String name) {
    return new AccessQuestion(name, pattern, exceptions);
  }

  @Override
  public String toString() {
    return pattern + (exceptions.isEmpty() ? "" : " except " + String.join(", ", exceptions));
  }
}
