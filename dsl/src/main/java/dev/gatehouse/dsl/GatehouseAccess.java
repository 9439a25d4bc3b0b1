package dev.gatehouse.dsl;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.dsl.access.AccessQuestion;
import dev.gatehouse.dsl.access.AccessTo;
import dev.gatehouse.dsl.access.ActingAs;
import dev.gatehouse.dsl.access.GrantLeastPrivilege;
import dev.gatehouse.dsl.access.GrantTemplate;
import dev.gatehouse.dsl.access.Grantee;
import dev.gatehouse.dsl.access.GrantsCover;
import dev.gatehouse.dsl.access.KnownFindings;
import dev.gatehouse.dsl.access.ObjectPattern;
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
   * Other objects that a matrix answers for: {@code accessTo(routines("public.*"))}, of which its
   * rows say the same kind.
   */
  public static AccessTo accessTo(ObjectPattern objects) {
    return new AccessTo(objects);
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
   * Fails on tables that were made since the grants and have none; what a claim names, on each
   * table that its pattern matches then: {@code grantsCover(app.may(SELECT).on("shop.ks_*"))}.
   */
  public static GrantsCover grantsCover(PrivilegeCheck claim) {
    return GrantsCover.of(claim);
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

  /**
   * Views alone, without materialized ones, for a claim to be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern views(String pattern) {
    return new ObjectPattern(Kind.TABLE, "view", pattern);
  }

  /**
   * Materialized views alone, for a claim to be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern materializedViews(String pattern) {
    return new ObjectPattern(Kind.TABLE, "materialized view", pattern);
  }

  /**
   * Foreign tables alone, for a claim to be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern foreignTables(String pattern) {
    return new ObjectPattern(Kind.TABLE, "foreign table", pattern);
  }

  /**
   * Columns of tables and views by name, with their table, or with schema and table: {@code
   * columns("password")}, {@code columns("users.*")}, {@code columns("auth.*.*")}, for a claim to
   * be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern columns(String pattern) {
    return new ObjectPattern(Kind.COLUMN, "", pattern);
  }

  /**
   * Sequences, for a claim to be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern sequences(String pattern) {
    return new ObjectPattern(Kind.SEQUENCE, "", pattern);
  }

  /**
   * Functions and procedures, with or without the types of their arguments; the product's own are
   * left out. Those that are still to be made PostgreSQL lets everybody execute, unless default
   * privileges of their creator say otherwise: that is not asked, for a claim to be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern routines(String pattern) {
    return new ObjectPattern(Kind.ROUTINE, "", pattern);
  }

  /**
   * Routines that run as their owner, for a claim to be about: {@code
   * grantee("anon").mayNot(EXECUTE).on(definerRoutines("*"))}.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern definerRoutines(String pattern) {
    return new ObjectPattern(Kind.ROUTINE, "definer routine", pattern);
  }

  /**
   * Schemas, for a claim to be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern schemas(String pattern) {
    return new ObjectPattern(Kind.SCHEMA, "", pattern);
  }

  /**
   * Databases of the server, for a claim to be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern databases(String pattern) {
    return new ObjectPattern(Kind.DATABASE, "", pattern);
  }

  /**
   * Types and domains, without row types and arrays, for a claim to be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern types(String pattern) {
    return new ObjectPattern(Kind.TYPE, "", pattern);
  }

  /**
   * Languages of routines; nobody but superusers may USE one that is not trusted, for a claim to be
   * about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern languages(String pattern) {
    return new ObjectPattern(Kind.LANGUAGE, "", pattern);
  }

  /**
   * Foreign servers, for a claim to be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern foreignServers(String pattern) {
    return new ObjectPattern(Kind.FOREIGN_SERVER, "", pattern);
  }

  /**
   * Foreign data wrappers, for a claim to be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern foreignDataWrappers(String pattern) {
    return new ObjectPattern(Kind.FOREIGN_DATA_WRAPPER, "", pattern);
  }

  /**
   * Settings of the server, which have privileges since PostgreSQL 15: {@code SET} in a session
   * where a session can, {@code ALTER_SYSTEM} for all, for a claim to be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern parameters(String pattern) {
    return new ObjectPattern(Kind.PARAMETER, "", pattern);
  }

  /**
   * Tablespaces, for a claim to be about.
   *
   * @throws IllegalArgumentException when it is no pattern
   */
  public static ObjectPattern tablespaces(String pattern) {
    return new ObjectPattern(Kind.TABLESPACE, "", pattern);
  }

  /**
   * All large objects, for a claim to be about: those of one owner with the same grants at once.
   */
  public static ObjectPattern largeObjects() {
    return new ObjectPattern(Kind.LARGE_OBJECTS, "", "*");
  }
}
