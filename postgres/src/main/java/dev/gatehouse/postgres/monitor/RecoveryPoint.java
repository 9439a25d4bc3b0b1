package dev.gatehouse.postgres.monitor;

import dev.gatehouse.core.dialect.Poll;
import dev.gatehouse.core.dialect.Row;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Lasting;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.session.Products;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;

/**
 * A named position to recover to, proved to be in the archive: makes a restore point, switches the
 * WAL file, and waits until the file that holds the restore point has arrived. What it reports
 * (name, LSN, timeline, WAL file) is what {@code recovery_target_name} and {@code
 * recovery_target_lsn} want.
 *
 * <p>Immutable. Writes a record to the WAL and changes no data. The account needs EXECUTE on
 * pg_create_restore_point(text) and pg_switch_wal(); a superuser has both.
 *
 * @since 0.1
 */
public final class RecoveryPoint implements Change {
  private static final Poll POLL = Poll.every(Duration.ofMillis(50));

  private final String name;
  private final Duration patience;

  public RecoveryPoint(String name, Duration patience) {
    this.name = name;
    this.patience = patience;
  }

  /** The same step under another name. */
  public RecoveryPoint named(String newName) {
    return new RecoveryPoint(newName, patience);
  }

  /**
   * The same step, waiting so long for the archive. Default 1 minute.
   *
   * @throws IllegalArgumentException when not above zero
   */
  public RecoveryPoint withDeadline(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new IllegalArgumentException("limit is " + limit + ": must be above zero");
    }
    return new RecoveryPoint(name, limit);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Effect bind(CheckContext reading) throws Exception {
    Products.only().plan(reading);
    Archiving.refuseUnable(reading.connection());
    return new Making(patience);
  }

  @Override
  public Undo undo() {
    return new Undo.NothingToUndo("a restore point is a mark in the log and changes no data");
  }

  @Override
  public String toString() {
    return name;
  }

  private record Making(Duration patience) implements Effect.InSession {
    @Override
    public List<String> preview() {
      return List.of(
          "SELECT pg_create_restore_point('gatehouse_<run>_<step>')",
          "SELECT pg_switch_wal()",
          "wait at most " + Lasting.of(patience) + " until pg_stat_archiver shows the WAL file");
    }

    @Override
    public boolean touchesTarget() {
      return false;
    }

    @Override
    public Evidence apply(EffectContext working) throws Exception {
      Connection connection = working.connection();
      String point = pointName(working.key());
      Row made =
          Queries.one(
              connection,
              "SELECT lsn, pg_walfile_name(lsn) AS wal, pg_switch_wal()"
                  + " FROM pg_create_restore_point(?) AS lsn",
              point);
      String wal = made.text("wal");
      long begun = System.nanoTime();
      boolean arrived =
          POLL.until(
              patience,
              () -> {
                working.progress().continuing();
                return Archiving.holds(connection, wal);
              });
      if (!arrived && Thread.interrupted()) {
        throw new InterruptedException("interrupted while waiting for the archive");
      }
      if (!arrived) {
        throw new StepFailed(Archiving.stuck(connection, wal, Lasting.of(patience)));
      }
      return working
          .evidence()
          .keeping("restore point", point)
          .keeping("lsn", made.text("lsn"))
          .keeping("timeline", Integer.parseInt(wal.substring(0, 8), 16))
          .keeping("wal", wal)
          .with("arrived after", (System.nanoTime() - begun) / 1_000_000 + " ms");
    }

    /** Recovery stops at the first point of a name, so none may be used twice. */
    private static String pointName(String key) {
      String run = key.replaceFirst("/.*", "").replaceAll("[^A-Za-z0-9_-]", "_");
      String attempt = Sha256.of(key + System.nanoTime());
      return "gatehouse_"
          + run.substring(0, Math.min(30, run.length()))
          + "_"
          + attempt.substring(0, 8);
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) {
      return new ProbeResult(
          ProbeResult.Kind.NOT_APPLIED,
          "a restore point changes nothing: it is made again under a new name",
          reading.evidence());
    }
  }
}
