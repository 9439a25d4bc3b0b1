package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.AccessReader;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.SQLException;
import java.util.List;

/**
 * What every question about access must find before it may answer: a product that has privileges,
 * roles, tables. A pattern that matches none is refused.
 *
 * @param name of the check, for messages
 * @param pattern of the roles
 * @param exceptions patterns of those among them that are not meant
 */
public record AccessQuestion(String name, String pattern, List<String> exceptions) {

  EffectiveAccess access(CheckContext reading) throws SQLException {
    return reader(name, reading.target()).read(reading.connection());
  }

  public static AccessReader reader(String name, Target target) {
    return target
        .dialect()
        .privileges()
        .orElseThrow(
            () ->
                new Refusal(
                    Finding.of("dialect.no-privileges", "'" + name + "' needs privileges")
                        .withExpected("a product with roles and privileges")
                        .withFound(target.dialect().name() + " has none")
                        .withFix("take '" + name + "' out of this runbook")));
  }

  List<String> roles(EffectiveAccess access) {
    List<String> matched = matched(access, pattern);
    List<NamePattern> without = exceptions.stream().map(NamePattern::of).toList();
    for (NamePattern exception : without) {
      if (matched.stream().noneMatch(exception::matches)) {
        throw noRole(exception.toString(), "except(\"" + exception + "\")");
      }
    }
    List<String> roles =
        matched.stream()
            .filter(role -> without.stream().noneMatch(other -> other.matches(role)))
            .toList();
    if (roles.isEmpty()) {
      throw noRole(pattern, "except(...), which leaves nobody");
    }
    return roles;
  }

  private static List<String> matched(EffectiveAccess access, String pattern) {
    List<String> roles = access.roles(pattern);
    if (roles.isEmpty()) {
      throw noRole(pattern, "grantee(\"" + pattern + "\")");
    }
    return roles;
  }

  private static Refusal noRole(String pattern, String where) {
    return new Refusal(
        Finding.of("privileges.no-role", "there is no role '" + pattern + "'")
            .withExpected("a role or account of that name")
            .withFound("none")
            .withFix("correct " + where + ", or create it first"));
  }
}
