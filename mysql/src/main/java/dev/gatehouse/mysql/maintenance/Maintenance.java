package dev.gatehouse.mysql.maintenance;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.mysql.maintenance.Chosen.Table;
import dev.gatehouse.mysql.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Work on tables that may be done again and again: it leaves their rows, or says so. */
record Maintenance(Chosen chosen, Work work, Optional<String> acceptedRows, List<String> preview)
    implements Effect.InSession {
  /** Engines that know REPAIR. */
  private static final Set<String> REPAIRABLE = Set.of("myisam", "aria", "archive", "csv");

  static Effect bound(Chosen chosen, Work work, Optional<String> acceptedRows, CheckContext reading)
      throws Exception {
    List<String> lines =
        new ArrayList<>(Chosen.only(all -> chosen.lines(all, work.line())).plan(reading));
    acceptedRows.ifPresent(why -> lines.add("accepting another number of rows: " + why));
    return new Maintenance(chosen, work, acceptedRows, List.copyOf(lines));
  }

  /** What mends a table of that engine. */
  static String mending(Table table) {
    return REPAIRABLE.contains(table.engine())
        ? "REPAIR TABLE " + table.quoted()
        : "ALTER TABLE " + table.quoted() + " FORCE";
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    Connection session = working.connection();
    List<Table> tables = chosen.in(session);
    chosen.refuseMissing(session, tables);
    List<String> done = new ArrayList<>();
    for (Table table : tables) {
      working.progress().continuing();
      switch (work) {
        case REPAIR -> repair(session, table, done, working);
        case REBUILD -> {
          Queries.run(session, "ALTER TABLE " + table.quoted() + " FORCE");
          requireSound(session, table);
          done.add(table.name());
        }
        case ANALYZE -> {
          analyze(session, table);
          done.add(table.name());
        }
      }
    }
    return working
        .evidence()
        .with("tables", tables.size())
        .with("worked on", done.isEmpty() ? "none: all are sound" : String.join(", ", done));
  }

  private void repair(Connection session, Table table, List<String> done, EffectContext working)
      throws SQLException {
    TableAnswer before = Soundness.check(session, table);
    if (before.wrong().isEmpty()) {
      if (!before.isGood()) {
        throw new StepFailed(Soundness.unclear(table, before));
      }
      return;
    }
    String sql = mending(table);
    if (sql.startsWith("REPAIR")) {
      TableAnswer answer = TableAnswer.of(session, sql);
      if (!answer.isGood()) {
        throw new StepFailed(refused(table, sql, answer));
      }
      if (!answer.rows().isEmpty()) {
        Finding other = otherRows(table, answer);
        if (acceptedRows.isEmpty()) {
          throw new StepFailed(other);
        }
        working.progress().noticed(other);
      }
    } else {
      Queries.run(session, sql);
    }
    requireSound(session, table);
    analyze(session, table);
    done.add(table.name());
  }

  private static void requireSound(Connection session, Table table) throws SQLException {
    TableAnswer answer = Soundness.check(session, table);
    if (!answer.wrong().isEmpty()) {
      throw new StepFailed(Soundness.damaged(table, answer));
    }
    if (!answer.isGood()) {
      throw new StepFailed(Soundness.unclear(table, answer));
    }
  }

  private static void analyze(Connection session, Table table) throws SQLException {
    String sql = "ANALYZE TABLE " + table.quoted();
    TableAnswer answer = TableAnswer.of(session, sql);
    if (!answer.isGood()) {
      throw new StepFailed(refused(table, sql, answer));
    }
  }

  private static Finding refused(Table table, String sql, TableAnswer answer) {
    List<String> told = new ArrayList<>(answer.wrong());
    told.addAll(answer.unclear());
    return Finding.of("table.not-worked", "the engine did not do what it was told")
        .withExpected(sql + ": status OK")
        .withFound(String.join("\n", told))
        .withFix("look at table '" + table.name() + "', and restore it where it cannot be mended");
  }

  private static Finding otherRows(Table table, TableAnswer answer) {
    return Finding.of("table.rows-changed", "the repair left another number of rows")
        .withExpected("as many rows in '" + table.name() + "' as before")
        .withFound(String.join("\n", answer.rows()))
        .withFix(
            "restore the table from the latest proved backup; or, where these rows may be lost:"
                + " .acceptingOtherRowCounts(\"why\")");
  }

  /** All of it may be done again; but what a repair lost is told once, and to nobody any more. */
  @Override
  public ProbeResult probe(CheckContext reading, String key) {
    boolean told = work != Work.REPAIR || acceptedRows.isPresent();
    return new ProbeResult(
        told ? ProbeResult.Kind.REPEATABLE : ProbeResult.Kind.UNKNOWN,
        told
            ? "it changes no rows of a sound table, and may be done again"
            : "whether a repair left another number of rows nobody has seen",
        reading.evidence());
  }
}
