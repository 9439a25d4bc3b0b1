package dev.gatehouse.sqlite;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod.State;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.sqlite.page.JournalMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One restore: the new file is staged and proved beside the old one, then takes its place in one
 * rename while nobody else has either open.
 */
final class FileRestore {
  private final Artifact artifact;
  private final Target target;
  private final Optional<ConnectionCustomizer> application;
  private final String key;
  private final Progress progress;
  private final Path database;
  private final Quarantine quarantine;

  /** What the database must hold in its place, as it can be read there. */
  private Content inPlace;

  FileRestore(
      Artifact artifact,
      Target target,
      Optional<ConnectionCustomizer> application,
      String key,
      Progress progress)
      throws SQLException {
    this.artifact = artifact;
    this.target = target;
    this.application = application;
    this.key = key;
    this.progress = progress;
    this.database = DatabaseFile.of(target);
    this.quarantine = new Quarantine(database, key);
    this.inPlace = artifact.manifest().content();
  }

  void restore(Path raw) throws Exception {
    progress.reached("restore.begun");
    DatabaseFile.existing(database);
    if (quarantine.state() == State.APPLIED) {
      return;
    }
    // What an interrupted attempt under the same key left; its old file is still in its place.
    quarantine.abandon();
    progress.reached("restore.swept");
    try {
      new RestoreStaging(database, quarantine.staged()).stage(raw, progress);
      prove(quarantine.staged());
      progress.reached("restore.proved");
      progress.continuing();
      try (Exclusive old = Exclusive.take(target, database)) {
        progress.reached("restore.locked");
        replace(old.mode());
      }
      progress.reached("restore.released");
    } catch (Exception | Error e) {
      putBack(e);
      throw e;
    }
    progress.reached("restore.done");
  }

  private void replace(JournalMode mode) throws Exception {
    try (Connection staged = DriverManager.getConnection(DatabaseFile.url(quarantine.staged()))) {
      // Whoever opens the new file must wait until it is proved in its place.
      Sessions.prepare(staged, application);
      Queries.run(staged, "BEGIN EXCLUSIVE");
      progress.reached("restore.new-locked");
      quarantine.open(note());
      progress.reached("restore.noted");
      quarantine.link();
      progress.reached("restore.linked");
      quarantine.takeSidecars();
      progress.reached("restore.sidecars-moved");
      progress.continuing();
      quarantine.replace();
      progress.reached("restore.renamed");
      quarantine.syncParent();
      progress.reached("restore.synced");
      proveInPlace(staged);
      progress.reached("restore.content-proved");
      // Last, because closing the file drops the lock that this process holds on it.
      mode.writeInto(database);
      Durable.sync(database);
      progress.reached("restore.journal-mode");
    }
  }

  private Map<String, String> note() throws IOException {
    Map<String, String> facts = new TreeMap<>();
    facts.put("format", "1");
    facts.put("key", key);
    facts.put("artifact", artifact.id());
    facts.put("database", database.toString());
    facts.put("old", Durable.inode(database).orElse("none"));
    facts.put("new", Durable.inode(quarantine.staged()).orElse("none"));
    facts.put("size", String.valueOf(Files.size(quarantine.staged())));
    facts.put("rawSha256", artifact.manifest().rawSha256());
    facts.put("at", Instant.now().toString());
    return facts;
  }

  private void prove(Path copy) throws Exception {
    try (Connection connection = Copies.open(copy, application)) {
      progress.interruptibleBy(Driver.canceller(connection));
      Copies.requireSound(connection, copy, "quick_check", progress);
    }
    progress.reached("restore.copy-sound");
    Content recorded = artifact.manifest().content();
    requireEqual(
        recorded,
        Copies.contentAs(recorded, copy, application, progress),
        "the copy is not what its manifest says");
    if (PagedContent.pagesOf(recorded).isPresent() && !LivePages.readable()) {
      // Once it is locked only its rows can be read: those of the copy that was just proved.
      inPlace = Copies.content(copy, application, progress);
    }
  }

  private void proveInPlace(Connection staged) throws Exception {
    Content found = found(staged);
    try {
      requireEqual(inPlace, found, "the restored database is not what the manifest says");
    } catch (StepFailed e) {
      quarantine.reinstate();
      throw e;
    }
  }

  private Content found(Connection staged) throws Exception {
    if (PagedContent.pagesOf(inPlace).isPresent()) {
      Optional<LivePages> pages = LivePages.of(staged, database, true);
      Optional<PagedContent> read =
          pages.isEmpty()
              ? Optional.empty()
              : PagedContent.of(pages.get(), List.of(staged), progress, side -> true);
      if (read.isPresent()) {
        return read.get().content();
      }
    }
    return ContentReader.read(List.of(staged), progress);
  }

  private void requireEqual(Content recorded, Content found, String headline) {
    List<Finding> differences = recorded.differences(found);
    if (!differences.isEmpty()) {
      List<Finding> all = new ArrayList<>();
      all.add(
          Finding.of("restore.content", headline)
              .withExpected(
                  artifact.id() + " with " + artifact.manifest().content().rows() + " rows")
              .withFound(differences.size() + " differences, " + found.rows() + " rows")
              .withFix("the database is as it was; restore another backup"));
      all.addAll(differences);
      throw new StepFailed(all);
    }
  }

  private void putBack(Throwable cause) {
    try {
      if (quarantine.state() == State.NOT_APPLIED) {
        quarantine.abandon();
      }
    } catch (IOException | RuntimeException e) {
      cause.addSuppressed(e);
    }
  }
}
