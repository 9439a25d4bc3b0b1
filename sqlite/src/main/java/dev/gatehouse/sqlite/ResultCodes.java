package dev.gatehouse.sqlite;

import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What SQLite's primary result codes say about a statement (https://sqlite.org/rescode.html). The
 * driver puts the primary code into {@link SQLException#getErrorCode}.
 */
final class ResultCodes {
  static final int ERROR = 1;
  static final int ABORT = 4;
  static final int BUSY = 5;
  static final int LOCKED = 6;
  static final int READONLY = 8;
  static final int CORRUPT = 11;
  static final int CANTOPEN = 14;
  static final int NOTADB = 26;

  /**
   * Codes after which the statement, or the commit, is known not to have taken effect: ERROR, PERM,
   * ABORT, BUSY, LOCKED, READONLY, INTERRUPT, NOTFOUND, FULL, SCHEMA, TOOBIG, CONSTRAINT, MISMATCH,
   * MISUSE, AUTH, RANGE, NOTADB. Not among them, because they can follow the point where a commit
   * becomes durable or say nothing of it: INTERNAL, NOMEM, IOERR, CORRUPT, CANTOPEN, PROTOCOL.
   */
  private static final Set<Integer> NOTHING_HAPPENED =
      Set.of(
          ERROR, 3, ABORT, BUSY, LOCKED, READONLY, 9, 12, 13, 17, 18, 19, 20, 21, 23, 25, NOTADB);

  private static final Pattern APPLICATIONS =
      Pattern.compile("no such collation sequence|(no such|unknown) function|no such module");

  private ResultCodes() {}

  static boolean inDoubt(SQLException error) {
    return !NOTHING_HAPPENED.contains(code(error));
  }

  static boolean busy(SQLException error) {
    int code = code(error);
    return code == BUSY || code == LOCKED;
  }

  /**
   * Whether the statement needs a function, collating sequence or module that the application gives
   * its own connections; the file itself may be sound.
   */
  static boolean lacksWhatTheApplicationHas(SQLException error) {
    return code(error) == ERROR && APPLICATIONS.matcher(String.valueOf(error.getMessage())).find();
  }

  /** The first code in the chain of causes that says anything; 0 when none does. */
  static int code(SQLException error) {
    for (@Nullable Throwable at = error; at != null; at = at.getCause()) {
      if (at instanceof SQLException told && told.getErrorCode() != 0) {
        return told.getErrorCode();
      }
    }
    return 0;
  }
}
