package dev.gatehouse.sqlite.page;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * The pages that a snapshot sees in a write-ahead log: of each the last one up to its commit.
 *
 * <p>SQLite holds no lock on this file, so it may be opened and closed here.
 */
public final class LogFrames implements AutoCloseable {
  private static final int HEADER = 32;
  private static final int FRAME_HEADER = 24;

  private final Optional<FileChannel> log;
  private final int pageSize;

  /** By number of the page; 0 where it is not in the log. */
  private final int[] last;

  private LogFrames(Optional<FileChannel> log, int pageSize, int... last) {
    this.log = log;
    this.pageSize = pageSize;
    this.last = last;
  }

  public static LogFrames none() {
    return new LogFrames(Optional.empty(), 0);
  }

  /**
   * Those up to the commit that the index told of.
   *
   * @throws IOException also when it is not the log that the index told of
   */
  public static LogFrames of(Path file, LogIndex index) throws IOException {
    FileChannel log = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    LogFrames frames =
        new LogFrames(Optional.of(log), index.pageSize(), new int[index.pages() + 1]);
    try {
      frames.find(log, index);
      return frames;
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private void find(FileChannel log, LogIndex index) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    read(log, header, 0);
    require(header.getLong(16) == index.salts());
    ByteBuffer frame = ByteBuffer.allocate(FRAME_HEADER);
    for (int i = 1; i <= index.frames(); i++) {
      read(log, frame, position(i));
      require(frame.getLong(8) == index.salts());
      int page = frame.getInt(0);
      // What was cut off by a later frame is beyond the end.
      if (page > 0 && page < last.length) {
        last[page] = i;
      }
    }
    require(frame.getInt(4) == index.pages() && frame.getLong(16) == index.checksum());
  }

  public boolean holds(long page) {
    return page < last.length && last[(int) page] > 0;
  }

  /** Reads a page that it holds. */
  public void read(long page, byte[] into, int offset) throws IOException {
    read(
        log.orElseThrow(),
        ByteBuffer.wrap(into, offset, pageSize).slice(),
        position(last[(int) page]) + FRAME_HEADER);
  }

  private long position(int frame) {
    return HEADER + (frame - 1L) * (FRAME_HEADER + pageSize);
  }

  private static void read(FileChannel log, ByteBuffer into, long position) throws IOException {
    into.clear();
    while (into.hasRemaining()) {
      if (log.read(into, position + into.position()) < 0) {
        throw new IOException("the write-ahead log ends before the snapshot does");
      }
    }
  }

  private static void require(boolean same) throws IOException {
    if (!same) {
      throw new IOException("the write-ahead log is not the one of the snapshot");
    }
  }

  @Override
  public void close() throws IOException {
    if (log.isPresent()) {
      log.get().close();
    }
  }
}
