package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.dialect.RoleProbes.Command;
import dev.gatehouse.core.dialect.RoleProbes.CommandName;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.postgres.policy.RowSecurityFlags;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Row-level security. The flags and policies of the catalogue are where it begins; whether tenants
 * are kept apart only {@link #on} can tell, because it tries.
 *
 * <p>Immutable. Needs no privilege but to read the catalogue.
 *
 * @since 0.1
 */
public final class RowSecurity {
  public RowSecurity() {}

  /**
   * It is on for every table that one of the patterns matches ({@code {eng,vh}.*sensitive*}), and
   * for each partition and child of those: a partition that is queried directly has only its own
   * flag. Refused while planning when a pattern matches no table, unless an earlier step may yet
   * make one.
   *
   * @throws IllegalArgumentException when a pattern is blank
   */
  public NamedCheck enabledOn(String first, String... rest) {
    return RowSecurityFlags.check(
        "row security is on for ", all(first, rest), table -> RowSecurityFlags.enabled(table));
  }

  /** It is on, and applies to the owner too, under the same rules as {@link #enabledOn}. */
  public NamedCheck forcedOn(String first, String... rest) {
    return RowSecurityFlags.check(
        "row security is forced for ", all(first, rest), table -> RowSecurityFlags.forced(table));
  }

  /**
   * There is a policy that lets rows pass for each of these; say where: {@code
   * policyFor(SELECT).on("app.*")}. Restrictive ones alone let none pass.
   *
   * @param first a privilege, or a command, called as the command is
   * @throws IllegalArgumentException for TRUNCATE and what is no command: no policy can be for it
   */
  public PolicyClaim policyFor(CommandName first, CommandName... rest) {
    List<Command> commands = new ArrayList<>(List.of(command(first)));
    Stream.of(rest).map(RowSecurity::command).forEach(commands::add);
    return new PolicyClaim(commands);
  }

  private static Command command(CommandName name) {
    if (name.name().equals(Command.TRUNCATE.name())) {
      throw new IllegalArgumentException("TRUNCATE asks no policy: revoke the privilege instead");
    }
    return Stream.of(Command.values())
        .filter(command -> command.name().equals(name.name()))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    name.name() + " asks no policy: one of SELECT, INSERT, UPDATE, DELETE"));
  }

  /**
   * The table whose rows belong to tenants: {@code rowSecurity().on("app.doc").by("tenant")
   * .actingAs("app_rw").separates("app.tenant", "A", "B")}.
   *
   * @param table as {@code schema.name}
   */
  public TenantTable on(String table) {
    return new TenantTable(table, "", "", List.of());
  }

  public static List<String> all(String first, String... rest) {
    List<String> patterns = new ArrayList<>(List.of(rest));
    patterns.add(0, first);
    patterns.forEach(NamePattern::of);
    return List.copyOf(patterns);
  }
}
