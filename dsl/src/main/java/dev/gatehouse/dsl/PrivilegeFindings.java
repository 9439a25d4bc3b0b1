package dev.gatehouse.dsl;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is wrong with the privileges of roles, one finding for each role and table. */
final class PrivilegeFindings {
  /** More would be read by nobody. */
  private static final int MOST = 50;

  private final String expected;
  private final EffectiveAccess access;
  private final Acceptances accepted;
  private final List<Finding> list = new ArrayList<>();
  private final Map<Acceptances.Acceptance, Integer> covered = new LinkedHashMap<>();
  private int wrong;

  PrivilegeFindings(String expected, EffectiveAccess access, Acceptances accepted) {
    this.expected = expected;
    this.access = access;
    this.accepted = accepted;
  }

  void look(PrivilegeClaim.Kind kind, String role, List<String> privileges, AccessObject table) {
    if (kind == PrivilegeClaim.Kind.MAY) {
      lookForMissing(role, privileges, table);
      return;
    }
    Set<String> open = access.notDenied(role, table);
    List<String> bad = new ArrayList<>();
    for (String privilege : open) {
      if (privileges.contains(privilege) == (kind == PrivilegeClaim.Kind.MAY_NOT)) {
        bad.add(privilege);
      }
    }
    if (!bad.isEmpty()) {
      lookForExcess(role, bad, table);
    }
  }

  private void lookForMissing(String role, List<String> privileges, AccessObject table) {
    List<String> found = new ArrayList<>();
    Set<String> fixes = new LinkedHashSet<>();
    for (String privilege : privileges) {
      Verdict verdict = access.verdict(role, privilege, table);
      if (!(verdict instanceof Verdict.Allowed allowed)) {
        found.add(privilege + ": " + verdict);
        if (verdict instanceof Verdict.Denied denied && !denied.fix().isEmpty()) {
          fixes.add(denied.fix());
        }
      } else if (allowed.paths().stream().noneMatch(Path::whole)) {
        found.add(privilege + " on a part only: " + allowed.paths().get(0));
      }
    }
    if (!found.isEmpty()) {
      add(
          Finding.of("privileges.missing", role + " may do less than it should with " + table)
              .withExpected(expected)
              .withFound(String.join("\n", found))
              .withFix(
                  fixes.isEmpty()
                      ? "grant " + role + " what is missing on " + table
                      : String.join("\n", fixes)));
    }
  }

  private void lookForExcess(String role, List<String> bad, AccessObject table) {
    Map<String, List<String>> privilegesOf = new LinkedHashMap<>();
    Set<String> fixes = new LinkedHashSet<>();
    for (String privilege : bad) {
      List<Path> paths = new ArrayList<>();
      for (Path path : access.paths(role, privilege, table)) {
        Optional<Acceptances.Acceptance> acceptance = accepted.of(path);
        acceptance.ifPresentOrElse(
            one -> covered.merge(one, 1, Integer::sum), () -> paths.add(path));
      }
      for (Path path : paths) {
        privilegesOf.computeIfAbsent(state(path) + path, key -> new ArrayList<>()).add(privilege);
        fixes.add(fix(path));
      }
    }
    if (!privilegesOf.isEmpty()) {
      List<String> found = new ArrayList<>();
      privilegesOf.forEach(
          (sentence, privileges) -> found.add(String.join(", ", privileges) + sentence));
      add(
          Finding.of("privileges.excess", role + " may do more than it should with " + table)
              .withExpected(expected)
              .withFound(String.join("\n", found))
              .withFix(String.join("\n", fixes)));
    }
  }

  /** Tables that the pattern will match once somebody has made them. */
  void lookAhead(PrivilegeClaim.Kind kind, String role, List<String> privileges, String pattern) {
    if (kind == PrivilegeClaim.Kind.MAY) {
      return;
    }
    for (FutureGrant future : access.future(role)) {
      boolean bad =
          future.privileges().stream()
              .anyMatch(one -> privileges.contains(one) == (kind == PrivilegeClaim.Kind.MAY_NOT));
      if (bad && future.mayMatch(pattern)) {
        accepted
            .of(future.path())
            .ifPresentOrElse(
                one -> covered.merge(one, 1, Integer::sum),
                () ->
                    add(
                        Finding.of(
                                "privileges.future",
                                role + " will have more than it should on tables to come")
                            .withExpected(expected)
                            .withFound(future.path().toString())
                            .withFix(fix(future.path()))));
      }
    }
  }

  private static String state(Path path) {
    if (!path.unknown().isEmpty()) {
      return ", perhaps: ";
    }
    return path.open() ? ": " : ", reachable: ";
  }

  private static String fix(Path path) {
    if (!path.fix().isEmpty()) {
      return path.fix();
    }
    String verb =
        !path.unknown().isEmpty()
            ? "acceptingUnknown(\"why it is harmless\")"
            : path.open() ? "grantee(...).except(...)" : "acceptingReachable(\"why\")";
    return "no single statement takes this away: if it is meant, say " + verb;
  }

  private void add(Finding finding) {
    wrong++;
    if (list.size() < MOST) {
      list.add(finding);
    }
  }

  boolean none() {
    return list.isEmpty();
  }

  List<Finding> list() {
    if (wrong <= list.size()) {
      return list;
    }
    List<Finding> cut = new ArrayList<>(list);
    cut.add(
        Finding.of("privileges.more", (wrong - list.size()) + " more like these")
            .withFix("mend these first, then ask again"));
    return cut;
  }

  Evidence evidence(Evidence begun) {
    Evidence evidence = begun;
    for (Acceptances.Acceptance acceptance : accepted.all()) {
      String key =
          "accepted "
              + acceptance.kind().name().toLowerCase(Locale.ROOT)
              + (acceptance.through().isEmpty() ? "" : " " + acceptance.through());
      evidence =
          evidence.with(
              key, covered.getOrDefault(acceptance, 0) + " paths: " + acceptance.reason());
    }
    return access.unread().isEmpty()
        ? evidence
        : evidence.with("cannot be told", String.join("; ", access.unread()));
  }
}
