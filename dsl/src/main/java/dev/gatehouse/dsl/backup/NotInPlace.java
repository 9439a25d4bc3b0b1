package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.List;

/**
 * What a drill beside a target cannot show: that a restore in its place is refused, because of what
 * is in the target and in no backup, or of whose it is.
 */
final class NotInPlace {
  private NotInPlace() {}

  /** Empty where a restore in place would be accepted as the target is now. */
  static List<Finding> of(BackupMethod method, Target target) throws Exception {
    try {
      if (method.restoring() instanceof RestoreMethod.InTransaction replacing) {
        replacing.refuseUnrestorable(target);
      } else if (method.restoring() instanceof RestoreMethod.Swap swap) {
        swap.refuseUnrestorable(target);
      }
      return List.of();
    } catch (Refusal refused) {
      return refused.findings().stream()
          .map(
              finding ->
                  new Finding(
                      "drill.not-in-place",
                      "a restore in place of "
                          + target.name()
                          + " is refused: "
                          + finding.headline(),
                      finding.expected(),
                      finding.found(),
                      finding.fix(),
                      finding.subjects()))
          .toList();
    }
  }
}
