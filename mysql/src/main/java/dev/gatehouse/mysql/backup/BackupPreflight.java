package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Refusals;
import dev.gatehouse.mysql.session.Accounts;
import dev.gatehouse.mysql.session.OwnRights;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Refuses, while planning, a backup that would fail or would hold less than it seems. */
final class BackupPreflight {
  /** Engines whose rows no snapshot holds, and which can be read while nobody writes them. */
  private static final Set<String> READABLE =
      Set.of("MyISAM", "Aria", "MEMORY", "CSV", "ARCHIVE", "BLACKHOLE");

  private BackupPreflight() {}

  /**
   * @param tools where a dump tool takes it
   */
  static void check(Target target, Options options, Optional<DumpTools> tools) {
    refuseOptions(options);
    try (Connection session = Sessions.reading(target)) {
      Refusals refusals = new Refusals();
      refusals.in(() -> refuseWithoutRights(session));
      refusals.in(() -> refuseUnfinished(session));
      // what the account may not read is not shown, so that the schema is another
      refusals.refuse();
      Schema schema = SchemaReading.of(session);
      refusals.in(() -> refuseUnheld(schema, options.unheld()));
      refusals.in(() -> SchemaScripts.require(schema));
      if (tools.isPresent()) {
        refusals.in(
            () -> {
              DumpLogin.of(target, session);
              DumpPreflight.check(session, schema, tools.get());
            });
      }
      refusals.refuse();
    } catch (SQLException e) {
      throw unreachable(target, e);
    }
  }

  private static void refuseOptions(Options options) {
    if (options.compacting()) {
      throw new Refusal(
          Finding.of("backup.compacted", "a backup by rows never holds free space")
              .withExpected("a backup without compacted()")
              .withFound("compacted()")
              .withFix("leave out compacted()"));
    }
    options.requireReadOnce("MySQL and MariaDB");
    if (options.jobs() > 1) {
      throw new Refusal(
          Finding.of("backup.one-session", "a backup of MySQL and MariaDB reads in one session")
              .withExpected("a backup without inParallel(...)")
              .withFound("inParallel(" + options.jobs() + ")")
              .withFix("leave out inParallel(" + options.jobs() + ")"));
    }
  }

  /** What an account may not see the servers do not show, and do not say so. */
  private static void refuseWithoutRights(Connection session) throws SQLException {
    OwnRights rights = OwnRights.of(session);
    Product product = Products.of(session);
    String here = SqlNames.quoted(Queries.one(session, "SELECT DATABASE()")) + ".*";
    String account = Accounts.current(session);
    List<String> missing = new ArrayList<>();
    for (String right : List.of("SELECT", "SHOW VIEW", "TRIGGER", "EVENT")) {
      if (!rights.hold(right + " ON this")) {
        missing.add(right);
      }
    }
    List<String> fixes = new ArrayList<>();
    if (!missing.isEmpty()) {
      fixes.add("GRANT " + String.join(", ", missing) + " ON " + here + " TO " + account);
    }
    if (product.routineReaders().stream().noneMatch(rights::hold)) {
      String right = product.routineReaders().get(0).replace(" this", " " + here);
      missing.add(right + " for the bodies of routines");
      fixes.add("GRANT " + right + " TO " + account);
    }
    if (!rights.hold("PROCESS ON *.*")) {
      missing.add("PROCESS ON *.* to see whom the backup would keep waiting");
      fixes.add("GRANT PROCESS ON *.* TO " + account);
    }
    if (!missing.isEmpty()) {
      throw new Refusal(
          Finding.of("backup.unreadable", "this account may not read all that is to be backed up")
              .withExpected(
                  "SELECT, SHOW VIEW, TRIGGER and EVENT on the database, the bodies of routines,"
                      + " and PROCESS")
              .withFound("not granted: " + String.join(", ", missing))
              .withFix(String.join(";\n", fixes)));
    }
  }

  /** Half of what is there belongs to a restore then; and their names are left out of backups. */
  private static void refuseUnfinished(Connection session) throws SQLException {
    List<String> own = new ArrayList<>(Queries.column(session, "SHOW TABLES"));
    own.retainAll(SchemaReading.OWN_TABLES);
    if (!own.isEmpty()) {
      throw new Refusal(
          Finding.of("backup.unfinished", "the database holds what a restore or a drill works with")
              .withExpected("none of the tables " + SchemaReading.OWN_TABLES)
              .withFound(String.join(", ", own))
              .withFix("resume the run that began it; when no run is open, rename or drop them"));
    }
  }

  private static void refuseUnheld(Schema schema, Set<String> accepted) {
    List<Table> unheld = schema.tables().stream().filter(table -> !table.isHeld()).toList();
    List<String> refused = new ArrayList<>();
    List<String> convertible = new ArrayList<>();
    for (Table table : unheld) {
      if (!READABLE.contains(table.engine()) || !accepted.contains(table.name())) {
        refused.add(table.name() + " (" + table.engine() + ")");
        convertible.add("ALTER TABLE " + table.quoted() + " ENGINE = InnoDB");
      }
    }
    if (!refused.isEmpty()) {
      throw new Refusal(
          Finding.of("backup.unheld", "no transaction holds the rows of some tables")
              .withExpected("tables of InnoDB, or tables that are accepted by name")
              .withFound(String.join(", ", refused))
              .withFix(
                  String.join(";\n", convertible)
                      + ";\nor, where nobody writes them meanwhile:"
                      + " backUp(...).acceptingWithoutSnapshot(\"table\", ...)"));
    }
    for (String name : accepted) {
      if (unheld.stream().noneMatch(table -> table.name().equals(name))) {
        throw new Refusal(
            Finding.of("backup.unheld-unknown", "a table that is accepted by name is not there")
                .withExpected("a table outside of InnoDB of that name")
                .withFound(
                    name + "; outside of InnoDB are " + unheld.stream().map(Table::name).toList())
                .withFix("take it out of acceptingWithoutSnapshot(...)"));
      }
    }
  }

  static Refusal unreachable(Target target, SQLException e) {
    String told =
        target.coordinates().map(where -> where.scrubber().describe(e)).orElse(e.toString());
    return new Refusal(
        Finding.of("mysql.unreachable", "target '" + target + "' cannot be looked at")
            .withExpected("a session")
            .withFound(told)
            .withFix("make sure that the server runs and lets this account in"),
        e);
  }
}
