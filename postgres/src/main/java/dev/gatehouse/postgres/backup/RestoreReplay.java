package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.script.ScriptPiece;
import dev.gatehouse.postgres.script.ScriptSource;
import dev.gatehouse.postgres.script.ScriptVariables;
import dev.gatehouse.postgres.session.Driver;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.SqlNames;
import dev.gatehouse.postgres.session.SqlStates;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Executes the SQL that pg_restore prints within the open transaction. Its own BEGIN and COMMIT are
 * left out; that the COMMIT is there shows that nothing is missing before it.
 */
final class RestoreReplay {
  private static final List<String> LIMITS =
      List.of(
          "statement_timeout",
          "lock_timeout",
          "idle_in_transaction_session_timeout",
          // Older servers do not know it.
          "transaction_timeout");

  /** They would answer to what comes behind them, such as a view that is refreshed. */
  private static final Pattern EVENT_TRIGGER =
      Pattern.compile("(CREATE|ALTER|COMMENT ON|SECURITY LABEL FOR .* ON) EVENT TRIGGER ");

  private static final String EXTENSION = "CREATE EXTENSION IF NOT EXISTS ";
  private static final String SESSION = "SET SESSION AUTHORIZATION ";

  private final Connection session;
  private final RestoreKept kept;
  private final Progress progress;
  private final CreatingOwners creating;
  private final MemberGrants memberGrants;
  private final String role;
  private final Map<String, String> extensions;
  private final List<String> eventTriggers = new ArrayList<>();
  private boolean begun;
  private boolean ended;

  private RestoreReplay(
      Connection session,
      RestoreKept kept,
      CreatingOwners creating,
      String role,
      Map<String, String> extensions,
      Progress progress) {
    this.session = session;
    this.kept = kept;
    this.creating = creating;
    memberGrants = new MemberGrants(session);
    this.role = role;
    this.extensions = extensions;
    this.progress = progress;
  }

  /** Into what is left after all was dropped. */
  static RestoreReplay into(
      Connection session, RestoreKept kept, DumpArchive archive, Progress progress)
      throws SQLException, IOException {
    CreatingOwners creating =
        CreatingOwners.of(
            session, archive.definitions().orElseGet(() -> Baseline.of(List.of(), "")));
    List<String> there = new ArrayList<>(kept.schemas());
    there.add("public");
    there.removeAll(kept.schemasOfOthers(session));
    creating.grantIn(there);
    String role = Queries.pinned(session, "SELECT current_setting('role')");
    return new RestoreReplay(
        session,
        kept,
        creating,
        role.equals("none") ? role : SqlNames.quoted(role),
        archive.needs().extensions(),
        progress);
  }

  void read(InputStream sql) throws Exception {
    ScriptSource source = new ScriptSource("pg_restore", sql, ScriptVariables.NONE);
    for (Optional<ScriptPiece> piece = source.next(); piece.isPresent(); piece = source.next()) {
      progress.continuing();
      if (ended) {
        throw odd("something stands behind its COMMIT: line " + piece.get().line());
      }
      execute(piece.get());
    }
  }

  private void execute(ScriptPiece piece) throws Exception {
    if (piece instanceof ScriptPiece.CopyBlock copy) {
      try {
        Driver.copyIn(session, copy.sql(), copy.data());
      } catch (SQLException e) {
        throw refused(copy.sql(), e);
      }
    } else if (piece instanceof ScriptPiece.Statement statement) {
      execute(statement.sql());
    } else if (piece instanceof ScriptPiece.Command command) {
      throw odd("a line for psql: line " + command.line() + "  " + command.text());
    }
  }

  private void execute(String sql) throws SQLException {
    creating.before(sql);
    if (sql.equals("BEGIN")) {
      if (begun) {
        throw odd("a second BEGIN");
      }
      begun = true;
    } else if (sql.equals("COMMIT")) {
      for (String late : eventTriggers) {
        executeNow(late);
      }
      ended = true;
    } else if (EVENT_TRIGGER.matcher(sql).lookingAt()) {
      eventTriggers.add(sql);
    } else if (kept.replays(sql)
        && !memberGrants.leaves(sql)
        && LIMITS.stream().noneMatch(limit -> sql.startsWith("SET " + limit + " "))) {
      executeNow(withVersion(asRole(sql)));
      creating.after(sql);
    }
  }

  /** What a role granted on, a member of it may grant as that role; nobody else but superusers. */
  private String asRole(String sql) {
    if (sql.equals("RESET SESSION AUTHORIZATION")) {
      return "SET LOCAL ROLE " + role;
    }
    return sql.startsWith(SESSION) ? "SET LOCAL ROLE " + sql.substring(SESSION.length()) : sql;
  }

  /** A dump does not say it, and the server would make the version of today. */
  private String withVersion(String sql) {
    for (Map.Entry<String, String> extension : extensions.entrySet()) {
      String name = extension.getKey();
      if (sql.startsWith(EXTENSION + name + " WITH SCHEMA ")
          || sql.startsWith(EXTENSION + SqlNames.quoted(name) + " WITH SCHEMA ")) {
        return sql + " VERSION " + SqlNames.literal(extension.getValue());
      }
    }
    return sql;
  }

  private void executeNow(String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    } catch (SQLException e) {
      throw refused(sql, e);
    }
  }

  /** What leaves the transaction in doubt stays what it is. */
  private SQLException refused(String sql, SQLException e) {
    progress.continuing();
    if (SqlStates.inDoubt(session, e)) {
      return e;
    }
    StepFailed failed = new StepFailed(RestoreFinding.of(sql, e));
    failed.initCause(e);
    throw failed;
  }

  /** What this account could not execute and need not, for the evidence. */
  String leftAlone() {
    return memberGrants.words();
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
