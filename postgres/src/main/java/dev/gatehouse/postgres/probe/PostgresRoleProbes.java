package dev.gatehouse.postgres.probe;

import dev.gatehouse.core.dialect.Opened;
import dev.gatehouse.core.dialect.RoleProbes;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** SET LOCAL ROLE in a savepoint for each attempt. */
public final class PostgresRoleProbes implements RoleProbes {
  public static final PostgresRoleProbes INSTANCE = new PostgresRoleProbes();

  private PostgresRoleProbes() {}

  @Override
  public boolean roleExists(Connection connection, String role) throws SQLException {
    return Queries.isTrue(
        connection, "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ?::text)", role);
  }

  @Override
  public List<String> relations(Connection connection, String pattern, Command command)
      throws SQLException {
    return Relation.like(connection, pattern).stream()
        .filter(relation -> relation.takes(command))
        .map(Relation::words)
        .toList();
  }

  @Override
  public RoleSession actAs(Target target, Connection connection, Actor actor) throws SQLException {
    String role = actor.name();
    if (actor.secret().isPresent()) {
      throw new Refusal(
          Finding.of("probe.secret", "PostgreSQL assumes a role without its secret")
              .withExpected("actingAs(\"" + role + "\") alone")
              .withFound("a secret by which it would log in")
              .withFix("take loggingInWith(...) out"));
    }
    return Opened.orClose(
        ProbeSession.open(target, connection), session -> ActingRole.of(session, role));
  }
}
