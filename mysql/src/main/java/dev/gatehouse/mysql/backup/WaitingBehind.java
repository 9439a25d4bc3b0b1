package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Looks once a second whether somebody waits for what a backup reads. Behind a change of a table
 * that waits, everybody else waits who wants to read or write it: the backup is given up instead.
 */
final class WaitingBehind {
  private static final String WAITING =
      "SELECT CONCAT('connection ', id, ' of ', user, ': ', LEFT(COALESCE(info, ''), 200))"
          + " FROM information_schema.processlist WHERE id <> CONNECTION_ID()"
          + " AND (state = 'Waiting for table flush' OR (state = 'Waiting for table metadata lock'"
          + " AND (db = DATABASE() OR INSTR(COALESCE(info, ''), DATABASE()) > 0)))"
          + " ORDER BY id LIMIT 5";

  private final Target target;
  private final CountDownLatch over = new CountDownLatch(1);

  WaitingBehind(Target target) {
    this.target = target;
  }

  /** Ends the watch. */
  void end() {
    over.countDown();
  }

  /**
   * Watches until it is ended.
   *
   * @throws StepFailed when two looks one after the other see the same session wait
   */
  boolean watch(Progress side) throws Exception {
    try (Connection session = Sessions.reading(target)) {
      List<String> before = List.of();
      while (!over.await(1, TimeUnit.SECONDS)) {
        side.continuing();
        List<String> now = Queries.column(session, WAITING);
        List<String> still = new ArrayList<>(now);
        still.retainAll(before);
        if (!still.isEmpty()) {
          throw new StepFailed(
              Finding.of("backup.keeps-waiting", "others wait for what the backup reads")
                  .withExpected("nobody who waits for a table of the database, or for all tables")
                  .withFound(String.join("\n", still))
                  .withFix("take the backup again when these statements are done"));
        }
        before = now;
      }
      return true;
    }
  }
}
