package dev.gatehouse.mysql.access;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.dialect.GrantMethod;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * GRANT and REVOKE on MySQL and MariaDB, each of which commits: one grantee and one object a
 * statement, because MariaDB applies the first of two grantees although the second is none.
 *
 * <p>Needs what {@link MySqlAccessReader} needs, and each privilege that it grants or revokes with
 * GRANT OPTION on the place.
 */
public final class MySqlGrants implements GrantMethod.InSequence {
  public static final MySqlGrants INSTANCE = new MySqlGrants();

  private MySqlGrants() {}

  @Override
  public Computed compute(Connection reading, DesiredGrants wishes) throws SQLException {
    List<String> unknown = GrantReading.unknown(reading);
    if (!unknown.isEmpty()) {
      throw new Refusal(
          Finding.of("grants.unknown", "the server has privileges that nobody here knows")
              .withExpected("privileges of MySQL to 9.7 and MariaDB to 11.8")
              .withFound(String.join(", ", unknown))
              .withFix("grant and revoke by hand on this version, and ask claims about it"));
    }
    MySqlAccess before = read(reading);
    String own = Queries.one(reading, "SELECT CURRENT_USER()");
    return new GrantPlanning(before, before.names().account(own)).compute(wishes);
  }

  private static MySqlAccess read(Connection reading) throws SQLException {
    return (MySqlAccess) MySqlAccessReader.INSTANCE.read(reading);
  }

  @Override
  public String entry(Connection connection, String entry) throws SQLException {
    return GrantEntry.told(GrantReading.row(connection, GrantEntry.read(entry)));
  }

  @Override
  public void execute(Connection connection, String sql) throws SQLException {
    if (!Products.of(connection).rolesAreAccounts()) {
      // or MariaDB makes an account without a password where somebody has dropped the grantee
      Queries.run(
          connection, "SET SESSION sql_mode = CONCAT(@@SESSION.sql_mode, ',NO_AUTO_CREATE_USER')");
    }
    Queries.run(connection, sql);
  }

  @Override
  public GrantOutcome outcome(
      EffectiveAccess before, EffectiveAccess after, List<GrantStatement> statements) {
    AffectedByGrants affected =
        AffectedByGrants.of(
            (MySqlAccess) before,
            (MySqlAccess) after,
            statements.stream().map(one -> GrantEntry.read(one.entry())).toList());
    return new GrantOutcome(
        before,
        after,
        statements.stream().map(GrantStatement::sql).toList(),
        List.of(),
        List.of(),
        List.of(),
        affected.accounts(),
        affected.objects(),
        List.of(),
        "");
  }
}
