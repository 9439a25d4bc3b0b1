package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.SchemaComparison;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.mysql.session.BinaryLog;
import dev.gatehouse.mysql.session.Canceller;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Sessions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** One drill: a database of its own, filled, checked by the engine, read and dropped. */
final class DrillDatabase {
  private final Target server;
  private final Artifact artifact;
  private final Progress progress;

  DrillDatabase(Target server, Artifact artifact, Progress progress) {
    this.server = server;
    this.artifact = artifact;
    this.progress = progress;
  }

  Content drill(Path raw, String key, BackupMethod.Restored restored) throws Exception {
    UnpackedBackup backup = UnpackedBackup.of(artifact, raw);
    progress.reached("drill.begun");
    backup.requireRows(progress);
    progress.reached("drill.rows-read");
    String name = DrillCopies.name(key);
    try (Connection session = Sessions.writing(server)) {
      BinaryLog.leave(session);
      DrillCopies.sweep(server, session, progress::noticed);
      requireFit(session, backup);
      if (!DrillCopies.tryLock(session, name)) {
        throw new SQLException(
            "another drill of the same step is under way in database " + name, "HY000", 1205);
      }
      DrillCopies.drop(session, name);
      progress.continuing();
      Content content;
      try {
        DrillCopies.create(session, name, backup.objects().schema().defaults());
        progress.reached("drill.created");
        content = restored(backup, DrillCopies.at(server, name), restored);
      } catch (Throwable failure) {
        drop(session, name, failure::addSuppressed);
        throw failure;
      }
      drop(session, name, proofStands -> {});
      progress.reached("drill.dropped");
      return content;
    }
  }

  private void requireFit(Connection session, UnpackedBackup backup) throws SQLException {
    backup.requireProduct(Products.of(session), "the scratch server");
    DiskSpace space = DiskSpace.of(artifact).measured(session);
    if (space.isTooSmall()) {
      throw new StepFailed(space.finding());
    }
    DrillPreflight.requireSameCase(
        artifact.manifest().versions().getOrDefault(BackupManifest.CASE, ""), session);
    Schema schema = backup.objects().schema();
    DrillPreflight.requireDefiners(session, schema);
    OtherDatabases others = OtherDatabases.of(session, schema, "");
    others.refuse(SchemaScripts.SCHEMA, backup.schema());
    others.refuse(SchemaScripts.PROGRAMS, backup.programs());
  }

  private Content restored(UnpackedBackup backup, Target copy, BackupMethod.Restored restored)
      throws Exception {
    try (Connection session = Sessions.writing(copy)) {
      progress.interruptibleBy(Canceller.of(session));
      BackupReplay replay = new BackupReplay(backup, session, progress);
      replay.rows();
      replay.counters();
      replay.programs();
      new CopySoundness(session, backup.objects().schema(), progress).require();
      progress.reached("drill.sound");
    }
    SnapshotReading.Read found = SnapshotReading.alone(copy, progress);
    progress.reached("drill.content-read");
    restored.asked(copy);
    return found
        .content()
        .compared(new SchemaComparison(definitions(backup, found.schema()), Map.of()));
  }

  private static List<Finding> definitions(UnpackedBackup backup, Schema found) {
    return differences(backup.objects().schema(), backup.content(), found);
  }

  /** Each definition that is not the recorded one, with both sides. */
  static List<Finding> differences(Schema recorded, Content content, Schema found) {
    List<Finding> differences = new ArrayList<>();
    if (!recorded.digest().equals(content.schemaDigest())) {
      differences.add(
          different(
              "the definitions are not those of the manifest",
              content.schemaDigest(),
              recorded.digest()));
    }
    for (Definition one : recorded.definitions()) {
      Definition now = found.find(one.kind(), one.name()).orElse(null);
      if (now == null || !one.same(now)) {
        String there = now == null ? "not there" : now.sql() + settings(now);
        differences.add(
            different(one.title() + " is not as recorded", one.sql() + settings(one), there));
      }
    }
    for (Definition one : found.definitions()) {
      if (recorded.find(one.kind(), one.name()).isEmpty()) {
        differences.add(different(one.title() + " was not recorded", "not there", one.sql()));
      }
    }
    return differences;
  }

  private static String settings(Definition one) {
    return one.settings().isEmpty() ? "" : "\nunder " + one.settings();
  }

  private static Finding different(String headline, String expected, String found) {
    return Finding.of("content.definition", headline)
        .withExpected(expected)
        .withFound(found)
        .withFix("do not use this copy as proof; take the backup or the restore again");
  }

  private void drop(Connection session, String name, Consumer<Exception> told) {
    try {
      DrillCopies.drop(session, name);
    } catch (SQLException e) {
      progress.noticed(DrillCopies.left(server, name, e));
      told.accept(e);
    }
  }
}
