package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.dialect.GrantMethod.ClaimKind;
import dev.gatehouse.core.dialect.GrantMethod.Given;
import dev.gatehouse.core.dialect.GrantMethod.GrantClaim;
import dev.gatehouse.core.dialect.GrantMethod.GrantOutcome;
import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Whether what was done is what was meant: each claim holds, and nobody gained what was not
 * planned.
 *
 * @param findings what is wrong
 * @param effect who can do what, before and after, one line for each role and object
 * @param notes what came along, and is harmless or accepted
 */
record GrantJudgement(List<Finding> findings, List<String> effect, List<String> notes) {
  private static final String EVERYBODY = "public";

  /** A role and an object. */
  private record Cell(String role, AccessObject object) {}

  static GrantJudgement of(
      GrantOutcome outcome,
      List<PrivilegeCheck> claims,
      List<String> creators,
      List<String> scope,
      List<AcceptedGain> accepted) {
    GrantJudgement gains = gains(outcome, claims, creators, accepted);
    List<Finding> findings = new ArrayList<>(outcome.unfulfilled());
    findings.addAll(unmet(outcome.after(), claims, creators, scope));
    findings.addAll(gains.findings());
    return new GrantJudgement(List.copyOf(findings), gains.effect(), gains.notes());
  }

  /** What the claims want and is not so. */
  static List<Finding> unmet(
      EffectiveAccess after,
      List<PrivilegeCheck> claims,
      List<String> creators,
      List<String> scope) {
    List<Finding> findings = new ArrayList<>();
    for (PrivilegeCheck claim : claims) {
      findings.addAll(claim.unrevoked(after, scope));
      findings.addAll(claim.missing(after));
      creators.forEach(creator -> findings.addAll(claim.missingOf(creator, after)));
    }
    return findings;
  }

  /** Whether nobody gained what was not planned, whatever the claims want. */
  static GrantJudgement gains(
      GrantOutcome outcome,
      List<PrivilegeCheck> claims,
      List<String> creators,
      List<AcceptedGain> accepted) {
    List<Finding> findings = new ArrayList<>();
    for (AcceptedGain one : accepted) {
      if (outcome.after().roles(one.roles()).isEmpty()) {
        findings.add(
            Finding.of("privileges.no-role", "there is no role '" + one.roles() + "'")
                .withExpected("a role whose gains can be accepted")
                .withFound("none")
                .withFix("correct acceptingGainsOf(\"" + one.roles() + "\", ...)"));
      }
    }
    List<String> effect = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    Map<Cell, Set<String>> claimed = claimed(outcome, claims);
    Map<Cell, Set<String>> planned = planned(outcome, claimed);
    LaterGains later = new LaterGains(outcome, claims, creators);
    Map<String, Integer> routines = new TreeMap<>();
    for (AccessObject object : outcome.objects()) {
      for (String role : outcome.roles()) {
        Set<String> before =
            sorted(outcome.before(), outcome.made().contains(role) ? EVERYBODY : role, object);
        Set<String> after = sorted(outcome.after(), role, object);
        for (LaterGains.Gain gain :
            object.kind() == Kind.ROUTINE
                ? List.<LaterGains.Gain>of()
                : later.reachable(role, object, (act, on) -> isIn(planned, role, act, on))) {
          later(gain, effect, accepted, findings, notes);
        }
        if (before.equals(after)) {
          continue;
        }
        boolean ofOwner = outcome.after().form(object).startsWith("definer");
        if (object.kind() == Kind.ROUTINE && !ofOwner) {
          routines.merge(role, 1, Integer::sum);
          continue;
        }
        effect.add(role + " on " + noun(object) + ": " + words(before) + " -> " + words(after));
        Set<String> gained = new TreeSet<>(after);
        gained.removeAll(before);
        // what runs as its owner gives more than its name: a claim has to ask for it
        gained.removeIf(act -> isIn(ofOwner ? claimed : planned, role, act, object));
        if (!gained.isEmpty()) {
          gain(outcome.after(), role, object, gained, accepted, findings, notes);
        }
      }
    }
    later.future().forEach(gain -> later(gain, effect, accepted, findings, notes));
    routines.forEach(
        (role, count) ->
            notes.add(
                role + " can also name " + count + " routines that it has EXECUTE on, by USAGE"));
    return new GrantJudgement(List.copyOf(findings), List.copyOf(effect), List.copyOf(notes));
  }

  /** What came of it, in lines of a plan. */
  List<String> told(GrantOutcome outcome) {
    return Stream.of(outcome.notes(), effect, notes)
        .flatMap(List::stream)
        .map(line -> "-- " + line)
        .toList();
  }

  private static boolean isIn(
      Map<Cell, Set<String>> planned, String role, String act, AccessObject object) {
    return planned.getOrDefault(new Cell(role, object), Set.of()).contains(act)
        || planned.getOrDefault(new Cell(EVERYBODY, object), Set.of()).contains(act);
  }

  private static void later(
      LaterGains.Gain gain,
      List<String> effect,
      List<AcceptedGain> accepted,
      List<Finding> findings,
      List<String> notes) {
    effect.add(gain.effect());
    if (!gain.planned()) {
      String what = String.join(", ", gain.gained()) + " on " + gain.what();
      gain(gain.role(), what, List.of(gain.path()), accepted, findings, notes);
    }
  }

  /** What was wished. */
  private static Map<Cell, Set<String>> claimed(GrantOutcome outcome, List<PrivilegeCheck> claims) {
    Map<Cell, Set<String>> planned = new HashMap<>();
    for (PrivilegeCheck claim : claims) {
      GrantClaim wish = claim.wish(outcome.after());
      if (wish.limit() != ClaimKind.MAY_NOT) {
        for (String role : wish.roles()) {
          for (AccessObject table : wish.tables()) {
            planned
                .computeIfAbsent(new Cell(role, table), key -> new TreeSet<>())
                .addAll(wish.privileges());
          }
        }
      }
    }
    return planned;
  }

  /** With what is needed on the way to it. */
  private static Map<Cell, Set<String>> planned(
      GrantOutcome outcome, Map<Cell, Set<String>> claimed) {
    Map<Cell, Set<String>> planned = new HashMap<>();
    claimed.forEach((cell, privileges) -> planned.put(cell, new TreeSet<>(privileges)));
    for (Given given : outcome.given()) {
      planned
          .computeIfAbsent(new Cell(given.role(), given.object()), key -> new TreeSet<>())
          .addAll(given.privileges());
    }
    return planned;
  }

  private static void gain(
      EffectiveAccess after,
      String role,
      AccessObject object,
      Set<String> gained,
      List<AcceptedGain> accepted,
      List<Finding> findings,
      List<String> notes) {
    List<Path> paths = new ArrayList<>();
    for (String privilege : gained) {
      after.paths(role, privilege, object).stream()
          .filter(Path::open)
          .findFirst()
          .ifPresent(paths::add);
    }
    String what = String.join(", ", gained) + " on " + noun(object);
    gain(role, what, paths, accepted, findings, notes);
  }

  private static void gain(
      String role,
      String what,
      List<Path> paths,
      List<AcceptedGain> accepted,
      List<Finding> findings,
      List<String> notes) {
    String why = String.join("\n", paths.stream().map(Path::toString).distinct().toList());
    for (AcceptedGain one : accepted) {
      if (NamePattern.of(one.roles()).matches(role)) {
        notes.add("accepted: " + role + " gains " + what + ", because " + one.reason());
        return;
      }
    }
    findings.add(
        Finding.of("grants.unplanned", role + " would gain what nobody asked for")
            .withExpected("no role but those of the claims to gain anything, and these no more")
            .withFound(role + " gains " + what + "\n" + why)
            .withFix(
                paths.stream()
                        .map(Path::fix)
                        .filter(fix -> !fix.isEmpty())
                        .findFirst()
                        .map(fix -> fix + "; or, if it is meant: ")
                        .orElse("if it is meant: ")
                    + ".acceptingGainsOf(\""
                    + role
                    + "\", \"why\")"));
  }

  private static Set<String> sorted(EffectiveAccess access, String role, AccessObject object) {
    return new TreeSet<>(access.allowed(role, object));
  }

  private static String words(Set<String> privileges) {
    return privileges.isEmpty() ? "nothing" : String.join(", ", privileges);
  }

  private static String noun(AccessObject object) {
    return switch (object.kind()) {
      case SCHEMA -> "schema " + object;
      case DATABASE -> "database " + object;
      case SEQUENCE -> "sequence " + object;
      case ROUTINE -> "routine " + object;
      default -> object.name();
    };
  }
}
