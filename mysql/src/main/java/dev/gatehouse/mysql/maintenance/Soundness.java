package dev.gatehouse.mysql.maintenance;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.mysql.maintenance.Chosen.Table;
import dev.gatehouse.mysql.session.Accounts;
import dev.gatehouse.mysql.session.OwnRights;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import dev.gatehouse.mysql.sql.SqlNames;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What the engines find. CHECK TABLE ends a transaction, so it never uses the session of one. */
record Soundness(Chosen chosen) {

  Outcome look(CheckContext reading) throws SQLException {
    List<Finding> damaged = new ArrayList<>();
    List<Finding> unclear = new ArrayList<>();
    int looked = 0;
    try (Connection session = Sessions.writing(reading.target())) {
      List<Table> tables = chosen.in(session);
      chosen.refuseMissing(session, tables);
      if (chosen.named().isEmpty() && !OwnRights.of(session).hold("SELECT ON this")) {
        unclear.add(unseen(session));
      }
      for (Table table : tables) {
        TableAnswer answer = check(session, table);
        if (!answer.wrong().isEmpty()) {
          damaged.add(damaged(table, answer));
        } else if (!answer.unclear().isEmpty()) {
          unclear.add(unclear(table, answer));
        } else {
          looked++;
        }
      }
    }
    if (!damaged.isEmpty()) {
      damaged.addAll(unclear);
      return new Outcome.Failed(damaged, reading.evidence().with("sound", looked));
    }
    return unclear.isEmpty()
        ? Outcome.passed(reading.evidence().with("CHECK TABLE: status OK", looked + " tables"))
        : new Outcome.Inconclusive(unclear);
  }

  static TableAnswer check(Connection session, Table table) throws SQLException {
    return TableAnswer.of(session, "CHECK TABLE " + table.quoted());
  }

  static Finding damaged(Table table, TableAnswer answer) {
    return Finding.of("table.damaged", "the engine finds table '" + table.name() + "' damaged")
        .withExpected("CHECK TABLE: status OK")
        .withFound(String.join("\n", answer.wrong()))
        .withFix(
            "restore the table from the latest proved backup; or "
                + Maintenance.mending(table)
                + ", which may lose rows");
  }

  static Finding unclear(Table table, TableAnswer answer) {
    return Finding.of(
            "table.unclear", "nobody can tell whether table '" + table.name() + "' is sound")
        .withExpected("CHECK TABLE: status OK")
        .withFound(String.join("\n", answer.unclear()))
        .withFix(
            "ask again when nobody holds it; where its engine "
                + table.engine()
                + " knows no CHECK: MySql.tables().except(\""
                + table.name()
                + "\")");
  }

  private static Finding unseen(Connection session) throws SQLException {
    String here = SqlNames.quoted(Queries.one(session, "SELECT DATABASE()"));
    return Finding.of("tables.unseen", "this account may not see every table")
        .withExpected("SELECT on the whole database")
        .withFound("not granted")
        .withFix("GRANT SELECT ON " + here + ".* TO " + Accounts.current(session));
  }
}
