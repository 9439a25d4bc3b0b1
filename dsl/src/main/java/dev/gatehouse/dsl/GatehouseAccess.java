package dev.gatehouse.dsl;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.dsl.access.AccessQuestion;
import dev.gatehouse.dsl.access.AccessTo;
import dev.gatehouse.dsl.access.ActingAs;
import dev.gatehouse.dsl.access.GrantLeastPrivilege;
import dev.gatehouse.dsl.access.GrantTemplate;
import dev.gatehouse.dsl.access.Grantee;
import dev.gatehouse.dsl.access.KnownFindings;
import dev.gatehouse.dsl.access.PrivilegeCheck;
import dev.gatehouse.dsl.words.Names;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The verbs for privileges: who may do what, least privilege, attempts as a role. Made for {@code
 * import static dev.gatehouse.dsl.GatehouseAccess.*}, beside {@link Gatehouse}, whose rules hold
 * here, too.
 *
 * @since 0.1
 */
public final class GatehouseAccess {
  private GatehouseAccess() {}

  /**
   * Who may do what there, and why, as it is now: {@code access(production).explain("app",
   * "UPDATE", "shop.orders")} prints the paths.
   *
   * @throws SQLException when the catalogue cannot be read
   * @throws dev.gatehouse.core.outcome.Refusal when the product has no privileges
   */
  public static EffectiveAccess access(Target target) throws SQLException {
    try (Connection connection = target.dialect().openReading(target)) {
      return AccessQuestion.reader("access(" + target.name() + ")", target).read(connection);
    }
  }

  /**
   * A role that is assumed and tried out; say what it can do, or is denied: {@code
   * actingAs("analyst_ro").isDenied(SELECT).on("eng.*")}.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public static ActingAs actingAs(String role) {
    return new ActingAs(role);
  }

  /**
   * Tables and views that a matrix answers for as a whole; say who may do what there: {@code
   * accessTo("shop.*").is(grantee("shop_app").may(SELECT, INSERT).on("shop.orders"))}. What is not
   * said is not allowed.
   *
   * @param tables a pattern, as in {@code grantee(...).may(...).on(...)}
   */
  public static AccessTo accessTo(String tables) {
    return new AccessTo(tables);
  }

  /**
   * The findings in a committed file, which do not fail a check any more: {@code
   * knownFindings("src/test/known-findings.txt").leftOutOf(check)}. New ones do.
   */
  public static KnownFindings knownFindings(String file) {
    return KnownFindings.in(Path.of(file));
  }

  /** The findings in a committed file, which do not fail a check any more. */
  public static KnownFindings knownFindings(Path file) {
    return KnownFindings.in(file);
  }

  /** A role or account; say what it may do: {@code grantee("app").mayOnly(SELECT).on("shop.*")}. */
  public static Grantee grantee(String role) {
    return Grantee.of(role);
  }

  /**
   * Grants what the claims want and is not there, and fails on what they forbid and is: {@code
   * grantLeastPrivilege(grantee("app").mayOnly(SELECT, INSERT).on("shop.ks_*"))
   * .revokingLegacyWithin("shop.*")}. Its undo is inherent.
   */
  public static GrantLeastPrivilege grantLeastPrivilege(
      PrivilegeCheck first, PrivilegeCheck... rest) {
    return GrantLeastPrivilege.of(Names.list(first, rest));
  }

  /**
   * Grants as a script has them: GRANT, REVOKE, ALTER DEFAULT PRIVILEGES, and roles that it makes.
   * Say what must hold afterwards to make it a step: {@code
   * grantsFrom("db/grants/app.sql").with("app_password", secret).thenVerifying(claim)}.
   */
  public static GrantTemplate grantsFrom(String file) {
    return grantsFrom(Path.of(file));
  }

  /** The same for a path. */
  public static GrantTemplate grantsFrom(Path file) {
    return GrantTemplate.of(file);
  }
}
