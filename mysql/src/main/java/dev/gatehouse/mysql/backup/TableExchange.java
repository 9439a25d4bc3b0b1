package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.ChangeLog.Replay;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Refusals;
import dev.gatehouse.mysql.backup.ExchangePlaces.Stage;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Loaded and proved in a database beside the target, exchanged by one RENAME TABLE for all tables,
 * and the replaced tables kept. Whatever goes wrong is taken back by the RENAME the other way
 * round.
 */
record TableExchange(Optional<Replay> changes) implements RestoreMethod.Swap {
  static final TableExchange INSTANCE = new TableExchange(Optional.empty());

  private static final List<String> EXCHANGED =
      List.of(
          "refuse while others have sessions in the target",
          "drop triggers, events, views and routines, which are missing until they are made again",
          "RENAME TABLE: all tables out to a database "
              + ExchangePlaces.OLD
              + "..., the new ones in, at once",
          "make routines, views, triggers and events of the backup",
          "compare every definition and every row; whatever fails is taken back the same way",
          "the replaced tables are kept in "
              + ExchangePlaces.OLD
              + "... until somebody drops them");

  @Override
  public void refuseUnfit(Artifact artifact, Target target) throws SQLException {
    UnpackedBackup.requireMethod(artifact);
    try (Connection session = Sessions.reading(target)) {
      UnpackedBackup.requireProduct(artifact, Products.of(session), "the target");
      DrillPreflight.requireSameCase(
          artifact.manifest().versions().getOrDefault(BackupManifest.CASE, ""), session);
    }
  }

  @Override
  public List<String> refuseUnrestorable(Target target) throws SQLException {
    Refusals refusals = new Refusals();
    refusals.in(() -> ExchangePreflight.check(target));
    List<String> lines = new ArrayList<>();
    lines.add(Outline.UNKNOWN + refusals.in(() -> space(target), ""));
    lines.add(
        "load the backup into a database "
            + ExchangePlaces.SIDE
            + "..., beside the target, and compare every row");
    if (changes.isPresent()) {
      refusals.in(() -> ExchangePreflight.refuseWithoutReplay(target));
      lines.addAll(changes.get().preview());
      changes.get().later().forEach(line -> lines.add(Outline.UNKNOWN + line));
    }
    lines.addAll(EXCHANGED);
    refusals.refuse();
    return List.copyOf(lines);
  }

  private static String space(Target target) throws SQLException {
    try (Connection session = Sessions.writing(target)) {
      DiskSpace space = DiskSpace.needed(session).measured(session);
      if (space.isTooSmall()) {
        throw new Refusal(space.finding());
      }
      return space.line();
    }
  }

  /** Else the safety backup would be one of what the restore itself has put there. */
  @Override
  public void takeBack(Artifact artifact, Target target, String key, Progress progress)
      throws Exception {
    new Exchange(artifact, target, key, changes, progress).takeBack();
  }

  @Override
  public void restore(Artifact artifact, Path raw, Target target, String key, Progress progress)
      throws Exception {
    new Exchange(artifact, target, key, changes, progress).restore(raw);
  }

  @Override
  public State state(Target target, String key) throws SQLException {
    try (Connection session = Sessions.reading(target)) {
      ExchangePlaces places = ExchangePlaces.of(Queries.one(session, "SELECT DATABASE()"), key);
      Stage stage = places.stage(session);
      return switch (stage) {
        case DONE -> State.APPLIED;
        case NOTHING -> State.NOT_APPLIED;
        default -> State.REPEATABLE;
      };
    }
  }
}
