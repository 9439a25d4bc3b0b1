package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.dsl.words.Names;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether grants cover every table that a pattern matches by now: what was made since the grants is
 * found, with the GRANT that is missing. To be asked again whenever tables were made.
 *
 * <p>That it passes says nothing of tables that nobody has made yet: whether grants are waiting for
 * them (default privileges on PostgreSQL, a grant on the whole database on MySQL and MariaDB)
 * stands in its evidence under {@code tablesToCome}, and they are covered by nothing else.
 *
 * <p>Immutable. Reads only; needs what its claim needs.
 *
 * @since 0.1
 */
public final class GrantsCover implements AccessCheck {
  private final PrivilegeCheck claim;
  private final String name;

  private GrantsCover(PrivilegeCheck claim, String name) {
    this.claim = claim;
    this.name = name;
  }

  public static GrantsCover of(PrivilegeCheck claim) {
    return new GrantsCover(claim, Names.of("grants cover: " + claim.claim()));
  }

  /**
   * The same check under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public GrantsCover named(String newName) {
    return new GrantsCover(claim, Names.checked(newName));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> plan(CheckContext reading) throws SQLException {
    List<String> lines = new ArrayList<>(claim.plan(reading));
    lines.add("on the tables of that moment; those to come are told, and not asked for");
    return lines;
  }

  @Override
  public Outcome judge(EffectiveAccess access, Evidence begun) {
    List<Finding> findings = claim.missing(access);
    List<AccessObject> tables = claim.objects().in(access);
    List<String> coming = new ArrayList<>();
    for (String role : claim.question().roles(access)) {
      coming.add(role + ": " + coming(access, role, tables));
    }
    Evidence evidence =
        begun.with("tables", tables.size()).with("tablesToCome", String.join("; ", coming));
    return findings.isEmpty() ? Outcome.passed(evidence) : new Outcome.Failed(findings, evidence);
  }

  private String coming(EffectiveAccess access, String role, List<AccessObject> tables) {
    Set<String> told = new TreeSet<>();
    for (FutureGrant grant : access.future(role)) {
      if (claim.objects().mayMatch(grant) && grant.privileges().containsAll(claim.privileges())) {
        told.add("by " + grant.path());
      }
    }
    Set<String> schemas = new TreeSet<>();
    tables.forEach(table -> schemas.add(table.schema()));
    for (String schema : schemas) {
      for (AccessObject database : access.objects(Kind.DATABASE, schema)) {
        if (access.allowed(role, database).containsAll(claim.privileges())) {
          told.add("each in database " + database);
        }
      }
    }
    return told.isEmpty() ? "not covered" : "covered " + String.join(", ", told);
  }

  @Override
  public String toString() {
    return name;
  }
}
