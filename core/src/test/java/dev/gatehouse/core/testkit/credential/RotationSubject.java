package dev.gatehouse.core.testkit.credential;

import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A way to rotate, made alike by a test and by the process that it kills: has a constructor without
 * arguments.
 */
public interface RotationSubject {

  Dialect dialect();

  /**
   * One rotation.
   *
   * @param accounts by their bare names; the first is in use
   */
  Runbook book(List<String> accounts, Path sink, Optional<Check> consumers);

  /** The same, which ends the sessions of the first account. */
  Runbook ending(List<String> accounts, Path sink);

  /** Accounts of their own for one rotation; the first is in use and logs in. */
  default List<Account> accounts(TestDatabase database) throws SQLException {
    return List.of(database.newAccount("app"));
  }

  /** As whom the run works: somebody else, unless it says otherwise. */
  default Target target(String url, Account admin, List<String> accounts, Path sink) {
    return Target.at("rotated", url, admin.name(), admin.secret(), dialect());
  }

  /** What the sink holds for a login. */
  default String text(Account login) {
    return login.secret().reveal(String::new);
  }

  /** Whose password is in a sink of that text. */
  default String user(List<String> accounts, String text) {
    return accounts.get(0);
  }

  /** The password in a sink of that text. */
  default String password(String text) {
    return text;
  }

  /** What the server says of a wrong password: SQLSTATE or number. */
  String wrongPassword(SQLException refused);
}
