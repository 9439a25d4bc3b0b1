package dev.gatehouse.sqlite;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.process.SideBySide;
import dev.gatehouse.sqlite.page.JournalMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One backup: a copy and the content of the very snapshot it is a copy of, read at the same time.
 */
final class FileBackup {
  static final String BACKUP_API = "backup-api";
  static final String VACUUM_INTO = "vacuum-into";

  /** So many pages between two reports of progress. */
  private static final int PAGES_PER_STEP = 4_096;

  /** Offset and length of these fields: https://sqlite.org/fileformat2.html. */
  private static final int[][] OF_THE_API = {{18, 2}, {24, 4}, {40, 4}, {92, 8}};

  private final Target target;
  private final Path file;
  private final Optional<ConnectionCustomizer> application;
  private final Progress progress;

  FileBackup(
      Target target, Path file, Optional<ConnectionCustomizer> application, Progress progress) {
    this.target = target;
    this.file = file.toAbsolutePath();
    this.application = application;
    this.progress = progress;
  }

  Produced take(Options options) throws Exception {
    progress.reached("backup.begun");
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new Refusal(
          Finding.of("backup.file-exists", "'" + file + "' exists already")
              .withExpected("a new file")
              .withFound("a file, directory or link of that name")
              .withFix("ls -l '" + file + "'; back up under another name"));
    }
    PrivateFiles.create(file);
    boolean done = false;
    try {
      progress.reached("backup.file-created");
      Produced produced =
          options.compacting() ? vacuumed() : options.readTwice() ? copiedByRows() : copied();
      progress.reached("backup.snapshot-closed");
      refuseIfTornOff();
      progress.reached("backup.checked");
      done = true;
      return produced;
    } finally {
      if (!done) {
        // Whoever looks must find no backup rather than a part of one.
        Files.deleteIfExists(file);
        Files.deleteIfExists(file.resolveSibling(file.getFileName() + "-journal"));
      }
    }
  }

  private Produced copied() throws Exception {
    try (FileSnapshot snapshot = FileSnapshot.withPages(target)) {
      progress.reached("backup.snapshot-opened");
      if (snapshot.pages().isEmpty()) {
        return copiedByRows(snapshot);
      }
      Connection own = snapshot.sessions().get(0);
      Produced facts = facts(own, BACKUP_API, snapshot);
      Optional<PagedContent> read =
          PagedContent.of(
              snapshot.pages().get(), snapshot.sessions(), progress, side -> copy(own, side));
      progress.reached("backup.content-read");
      if (read.isEmpty()) {
        JournalMode.ROLLBACK.writeInto(file);
        return with(facts, ContentReader.read(snapshot.sessions(), progress));
      }
      giveHeader(read.get().header());
      progress.reached("backup.header-written");
      return with(facts, read.get().content());
    }
  }

  private Produced copiedByRows() throws Exception {
    try (FileSnapshot snapshot = FileSnapshot.of(target)) {
      progress.reached("backup.snapshot-opened");
      return copiedByRows(snapshot);
    }
  }

  private Produced copiedByRows(FileSnapshot snapshot) throws Exception {
    Connection own = snapshot.sessions().get(0);
    Produced facts = facts(own, BACKUP_API, snapshot);
    ContentReader reader = new ContentReader(own);
    progress.reached("backup.schema-read");
    Content content =
        reader.read(
            snapshot.sessions(),
            progress,
            side -> {
              copy(own, side);
              JournalMode.ROLLBACK.writeInto(file);
              return file;
            });
    progress.reached("backup.content-read");
    return with(facts, content);
  }

  private Path copy(Connection own, Progress side) throws Exception {
    side.continuing();
    long page = Queries.number(own, "PRAGMA page_size");
    Driver.backUp(
        own, file, PAGES_PER_STEP, (pages, total) -> side.moved(pages * page, total * page));
    side.reached("backup.copied");
    return file;
  }

  /**
   * Of the header the backup API writes some fields anew: change counter and what it is valid for,
   * schema cookie, version of the library. With those of the source the copy is byte for byte what
   * was read of it, and its digest is that of the source's pages.
   */
  private void giveHeader(ByteBuffer source) throws IOException {
    try (FileChannel copy =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      for (int[] field : OF_THE_API) {
        ByteBuffer bytes = source.slice(field[0], field[1]);
        while (bytes.hasRemaining()) {
          copy.write(bytes, field[0] + bytes.position());
        }
      }
    }
  }

  /**
   * VACUUM INTO begins a transaction of its own. Nobody can commit until it has begun, which shows
   * by its file: it writes only after it has begun to read.
   */
  private Produced vacuumed() throws Exception {
    try (WriteLock lock = WriteLock.tryTake(target, Patience.DEFAULT)) {
      if (!lock.held()) {
        throw new Refusal(
            Finding.of("backup.write-lock", "a compacting backup needs the write lock for a moment")
                .withExpected("a free write lock, and the right to write the file")
                .withFound("target '" + target + "' without it")
                .withFix("take the backup without compacted(), or when nobody writes"));
      }
      progress.reached("backup.locked");
      try (FileSnapshot snapshot = FileSnapshot.of(target, lock);
          Connection vacuuming = Sessions.vacuuming(target)) {
        progress.reached("backup.snapshot-opened");
        Produced facts = facts(snapshot.sessions().get(0), VACUUM_INTO, snapshot);
        AtomicBoolean ended = new AtomicBoolean();
        Content content =
            SideBySide.run(
                    progress,
                    side -> {
                      while (Files.size(file) == 0 && !ended.get()) {
                        side.continuing();
                        TimeUnit.MILLISECONDS.sleep(1);
                      }
                      lock.release();
                      side.reached("backup.unlocked");
                      Content read = ContentReader.read(snapshot.sessions(), side);
                      side.reached("backup.content-read");
                      return read;
                    },
                    List.of(side -> vacuum(vacuuming, ended, side)))
                .here();
        progress.reached("backup.copied");
        return with(facts, content);
      }
    }
  }

  private boolean vacuum(Connection vacuuming, AtomicBoolean ended, Progress side)
      throws SQLException {
    side.interruptibleBy(Driver.canceller(vacuuming));
    try (PreparedStatement statement = vacuuming.prepareStatement("VACUUM INTO ?")) {
      statement.setString(1, file.toString());
      return statement.execute();
    } catch (SQLException e) {
      if (!ResultCodes.lacksWhatTheApplicationHas(e)) {
        throw e;
      }
      StepFailed failed =
          new StepFailed(
              Finding.of("backup.application", "VACUUM needs what only the application has")
                  .withExpected("every function and collating sequence that the schema uses")
                  .withFound(String.valueOf(e.getMessage()))
                  .withFix(
                      "take the backup without compacted(), which needs none of them; or "
                          + SqliteChecks.GIVE));
      failed.initCause(e);
      throw failed;
    } finally {
      ended.set(true);
    }
  }

  private Produced facts(Connection session, String method, FileSnapshot snapshot)
      throws SQLException {
    Fingerprint source = Products.identify(session);
    Map<String, String> versions = new TreeMap<>();
    versions.put("sqlite", source.version());
    versions.put("sqlite-jdbc", String.valueOf(session.getMetaData().getDriverVersion()));
    versions.put("journal_mode", Queries.text(session, "PRAGMA journal_mode"));
    return new Produced(
        List.of(String.valueOf(file.getFileName())),
        method,
        new Content("", List.of()),
        source,
        snapshot.at(),
        versions);
  }

  private static Produced with(Produced facts, Content content) {
    Map<String, String> versions = new TreeMap<>(facts.versions());
    boolean paged = PagedContent.pagesOf(content).isPresent();
    versions.put(Manifest.CONTENT_OF, paged ? PagedContent.WORDS : PagedContent.OF_ROWS);
    return new Produced(
        facts.fileNames(), facts.method(), content, facts.source(), facts.snapshotAt(), versions);
  }

  /** A copy that the engine said was complete, but whose file is not whole pages, is not. */
  private void refuseIfTornOff() throws IOException, SQLException {
    long size = Files.size(file);
    try (Connection copy = Copies.open(file, application)) {
      long expected =
          Queries.number(copy, "PRAGMA page_size") * Queries.number(copy, "PRAGMA page_count");
      if (size == 0 || size != expected) {
        throw new StepFailed(
            Finding.of("backup.torn", "the copy is not complete")
                .withExpected(expected + " bytes")
                .withFound(size + " bytes in '" + file + "'")
                .withFix("df -h '" + file.getParent() + "'; take the backup again"));
      }
    }
  }
}
