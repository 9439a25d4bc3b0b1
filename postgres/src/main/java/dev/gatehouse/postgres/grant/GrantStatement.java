package dev.gatehouse.postgres.grant;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.dialect.GrantMethod.Given;
import dev.gatehouse.core.outcome.Finding;
import java.util.List;
import java.util.Optional;

/**
 * One statement that grants or revokes.
 *
 * @param role in whose name it is executed, as SQL wants it; empty for the account's own
 * @param sql the statement itself
 * @param given what it gives; empty for one that takes
 * @param on what it gives or takes something on; empty for what does not exist yet
 * @param failing what to tell when the server does not let it
 */
public record GrantStatement(
    String role, String sql, Optional<Given> given, Optional<AccessObject> on, Failing failing) {

  public GrantStatement(String role, String sql, Optional<Given> given, Failing failing) {
    this(role, sql, given, given.map(Given::object), failing);
  }

  /** What to tell of a statement that did not work. */
  public record Failing(String code, String headline, String found, String fix) {

    public Finding finding() {
      return Finding.of(code, headline)
          .withExpected("an account that may")
          .withFound(found)
          .withFix(fix);
    }
  }

  /** What is executed, one after the other. */
  public List<String> statements() {
    return role.isEmpty() ? List.of(sql) : List.of("SET LOCAL ROLE " + role, sql, "RESET ROLE");
  }

  /** As a plan prints it. */
  public String text() {
    return String.join("; ", statements()) + ";";
  }
}
