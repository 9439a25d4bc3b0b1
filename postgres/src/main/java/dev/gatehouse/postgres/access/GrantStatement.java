package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.dialect.GrantMethod.Given;
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
record GrantStatement(
    String role, String sql, Optional<Given> given, Optional<AccessObject> on, Failing failing) {

  GrantStatement(String role, String sql, Optional<Given> given, Failing failing) {
    this(role, sql, given, given.map(Given::object), failing);
  }

  /** What to tell of a statement that did not work. */
  record Failing(String code, String headline, String found, String fix) {}

  /** What is executed, one after the other. */
  List<String> statements() {
    return role.isEmpty() ? List.of(sql) : List.of("SET LOCAL ROLE " + role, sql, "RESET ROLE");
  }

  /** As a plan prints it. */
  String text() {
    return String.join("; ", statements()) + ";";
  }
}
