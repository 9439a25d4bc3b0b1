package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.dialect.GrantMethod.ClaimKind;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.words.Names;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether roles have the privileges they should, by whatever path: grants to them, to PUBLIC or to
 * roles they are in, ownership, columns, views, routines, foreign keys and what else the product
 * has.
 *
 * <p>What they may not do, they may not be able to reach either: a membership that only wants SET
 * ROLE fails {@code mayNot}, and so does what nobody can tell, such as the body of a routine that
 * runs as its owner. Who knows better says so with {@code accepting...}: the reason and the number
 * of paths stand in the report. Tables that are still to be made count, too, where default
 * privileges say what they will give.
 *
 * <p>Immutable. Reads only, and needs no privilege beyond reading the product's catalogue, which on
 * PostgreSQL everybody may.
 *
 * @since 0.1
 */
public final class PrivilegeCheck implements AccessCheck {
  private final String name;
  private final AccessQuestion question;
  private final ClaimKind kind;
  private final List<String> privileges;
  private final ObjectPattern objects;
  private final Acceptances accepted;

  PrivilegeCheck(
      String name,
      AccessQuestion question,
      ClaimKind kind,
      List<String> privileges,
      ObjectPattern objects,
      Acceptances accepted) {
    this.name = Names.checked(name);
    this.question = question;
    this.kind = kind;
    this.privileges = privileges;
    this.objects = objects;
    this.accepted = accepted;
  }

  /**
   * The same check under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public PrivilegeCheck named(String newName) {
    return new PrivilegeCheck(newName, question, kind, privileges, objects, accepted);
  }

  /**
   * The same check, which does not mind what a role could only do after a statement such as SET
   * ROLE.
   *
   * @throws IllegalArgumentException when the reason is blank
   */
  public PrivilegeCheck acceptingReachable(String reason) {
    return accepting(Acceptances.Kind.REACHABLE, "", reason);
  }

  /**
   * The same check, which does not mind what the catalogue cannot tell, such as what a routine does
   * in its owner's name.
   *
   * @throws IllegalArgumentException when the reason is blank
   */
  public PrivilegeCheck acceptingUnknown(String reason) {
    return accepting(Acceptances.Kind.UNKNOWN, "", reason);
  }

  /**
   * The same check, which does not mind what is done through a view, routine or other object that
   * was made for it.
   *
   * @param names of such objects; {@code *} stands for any run of characters
   * @throws IllegalArgumentException when the reason is blank
   */
  public PrivilegeCheck acceptingThrough(String names, String reason) {
    return accepting(Acceptances.Kind.THROUGH, names, reason);
  }

  /**
   * The same check, which does not mind what default privileges will give on tables that are still
   * to be made.
   *
   * @throws IllegalArgumentException when the reason is blank
   */
  public PrivilegeCheck acceptingFutureTables(String reason) {
    return accepting(Acceptances.Kind.FUTURE, "", reason);
  }

  private PrivilegeCheck accepting(Acceptances.Kind what, String through, String reason) {
    return new PrivilegeCheck(
        name, question, kind, privileges, objects, accepted.with(what, through, reason));
  }

  /**
   * The same check as a guard that is asked again after each such interval.
   *
   * @throws IllegalArgumentException when the interval is not above zero
   */
  public Guard every(Duration interval) {
    return Guard.of(this, interval);
  }

  @Override
  public String name() {
    return name;
  }

  /** Which tables there are now is for the reader only: steps of the same run may change it. */
  @Override
  public List<String> plan(CheckContext reading) throws SQLException {
    List<String> lines = new ArrayList<>(List.of(question.name()));
    lines.addAll(accepted.lines());
    EffectiveAccess access = question.access(reading);
    try {
      refuseWhatIsNoPrivilege(access);
      List<String> roles = question.roles(access);
      List<AccessObject> now = there(access);
      lines.add(
          Outline.UNKNOWN
              + "until it is asked; "
              + noun()
              + " now "
              + now
              + ", roles now "
              + roles);
    } catch (Refusal missing) {
      if (reading.targetIsFinal()) {
        throw missing;
      }
      lines.add(
          Outline.UNKNOWN
              + "until an earlier step has run: "
              + missing.findings().get(0).headline());
    }
    return lines;
  }

  @Override
  public Outcome judge(EffectiveAccess access, Evidence begun) {
    refuseWhatIsNoPrivilege(access);
    PrivilegeFindings findings = new PrivilegeFindings(question.name(), access, accepted);
    List<String> roles = question.roles(access);
    List<AccessObject> all = there(access);
    for (String role : roles) {
      for (AccessObject object : all) {
        findings.look(kind, role, privileges, object);
      }
      findings.lookAhead(kind, role, privileges, objects);
    }
    Evidence looked = begun.with("roles", roles.size());
    return findings.outcome(
        all.isEmpty() ? looked.with(noun(), "there are none") : looked.with(noun(), all.size()));
  }

  /** A claim about what the product does not know would be empty. */
  private void refuseWhatIsNoPrivilege(EffectiveAccess access) {
    Set<String> known = new TreeSet<>(access.privileges(objects.kind()));
    known.addAll(access.ownersAlone(objects.kind()));
    List<String> unknown =
        privileges.stream().filter(privilege -> !known.contains(privilege)).toList();
    if (!unknown.isEmpty()) {
      throw new Refusal(
          Finding.of(
                  "access.no-privilege", "'" + question.name() + "' asks what the product has not")
              .withExpected("of a " + objects.kind().words() + ": " + String.join(", ", known))
              .withFound(String.join(", ", unknown))
              .withFix("take " + String.join(" and ", unknown) + " out of it"));
    }
  }

  /** Of what nobody may use there may be none; what somebody may do is done with something. */
  private List<AccessObject> there(EffectiveAccess access) {
    return kind == ClaimKind.MAY_NOT ? objects.inIfAny(access) : objects.in(access);
  }

  private String noun() {
    return objects.isTables() ? "tables" : objects.plural();
  }

  AccessQuestion question() {
    return question;
  }

  ClaimKind kind() {
    return kind;
  }

  List<String> privileges() {
    return privileges;
  }

  ObjectPattern objects() {
    return objects;
  }

  Acceptances accepted() {
    return accepted;
  }

  /** As it was said, whatever its name. */
  String claim() {
    return question.name();
  }

  /** What a plan says of it that does not depend on the target. */
  List<String> claimed() {
    List<String> lines = new ArrayList<>(List.of(question.name()));
    lines.addAll(accepted.lines());
    return lines;
  }

  /** The same as a wish, for the roles and tables that there are. */
  GrantMethod.GrantClaim wish(EffectiveAccess access) {
    return new GrantMethod.GrantClaim(
        question.roles(access), kind, Set.copyOf(privileges), there(access));
  }

  /** What it forbids and is there. */
  List<Finding> surplus(EffectiveAccess access) {
    PrivilegeFindings findings = new PrivilegeFindings(question.name(), access, accepted);
    if (kind != ClaimKind.MAY) {
      for (String role : question.roles(access)) {
        for (AccessObject object : there(access)) {
          findings.look(kind, role, privileges, object);
        }
        findings.lookAhead(kind, role, privileges, objects);
      }
    }
    return findings.list();
  }

  /** The same after all that could be revoked was: each with the reason why it is there still. */
  List<Finding> unrevoked(EffectiveAccess access, List<String> scope) {
    List<Finding> all = new ArrayList<>();
    if (kind == ClaimKind.MAY) {
      return all;
    }
    Set<AccessObject> revocable = new HashSet<>();
    scope.forEach(pattern -> revocable.addAll(access.tables(pattern)));
    for (String role : question.roles(access)) {
      for (AccessObject object : there(access)) {
        PrivilegeFindings findings = new PrivilegeFindings(question.name(), access, accepted);
        findings.look(kind, role, privileges, object);
        for (Finding finding : findings.list()) {
          Set<String> reasons = new TreeSet<>();
          for (String privilege : access.notDenied(role, object)) {
            if (privileges.contains(privilege) == (kind == ClaimKind.MAY_NOT)) {
              access.paths(role, privilege, object).stream()
                  .filter(path -> accepted.of(path).isEmpty())
                  .map(
                      path -> IneffectiveRevoke.why(role, object, revocable.contains(object), path))
                  .forEach(reasons::add);
            }
          }
          all.add(finding.withFound(finding.found() + "\n" + String.join("\n", reasons)));
        }
      }
      PrivilegeFindings ahead = new PrivilegeFindings(question.name(), access, accepted);
      ahead.lookAhead(kind, role, privileges, objects);
      all.addAll(ahead.list());
    }
    return all;
  }

  /** What it names and is not there. */
  List<Finding> missing(EffectiveAccess access) {
    PrivilegeFindings findings = new PrivilegeFindings(question.name(), access, accepted);
    if (kind != ClaimKind.MAY_NOT) {
      for (String role : question.roles(access)) {
        for (AccessObject object : there(access)) {
          findings.lookForGrants(role, privileges, object);
        }
      }
    }
    return findings.list();
  }

  /** What it names, and tables that the creator will make in a schema of its own do not give. */
  List<Finding> missingOf(String creator, EffectiveAccess access) {
    List<Finding> findings = new ArrayList<>();
    if (kind == ClaimKind.MAY_NOT) {
      return findings;
    }
    Set<String> schemas = new TreeSet<>();
    there(access).forEach(table -> schemas.add(table.schema()));
    for (String role : question.roles(access)) {
      for (String schema : role.equals(creator) ? Set.<String>of() : schemas) {
        Set<String> coming = new TreeSet<>();
        access.future(role).stream()
            .filter(future -> future.creator().equals(creator))
            .filter(future -> future.schema().isEmpty() || future.schema().equals(schema))
            .forEach(future -> coming.addAll(future.privileges()));
        if (!coming.containsAll(privileges)) {
          findings.add(
              Finding.of("privileges.future", role + " will have less than it should")
                  .withExpected(
                      question.name() + ", on tables that " + creator + " will make in " + schema)
                  .withFound(coming.isEmpty() ? "nothing" : String.join(", ", coming))
                  .withFix("take withFutureTablesOf(\"" + creator + "\") out, or fix what failed"));
        }
      }
    }
    return findings;
  }

  @Override
  public String toString() {
    return name;
  }
}
