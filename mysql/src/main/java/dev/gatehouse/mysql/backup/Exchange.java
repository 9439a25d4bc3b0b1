package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.SchemaComparison;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.ChangeLog.Replay;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.mysql.backup.ExchangePlaces.Stage;
import dev.gatehouse.mysql.binlog.ChangeReplay;
import dev.gatehouse.mysql.session.Canceller;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import dev.gatehouse.mysql.session.Sessions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One restore. What an attempt that died has left is completed where the tables are exchanged. */
final class Exchange {
  /** How long others may queue behind the exchange. */
  private static final String PATIENCE = "SET SESSION lock_wait_timeout = 2";

  private final Artifact artifact;
  private final Target target;
  private final String key;
  private final Optional<Replay> changes;
  private final Progress progress;

  Exchange(
      Artifact artifact, Target target, String key, Optional<Replay> changes, Progress progress) {
    this.artifact = artifact;
    this.target = target;
    this.key = key;
    this.changes = changes;
    this.progress = progress;
  }

  void restore(Path raw) throws Exception {
    UnpackedBackup backup = UnpackedBackup.of(artifact, raw);
    backup.requireRows(progress);
    progress.reached("restore.begun");
    ExchangePlaces places;
    try (Connection session = Sessions.writing(target)) {
      Queries.run(session, PATIENCE);
      places = ExchangePlaces.of(Queries.one(session, "SELECT DATABASE()"), key);
      if (places.stage(session) == Stage.DONE) {
        places.end(session);
        return;
      }
      requireFit(session, backup, places.target());
    }
    try {
      restore(backup, places);
    } catch (Exception | Error e) {
      takeBack(places, e);
      throw e;
    }
    progress.noticed(
        Finding.of("restore.replaced.left", "the replaced tables are kept beside the target")
            .withExpected("nothing but the target, in the end")
            .withFound("database " + places.old())
            .withFix("DROP DATABASE `" + places.old() + "`  -- when nobody wants them back"));
    progress.reached("restore.done");
  }

  /** What an attempt that died has left. */
  void takeBack() throws Exception {
    try (Connection session = Sessions.writing(target)) {
      Queries.run(session, PATIENCE);
      String database = Queries.one(session, "SELECT DATABASE()");
      takeBack(session, ExchangePlaces.of(database, key));
    }
  }

  private void restore(UnpackedBackup backup, ExchangePlaces places) throws Exception {
    try (Connection session = Sessions.writing(target)) {
      Queries.run(session, PATIENCE);
      progress.interruptibleBy(Canceller.of(session));
      if (places.stage(session) != Stage.EXCHANGED) {
        takeBack(session, places);
        Loaded loaded = load(session, backup, places);
        progress.continuing();
        ExchangePreflight.refuseForeignKeysFromOutside(session);
        ExchangePreflight.refuseSessions(session);
        Schema now = SchemaReading.of(session);
        RoutinePrivileges privileges = RoutinePrivileges.of(session, now, progress);
        places.keep(session, ObjectsFile.bytes(now), privileges, loaded);
        progress.reached("restore.programs-kept");
        new StoredPrograms(session, progress).drop();
        progress.reached("restore.programs-dropped");
        places.exchange(session);
        progress.reached("restore.exchanged");
      }
      Queries.run(session, "ALTER DATABASE " + backup.objects().schema().defaults());
      StoredPrograms programs = new StoredPrograms(session, progress);
      programs.drop();
      Loaded loaded = places.loaded(session);
      programs.make(SchemaScripts.programs(loaded.schema()), loaded.schema());
      places.privileges(session).again(session, progress);
      progress.reached("restore.programs-made");
      prove(loaded.schema(), loaded.content(), SnapshotReading.alone(target, progress));
      progress.reached("restore.proved");
      places.end(session);
    }
  }

  private void requireFit(Connection session, UnpackedBackup backup, String database)
      throws SQLException {
    backup.requireProduct(Products.of(session), "the target");
    DiskSpace space =
        DiskSpace.needed(session).atLeast(artifact.manifest().rawBytes()).measured(session);
    if (space.isTooSmall()) {
      throw new StepFailed(space.finding());
    }
    Schema schema = backup.objects().schema();
    requireMakeable(session, schema, database);
    // A statement that is executed again has triggers of the copy write where their text says.
    String own = changes.filter(Exchange::executesAgain).isPresent() ? "" : database;
    OtherDatabases others = OtherDatabases.of(session, schema, own);
    others.refuse(SchemaScripts.SCHEMA, backup.schema());
    others.refuse(SchemaScripts.PROGRAMS, backup.programs());
  }

  private static boolean executesAgain(Replay replay) {
    return !replay.facts().getOrDefault("replayedStatements", "0").equals("0");
  }

  private static void requireMakeable(Connection session, Schema schema, String database)
      throws SQLException {
    DrillPreflight.requireDefiners(session, schema);
    ExchangePreflight.refuseSequenceDefaults(schema);
    ExchangePreflight.refuseForeignKeysToNowhere(schema);
    OtherDatabases.of(session, schema, database)
        .refuse(SchemaScripts.PROGRAMS, SchemaScripts.programs(schema));
  }

  /** All of it, beside the target and as the manifest has it; then without what RENAME refuses. */
  private Loaded load(Connection session, UnpackedBackup backup, ExchangePlaces places)
      throws Exception {
    places.begin(session, backup.objects().schema().defaults());
    progress.reached("restore.side-made");
    Target side = DrillCopies.at(target, places.side());
    SnapshotReading.Read loaded;
    Schema schema;
    Map<String, String> events = backup.objects().schema().events();
    try (Connection loading = Sessions.writing(side)) {
      progress.interruptibleBy(Canceller.of(loading));
      BackupReplay replay = new BackupReplay(backup, loading, progress);
      replay.rows();
      replay.counters();
      replay.programs();
      new CopySoundness(loading, backup.objects().schema(), progress).require();
      progress.reached("restore.loaded");
      loaded = SnapshotReading.alone(side, progress);
      prove(backup.objects().schema(), backup.content(), loaded);
      schema = loaded.schema().withEvents(events);
      if (changes.isPresent()) {
        events = replay(side, places.side(), changes.get(), events);
        progress.interruptibleBy(Canceller.of(loading));
        loaded = SnapshotReading.alone(side, progress);
        schema = loaded.schema().withEvents(events);
        requireMakeable(session, schema, places.target());
      }
      // No table with a trigger goes to another database.
      new StoredPrograms(loading, progress).drop();
    }
    progress.interruptibleBy(Canceller.of(session));
    progress.reached("restore.side-proved");
    return new Loaded(schema, loaded.content());
  }

  /** In a session of its own: rows were loaded without asking foreign keys. */
  private Map<String, String> replay(
      Target side, String database, Replay replay, Map<String, String> events) throws Exception {
    Map<String, String> statuses;
    try (Connection session = Sessions.writing(side)) {
      progress.interruptibleBy(Canceller.of(session));
      statuses = ChangeReplay.into(session, database, replay, events, progress);
    }
    progress.reached("restore.replayed");
    return statuses;
  }

  private void prove(Schema schema, Content expected, SnapshotReading.Read found) {
    List<Finding> definitions = DrillDatabase.differences(schema, expected, found.schema());
    Content content = found.content().compared(new SchemaComparison(definitions, Map.of()));
    List<Finding> differences = expected.differences(content);
    if (!differences.isEmpty()) {
      List<Finding> all = new ArrayList<>();
      all.add(
          Finding.of("restore.content", "what was restored is not what was loaded or recorded")
              .withExpected(artifact.id() + ", " + expected.rows() + " rows")
              .withFound(differences.size() + " differences, " + found.content().rows() + " rows")
              .withFix("the database is as it was; restore another backup"));
      all.addAll(differences);
      throw new StepFailed(all);
    }
  }

  private void takeBack(ExchangePlaces places, Throwable cause) {
    progress.interruptibleBy(() -> {});
    try (Connection session = Sessions.writing(target)) {
      takeBack(session, places);
    } catch (Exception e) {
      cause.addSuppressed(e);
    }
  }

  /** The target as it was, and nothing beside it; nothing where nothing is left. */
  private void takeBack(Connection session, ExchangePlaces places) throws Exception {
    Stage stage = places.stage(session);
    if (stage == Stage.DONE || stage == Stage.NOTHING) {
      return;
    }
    StoredPrograms programs = new StoredPrograms(session, Progress.SILENT);
    if (stage == Stage.EXCHANGED) {
      refuseWritten(places.loaded(session).content().tables());
      programs.drop();
      places.exchangeBack(session);
    }
    if (stage != Stage.LOADED) {
      Schema kept = places.dropped(session);
      programs.drop();
      Queries.run(session, "ALTER DATABASE " + kept.defaults());
      programs.make(SchemaScripts.programs(kept), kept);
      places.privileges(session).again(session, progress);
      places.forget(session);
    }
    places.clear(session);
    progress.reached("restore.taken-back");
  }

  /** What others have written to the new tables since is in no backup. */
  private void refuseWritten(List<TableContent> loaded) throws Exception {
    List<TableContent> now = SnapshotReading.alone(target, Progress.SILENT).content().tables();
    if (!now.equals(loaded)) {
      Finding written =
          Finding.of("restore.written", "rows of the restored tables were changed by others")
              .withExpected(loaded.toString())
              .withFound(now.toString())
              .withFix(
                  "nothing is taken back, so that nothing is lost: keep these rows, put the others"
                      + " back, and run the restore again");
      progress.noticed(written);
      throw new StepFailed(written);
    }
  }
}
