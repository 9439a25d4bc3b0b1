package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * Executes the SQL that pg_restore prints within the open transaction. Its own BEGIN and COMMIT are
 * left out; that the COMMIT is there shows that nothing is missing before it.
 */
final class RestoreReplay {
  private static final List<String> LIMITS =
      List.of("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout");

  private final Connection session;
  private final Progress progress;
  private boolean begun;
  private boolean ended;
  private long executed;

  RestoreReplay(Connection session, Progress progress) {
    this.session = session;
    this.progress = progress;
  }

  void read(InputStream sql) throws Exception {
    ScriptSource source = new ScriptSource("pg_restore", sql, ScriptVariables.NONE);
    for (Optional<ScriptPiece> piece = source.next(); piece.isPresent(); piece = source.next()) {
      progress.continuing();
      if (ended) {
        throw odd("something stands behind its COMMIT: line " + piece.get().line());
      }
      execute(piece.get());
      progress.moved(++executed, 0);
    }
  }

  private void execute(ScriptPiece piece) throws Exception {
    if (piece instanceof ScriptPiece.CopyBlock copy) {
      Driver.copyIn(session, copy.sql(), copy.data());
    } else if (piece instanceof ScriptPiece.Statement statement) {
      execute(statement.sql());
    } else if (piece instanceof ScriptPiece.Command command) {
      throw odd("a line for psql: line " + command.line() + "  " + command.text());
    }
  }

  private void execute(String sql) throws SQLException {
    if (sql.equals("BEGIN")) {
      if (begun) {
        throw odd("a second BEGIN");
      }
      begun = true;
    } else if (sql.equals("COMMIT")) {
      ended = true;
    } else if (LIMITS.stream().noneMatch(limit -> sql.startsWith("SET " + limit + " "))) {
      try (Statement statement = session.createStatement()) {
        statement.setEscapeProcessing(false);
        statement.execute(sql);
      }
    }
  }

  /**
   * @throws StepFailed when the end of pg_restore's SQL was not seen
   */
  void requireWhole() {
    if (!begun || !ended) {
      throw odd("it ends without COMMIT");
    }
  }

  private static StepFailed odd(String found) {
    return new StepFailed(
        Finding.of("restore.odd", "the SQL of pg_restore is not one whole transaction")
            .withExpected("BEGIN, statements and data, COMMIT")
            .withFound(found)
            .withFix("do not use this artifact; restore an older one or back up"));
  }
}
