package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.RoleProbes.Command;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.postgres.policy.RowSecurityFlags;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which commands a policy is wanted for, before it is said on which tables.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class PolicyClaim {
  private final List<Command> commands;

  PolicyClaim(List<Command> commands) {
    this.commands = List.copyOf(commands);
  }

  /**
   * On every table that one of the patterns matches, and on each partition and child of those,
   * under the rules of {@link RowSecurity#enabledOn}.
   */
  public NamedCheck on(String first, String... rest) {
    String what = commands.stream().map(Command::name).collect(Collectors.joining(", "));
    return RowSecurityFlags.check(
        "a policy for " + what + " is on ",
        RowSecurity.all(first, rest),
        table -> RowSecurityFlags.policies(table, commands));
  }
}
