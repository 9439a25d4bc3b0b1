package dev.gatehouse.core.access;

import java.util.List;
import java.util.stream.Collectors;

/** Why somebody may do something, as text for a terminal. */
final class Explanation {
  private Explanation() {}

  static String of(EffectiveAccess access, String role, String privilege, AccessObject object) {
    Verdict verdict = access.verdict(role, privilege, object);
    StringBuilder text = new StringBuilder(role + " " + privilege + " " + object + "\n");
    List<Path> paths = access.paths(role, privilege, object);
    if (paths.isEmpty()) {
      text.append("  ").append(verdict);
      if (verdict instanceof Verdict.Denied denied && !denied.fix().isEmpty()) {
        text.append("\n  to allow it  ").append(denied.fix());
      }
      return text.toString();
    }
    text.append(paths.stream().map(Explanation::lines).collect(Collectors.joining("\n")));
    for (Obstacle obstacle : access.obstacles(role, privilege, object)) {
      text.append("\n  OF NO USE ").append(obstacle.sentence());
      text.append(obstacle.fix().isEmpty() ? "" : "\n  to mend it  " + obstacle.fix());
    }
    access.rowRules(role, privilege, object).forEach(rule -> text.append("\n  rows      " + rule));
    return text.toString();
  }

  private static String lines(Path path) {
    String state =
        !path.unknown().isEmpty() ? "UNKNOWN   " : path.open() ? "ALLOWED   " : "REACHABLE ";
    return "  " + state + path + (path.fix().isEmpty() ? "" : "\n  to end it   " + path.fix());
  }
}
