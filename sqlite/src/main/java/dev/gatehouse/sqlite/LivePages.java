package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.process.ChildProcess;
import dev.gatehouse.core.process.Programs;
import dev.gatehouse.sqlite.page.JournalMode;
import dev.gatehouse.sqlite.page.LogFrames;
import dev.gatehouse.sqlite.page.LogIndex;
import dev.gatehouse.sqlite.page.PageDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The pages of a database as a session sees them, read from its files and not through SQLite.
 *
 * <p>The session's read transaction makes them a snapshot: without a write-ahead log nobody writes
 * the file; with one nobody moves newer pages into the file than the session sees, and nobody
 * begins the log anew. The file is read by another process, because to close a descriptor of it in
 * this one would drop the locks that all of that stands on.
 */
final class LivePages {
  private static final String READER = "cat";

  /** A file of this machine that gives nothing for so long gives nothing any more. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private final Path reader;
  private final Path file;
  private final Optional<LogIndex> log;
  private final int pageSize;
  private final long pages;

  private LivePages(Path reader, Path file, Optional<LogIndex> log, int pageSize, long pages) {
    this.reader = reader;
    this.file = file;
    this.log = log;
    this.pageSize = pageSize;
    this.pages = pages;
  }

  /** Whether there is another process that can read them. */
  static boolean readable() {
    return !Programs.onPath(READER).isEmpty();
  }

  /**
   * Empty where it cannot be told which pages of the log are the session's.
   *
   * @param session in its read transaction
   * @param file that it has open
   * @param locked whether nobody can commit now, and nobody could since the session began to read
   */
  static Optional<LivePages> of(Connection session, Path file, boolean locked) throws Exception {
    if (!readable()) {
      return Optional.empty();
    }
    Path reader = Programs.onPath(READER).get(0);
    long pages = Queries.number(session, "PRAGMA page_count");
    int pageSize = (int) Queries.number(session, "PRAGMA page_size");
    if (!hasLog(session)) {
      return Optional.of(new LivePages(reader, file, Optional.empty(), pageSize, pages));
    }
    return (locked ? index(reader, file) : Optional.<LogIndex>empty())
        .filter(index -> index.frames() == 0 || index.pages() == pages)
        .filter(index -> index.frames() == 0 || index.pageSize() == pageSize)
        .map(
            index ->
                new LivePages(
                    reader,
                    file,
                    Optional.of(index).filter(one -> !one.allMoved()),
                    pageSize,
                    pages));
  }

  private static boolean hasLog(Connection session) throws SQLException {
    return JournalMode.named(Queries.text(session, "PRAGMA journal_mode")) == JournalMode.WAL;
  }

  private static Optional<LogIndex> index(Path reader, Path file) throws Exception {
    Path index = file.resolveSibling(file.getFileName() + "-shm");
    return LogIndex.of(
        read(reader, index, in -> in.readNBytes(LogIndex.LENGTH), () -> 0, Progress.SILENT));
  }

  /**
   * Reads all of them while the session is in that transaction.
   *
   * @return empty when the file is none that SQLite itself could read, such as an encrypted one
   */
  Optional<PageDigest> digest(Progress progress) throws Exception {
    AtomicLong moved = new AtomicLong();
    try (LogFrames frames =
        log.isEmpty()
            ? LogFrames.none()
            : LogFrames.of(file.resolveSibling(file.getFileName() + "-wal"), log.get())) {
      return read(
          reader,
          file,
          in -> PageDigest.of(in, pageSize, pages, frames, moved::addAndGet),
          moved::get,
          progress);
    }
  }

  @FunctionalInterface
  private interface Use<T> {
    T of(InputStream in) throws IOException;
  }

  /** What it used is whole by its own measure; how the process ended adds nothing to that. */
  private static <T> T read(
      Path reader, Path file, Use<T> use, LongSupplier moved, Progress progress) throws Exception {
    List<T> used = new ArrayList<>();
    ProcessBuilder command =
        ChildProcess.command(List.of(reader.toString(), file.toString()), Set.of(), Map.of());
    try (ChildProcess child = ChildProcess.start(command)) {
      ChildProcess.Ended ended =
          child.read(
              in -> used.add(use.of(in)),
              () -> {},
              new ChildProcess.Silence(SILENCE, moved),
              progress);
      if (ended.killed()) {
        throw new IOException("'" + file + "' could not be read: " + ended.words());
      }
    }
    return used.get(0);
  }
}
