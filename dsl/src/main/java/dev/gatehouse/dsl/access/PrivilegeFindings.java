package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.FutureGrant;
import dev.gatehouse.core.access.Obstacle;
import dev.gatehouse.core.access.Path;
import dev.gatehouse.core.access.Verdict;
import dev.gatehouse.core.dialect.GrantMethod.ClaimKind;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** What is wrong with the privileges of roles, one finding for each role and table. */
final class PrivilegeFindings {
  private static final String MISSING = "privileges.missing";

  private final Supplier<String> expected;
  private final EffectiveAccess access;
  private final Acceptances accepted;
  private final List<Finding> list;
  private final Map<Acceptances.Acceptance, Integer> covered;

  PrivilegeFindings(String expected, EffectiveAccess access, Acceptances accepted) {
    this(() -> expected, access, accepted, new ArrayList<>(), new LinkedHashMap<>());
  }

  private PrivilegeFindings(
      Supplier<String> expected,
      EffectiveAccess access,
      Acceptances accepted,
      List<Finding> list,
      Map<Acceptances.Acceptance, Integer> covered) {
    this.expected = expected;
    this.access = access;
    this.accepted = accepted;
    this.list = list;
    this.covered = covered;
  }

  /** What goes on collecting where this one stands, measured by something else. */
  PrivilegeFindings expecting(Supplier<String> other) {
    return new PrivilegeFindings(other, access, accepted, list, covered);
  }

  void look(ClaimKind kind, String role, List<String> privileges, AccessObject table) {
    if (kind == ClaimKind.MAY) {
      lookForMissing(role, privileges, table, obstacle -> true);
      return;
    }
    // asked millions of times, and mostly there is nothing
    List<String> bad = new ArrayList<>(0);
    for (String privilege : access.notDenied(role, table)) {
      if (privileges.contains(privilege) == (kind == ClaimKind.MAY_NOT)) {
        bad.add(privilege);
      }
    }
    if (kind == ClaimKind.MAY_NOT) {
      privileges.stream()
          .filter(access.ownersAlone(table.kind())::contains)
          .filter(act -> !bad.contains(act) && !access.paths(role, act, table).isEmpty())
          .forEach(bad::add);
    }
    if (!bad.isEmpty()) {
      lookForExcess(role, bad, table);
    }
  }

  /** Without what no grant could mend, such as that a view takes no INSERT. */
  void lookForGrants(String role, List<String> privileges, AccessObject table) {
    lookForMissing(role, privileges, table, obstacle -> !obstacle.fix().isEmpty());
  }

  private void lookForMissing(
      String role, List<String> privileges, AccessObject table, Predicate<Obstacle> counts) {
    List<String> found = new ArrayList<>();
    List<Subject> subjects = new ArrayList<>();
    Set<String> fixes = new LinkedHashSet<>();
    for (String privilege : privileges) {
      int before = found.size();
      Verdict verdict = access.verdict(role, privilege, table);
      if (!(verdict instanceof Verdict.Allowed allowed)) {
        found.add(privilege + ": " + verdict);
        if (verdict instanceof Verdict.Denied denied && !denied.fix().isEmpty()) {
          fixes.add(denied.fix());
        }
      } else if (allowed.paths().stream().noneMatch(Path::whole)) {
        found.add(privilege + " on a part only: " + allowed.paths().get(0));
      } else {
        for (Obstacle obstacle :
            access.obstacles(role, privilege, table).stream().filter(counts).toList()) {
          found.add(privilege + " is granted, and of no use: " + obstacle);
          if (!obstacle.fix().isEmpty()) {
            fixes.add(obstacle.fix());
          }
        }
      }
      if (found.size() > before) {
        subjects.add(new Subject(role, privilege, table.name()));
      }
    }
    if (!found.isEmpty()) {
      list.add(
          Finding.of(MISSING, role + " may do less than it should with " + table)
              .withExpected(expected.get())
              .withFound(String.join("\n", found))
              .withSubjects(subjects)
              .withFix(
                  fixes.isEmpty()
                      ? "grant " + role + " what is missing on " + table
                      : String.join("\n", fixes)));
    }
  }

  private void lookForExcess(String role, List<String> bad, AccessObject table) {
    Map<String, List<String>> privilegesOf = new LinkedHashMap<>();
    boolean sure = false;
    List<Subject> subjects = new ArrayList<>();
    Set<String> fixes = new LinkedHashSet<>();
    for (String privilege : bad) {
      List<Path> paths = new ArrayList<>();
      for (Path path : access.paths(role, privilege, table)) {
        Optional<Acceptances.Acceptance> acceptance = accepted.of(path);
        acceptance.ifPresentOrElse(
            one -> covered.merge(one, 1, Integer::sum), () -> paths.add(path));
      }
      if (!paths.isEmpty()) {
        subjects.add(new Subject(role, privilege, table.name()));
      }
      for (Path path : paths) {
        sure |= path.unknown().isEmpty();
        privilegesOf.computeIfAbsent(state(path) + path, key -> new ArrayList<>()).add(privilege);
        fixes.add(fix(path));
      }
    }
    if (!privilegesOf.isEmpty()) {
      List<String> found = new ArrayList<>();
      privilegesOf.forEach(
          (sentence, privileges) -> found.add(String.join(", ", privileges) + sentence));
      list.add(
          Finding.of(
                  "privileges.excess",
                  role + (sure ? " may" : " perhaps may") + " do more than it should with " + table)
              .withExpected(expected.get())
              .withFound(String.join("\n", found))
              .withSubjects(subjects)
              .withFix(String.join("\n", fixes)));
    }
  }

  /** Objects that the pattern will match once somebody has made them. */
  void lookAhead(ClaimKind kind, String role, List<String> privileges, ObjectPattern objects) {
    if (kind == ClaimKind.MAY) {
      return;
    }
    for (FutureGrant future : access.future(role)) {
      if (objects.mayMatch(future)) {
        lookAhead(role, future, one -> privileges.contains(one) == (kind == ClaimKind.MAY_NOT));
      }
    }
  }

  void lookAhead(String role, FutureGrant future, Predicate<String> surplus) {
    List<String> bad = future.privileges().stream().filter(surplus).sorted().toList();
    if (bad.isEmpty()) {
      return;
    }
    String plural = future.kind().words() + "s";
    String objects =
        "future "
            + plural
            + " of "
            + future.creator()
            + (future.schema().isEmpty() ? "" : " in " + future.schema());
    Optional<Acceptances.Acceptance> acceptance = accepted.of(future.path());
    if (acceptance.isPresent()) {
      covered.merge(acceptance.get(), 1, Integer::sum);
      return;
    }
    Finding finding =
        Finding.of("privileges.future", role + " will have more than it should on future " + plural)
            .withExpected(expected.get())
            .withFound(future.path().toString())
            .withSubjects(bad.stream().map(one -> new Subject(role, one, objects)).toList())
            .withFix(fix(future.path()));
    OneFuture.add(list, finding);
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

  void add(Finding finding) {
    list.add(finding);
  }

  List<Finding> list() {
    return List.copyOf(list);
  }

  Outcome outcome(Evidence begun) {
    return list.isEmpty()
        ? Outcome.passed(evidence(begun))
        : new Outcome.Failed(list, evidence(begun));
  }

  private Evidence evidence(Evidence begun) {
    Evidence evidence = begun;
    for (boolean missing : new boolean[] {false, true}) {
      List<String> these =
          list.stream()
              .filter(finding -> finding.code().equals(MISSING) == missing)
              .flatMap(finding -> finding.subjects().stream())
              .map(Subject::toString)
              .toList();
      if (!these.isEmpty()) {
        evidence = evidence.with(missing ? "missing" : "surplus", AccessAnswers.few(these));
      }
    }
    for (Acceptances.Acceptance acceptance : accepted.all()) {
      String key =
          "accepted "
              + acceptance.kind().name().toLowerCase(Locale.ROOT)
              + (acceptance.through().isEmpty() ? "" : " " + acceptance.through());
      evidence =
          evidence.with(
              key, covered.getOrDefault(acceptance, 0) + " paths: " + acceptance.reason());
    }
    return unread(access, evidence);
  }

  /** With what the snapshot cannot tell. */
  static Evidence unread(EffectiveAccess access, Evidence evidence) {
    return access.unread().isEmpty()
        ? evidence
        : evidence.with("cannot be told", String.join("; ", access.unread()));
  }
}
