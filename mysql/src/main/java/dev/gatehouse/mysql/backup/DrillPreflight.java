package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.mysql.session.Accounts;
import dev.gatehouse.mysql.session.ErrorCodes;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Refuses a drill that could not succeed, before a database is made for it. */
final class DrillPreflight {
  private static final String PREPARED =
      "PREPARE gatehouse_right FROM 'CREATE TABLE gatehouse_drill_0000000000000000.t (i INT)'";

  private DrillPreflight() {}

  static Target server(Scratch scratch) {
    if (scratch instanceof Scratch.OnServer on
        && on.server().dialect().name().equals("MySQL or MariaDB")) {
      if (on.procedure() == Scratch.Procedure.IN_PARALLEL) {
        throw new Refusal(
            Finding.of("drill.parallel", "a drill of MySQL and MariaDB loads in one session")
                .withExpected("a drill without restoringInParallel()")
                .withFound("restoringInParallel()")
                .withFix("leave out restoringInParallel()"));
      }
      if (on.server().coordinates().isEmpty()) {
        throw new Refusal(
            Finding.of("drill.address", "a drill needs the address of its server")
                .withExpected("a target made by Target.at(name, jdbcUrl, account, secret, dialect)")
                .withFound("a DataSource, which leads to one database only")
                .withFix("restoreDrill(...).into(Target.at(...)) of that server"));
      }
      return on.server();
    }
    throw new Refusal(
        Finding.of("drill.scratch", "a drill of MySQL and MariaDB takes place in a database")
            .withExpected("a server of MySQL or MariaDB")
            .withFound(scratch.toString())
            .withFix(
                "restoreDrill(...).intoScratchDatabase(), or .into(target) of a scratch server"));
  }

  static void check(Target source, Scratch scratch) {
    Target server = server(scratch);
    try (Connection session = Sessions.writing(server);
        Connection reading = Sessions.reading(source)) {
      Product from = Products.of(reading);
      Product here = Products.of(session);
      if (!from.name().equals(here.name())
          || from.version().major() > here.version().major()
          || (from.version().major() == here.version().major()
              && from.version().minor() > here.version().minor())) {
        throw new Refusal(
            Finding.of("restore.version", "the scratch server cannot take the backup as it is")
                .withExpected(from.name() + " " + from.version() + " or newer")
                .withFound(here.name() + " " + here.version())
                .withFix("drill on a server of " + from.name() + " " + from.version()));
      }
      requireSameCase(Queries.one(reading, BackupManifest.CASE_HERE), session);
      refuseWithoutRight(session);
    } catch (SQLException e) {
      throw BackupPreflight.unreachable(server, e);
    }
  }

  static void requireSameCase(String recorded, Connection session) throws SQLException {
    String here = Queries.one(session, BackupManifest.CASE_HERE);
    if (!recorded.isEmpty() && !here.equals(recorded)) {
      throw new Refusal(
          Finding.of("restore.case", "names of tables mean something else on that server")
              .withExpected("lower_case_table_names = " + recorded)
              .withFound("lower_case_table_names = " + here)
              .withFix("use a server with the same setting"));
    }
  }

  /** Asked by a statement that is prepared and never executed. */
  private static void refuseWithoutRight(Connection session) throws SQLException {
    try {
      Queries.run(session, PREPARED);
      Queries.run(session, "DEALLOCATE PREPARE gatehouse_right");
    } catch (SQLException e) {
      if (ErrorCodes.isDenied(e)) {
        throw new Refusal(
            Finding.of("drill.rights", "the drill may not make its scratch database")
                .withExpected("every privilege on databases named " + DrillCopies.PREFIX + "...")
                .withFound(String.valueOf(e.getMessage()))
                .withFix(
                    "GRANT ALL PRIVILEGES ON `gatehouse\\_drill\\_%`.* TO "
                        + Accounts.current(session)));
      }
      // It is not there yet, which is what is wanted: 1049.
      if (ErrorCodes.of(e) != 1049) {
        throw e;
      }
    }
  }

  /**
   * What the server lacks and the artifact needs.
   *
   * @throws Refusal with all that is missing
   */
  static void requireDefiners(Connection session, Schema schema) throws SQLException {
    List<String> missing = new ArrayList<>();
    for (String definer : schema.definers()) {
      int at = definer.indexOf("`@`");
      String user = definer.substring(1, at).replace("``", "`");
      String host = definer.substring(at + 3, definer.length() - 1).replace("``", "`");
      try {
        if (!Queries.exists(
            session, "SELECT 1 FROM mysql.user WHERE user = ? AND host = ?", user, host)) {
          missing.add(definer);
        }
      } catch (SQLException e) {
        if (!ErrorCodes.isDenied(e)) {
          throw e;
        }
        return; // The server itself tells when an object is made whose definer is not there.
      }
    }
    if (!missing.isEmpty()) {
      throw noDefiner(missing);
    }
  }

  static Refusal noDefiner(List<String> missing) {
    return new Refusal(
        Finding.of("restore.definers", "objects are executed as accounts that are not there")
            .withExpected("accounts " + String.join(", ", missing))
            .withFound("none of that name and host on the server")
            .withFix(
                "CREATE USER "
                    + missing.get(0)
                    + " ACCOUNT LOCK, with what its objects need; or"
                    + " make them again in the source with another definer"));
  }
}
