package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.dialect.GrantMethod.GrantOutcome;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.dsl.words.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Grants what roles should have and do not have yet, on every table that the patterns match: what
 * {@code may} and {@code mayOnly} name, USAGE of the schema on the way to it, and the sequences
 * that INSERT takes numbers from. What is there by another path (a membership, PUBLIC, ownership)
 * is not granted again.
 *
 * <p>Where a transaction holds GRANT and REVOKE, planned by a simulation: the statements are
 * executed on the target in a transaction that is rolled back, so that the plan shows what each
 * role could do before and after. Afterwards, in the same transaction, each claim is asked again,
 * and whoever gained what was not planned makes it fail: nothing is committed then. Its undo takes
 * back exactly what it did, entry by entry of the access control lists; the order of entries, and
 * whether a list was never written or written out in full, may be another.
 *
 * <p>On MySQL and MariaDB each GRANT and REVOKE commits: the plan is computed from the effective
 * access and says so, each statement is a part of a sequence that compares the entry it changes
 * before and after, who may do what is read again around each REVOKE, and what fails takes back
 * those before it. What a GRANT brings to others is judged while planning alone: a view that
 * somebody makes meanwhile, as whose definer the account is, is not seen. Grants come first and are
 * on single tables; within the scope an account of {@code mayOnly} also loses its entries on tables
 * that are not there any more, and of those on whole databases what is about tables and GRANT
 * OPTION, but for what it is to have on every table of them. What such an entry gives beside, such
 * as EXECUTE, EVENT or LOCK TABLES, stays, and the plan has the REVOKE for it; where a routine
 * leads to more than the claims allow, it is refused.
 *
 * <p>What {@code mayOnly} and {@code mayNot} forbid and is there makes it fail, unless {@link
 * #revokingLegacyWithin} says where it may be revoked.
 *
 * <p>Immutable. Writes access control lists and default privileges, and keeps what its undo needs
 * beside the markers. Needs an account that owns the objects, is a member of their owners or has
 * grant option; to take back what another role granted, one that may SET ROLE to it.
 *
 * @since 0.1
 */
public final class GrantLeastPrivilege implements GrantChange {
  private final List<PrivilegeCheck> claims;
  private final List<String> creators;
  private final List<String> scope;
  private final List<AcceptedGain> accepted;
  private final Optional<String> name;

  private GrantLeastPrivilege(
      List<PrivilegeCheck> claims,
      List<String> creators,
      List<String> scope,
      List<AcceptedGain> accepted,
      Optional<String> name) {
    this.claims = List.copyOf(claims);
    this.creators = List.copyOf(creators);
    this.scope = List.copyOf(scope);
    this.accepted = List.copyOf(accepted);
    this.name = name;
  }

  public static GrantLeastPrivilege of(List<PrivilegeCheck> claims) {
    for (PrivilegeCheck claim : claims) {
      if (!claim.objects().isTables()) {
        throw new IllegalArgumentException(
            "'" + claim + "' is not about tables: grant that in a script, grantsFrom(...)");
      }
    }
    return new GrantLeastPrivilege(claims, List.of(), List.of(), List.of(), Optional.empty());
  }

  /**
   * The same change, also for tables that these roles will make in the schemas of the tables that
   * match now. Default privileges know no names: all such tables are meant, whatever the pattern.
   *
   * @param creator a role; refused while planning when there is none
   */
  public GrantLeastPrivilege withFutureTablesOf(String creator, String... more) {
    List<String> all = new ArrayList<>(creators);
    all.addAll(Names.list(creator, more));
    return new GrantLeastPrivilege(claims, all, scope, accepted, name);
  }

  /**
   * The same change, revoking what is surplus on tables that the pattern matches: there, roles of
   * {@code mayOnly} keep what the claims name, and lose every other grant to themselves that opens
   * nothing outside of it. One that does, such as on {@code *.*} or on a database of which the
   * pattern matches a part, is told with the statement that would take it away, and left alone.
   *
   * @param pattern of tables, such as {@code shop.*}; refused while planning when it matches none
   * @throws IllegalArgumentException when it is no {@link NamePattern}
   */
  public GrantLeastPrivilege revokingLegacyWithin(String pattern) {
    NamePattern.of(pattern);
    List<String> all = new ArrayList<>(scope);
    all.add(pattern);
    return new GrantLeastPrivilege(claims, creators, all, accepted, name);
  }

  /**
   * The same change, which does not mind what these roles gain along with those it is about, such
   * as members of them.
   *
   * @param roles pattern of their names
   * @throws IllegalArgumentException when it is no {@link NamePattern}, or the reason is blank
   */
  public GrantLeastPrivilege acceptingGainsOf(String roles, String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("reason is blank: it is what the report shows");
    }
    NamePattern.of(roles);
    List<AcceptedGain> all = new ArrayList<>(accepted);
    all.add(new AcceptedGain(roles, reason));
    return new GrantLeastPrivilege(claims, creators, scope, all, name);
  }

  /**
   * The same change under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public GrantLeastPrivilege named(String newName) {
    return new GrantLeastPrivilege(
        claims, creators, scope, accepted, Optional.of(Names.checked(newName)));
  }

  @Override
  public String name() {
    return name.orElse(
        Names.of(
            "grant least privilege: "
                + claims.stream().map(PrivilegeCheck::claim).collect(Collectors.joining("; "))));
  }

  @Override
  public Undo undo() {
    return new Undo.By(new UndoGrants(this));
  }

  /**
   * @throws Refusal when the dialect cannot, a pattern matches nothing, the account lacks what it
   *     needs, or a claim would not hold afterwards; later, where an earlier step may change that
   */
  @Override
  public Effect bind(CheckContext reading) throws Exception {
    GrantMethod method = GrantChange.method(name(), reading.target());
    return method instanceof GrantMethod.InSequence each
        ? sequence(reading, each)
        : transaction(reading, (GrantMethod.InTransaction) method);
  }

  private List<String> said() {
    List<String> preview = new ArrayList<>();
    claims.forEach(claim -> preview.addAll(claim.claimed()));
    creators.forEach(one -> preview.add("also on tables that " + one + " will make there"));
    scope.forEach(one -> preview.add("revoking what is surplus within " + one));
    accepted.forEach(
        one -> preview.add("accepted: what " + one.roles() + " gains, because " + one.reason()));
    return preview;
  }

  @Override
  public GrantSequence sequence(CheckContext reading, GrantMethod.InSequence method)
      throws Exception {
    return GrantSequence.bind(
        new GrantSequence.Grants(
            this,
            said(),
            claims,
            creators,
            scope,
            accepted,
            at -> method.compute(at, this::wanted)),
        method,
        reading);
  }

  private GrantEffect transaction(CheckContext reading, GrantMethod.InTransaction method)
      throws Exception {
    List<String> preview = said();
    try {
      GrantOutcome outcome = method.simulate(reading.target(), this::wanted);
      GrantJudgement judgement = judge(outcome);
      if (!judgement.findings().isEmpty()) {
        throw Refusal.of(judgement.findings());
      }
      preview.add(planned(outcome, judgement));
    } catch (Refusal | StepFailed refused) {
      if (reading.targetIsFinal()) {
        throw refused instanceof StepFailed failed ? Refusal.of(failed.findings()) : refused;
      }
      preview.add(Outline.UNKNOWN + "until an earlier step has run: " + head(refused));
    }
    return new GrantEffect(
        method,
        working -> method.reconcile(working.target(), working.connection(), this::wanted),
        this::judge,
        List.copyOf(preview));
  }

  static String head(RuntimeException refused) {
    List<Finding> findings =
        refused instanceof Refusal refusal ? refusal.findings() : ((StepFailed) refused).findings();
    return findings.get(0).headline();
  }

  /** No part of the plan's digest: which tables there are is for the moment of its execution. */
  private static String planned(GrantOutcome outcome, GrantJudgement judgement) {
    List<String> lines = new ArrayList<>();
    lines.add(Outline.UNKNOWN + "until it is applied; as of planning, simulated and rolled back:");
    if (outcome.statements().isEmpty()) {
      lines.add("nothing is to be granted or revoked");
    }
    lines.addAll(outcome.statements());
    lines.addAll(judgement.told(outcome));
    return String.join("\n", lines);
  }

  /** By what there is before: the same while planning and in the transaction. */
  GrantMethod.DesiredState wanted(EffectiveAccess before) {
    List<GrantMethod.GrantClaim> wishes = claims.stream().map(claim -> claim.wish(before)).toList();
    if (scope.isEmpty()) {
      List<Finding> surplus =
          claims.stream().flatMap(claim -> claim.surplus(before).stream()).toList();
      if (!surplus.isEmpty()) {
        throw new StepFailed(surplus);
      }
    }
    return new GrantMethod.DesiredState(wishes, creators, scope);
  }

  GrantJudgement judge(GrantOutcome outcome) {
    return GrantJudgement.of(outcome, claims, creators, scope, accepted);
  }

  @Override
  public String toString() {
    return name();
  }
}
