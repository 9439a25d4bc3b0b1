package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.postgres.archive.DumpStructure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Takes an archive as pg_dump writes it: stores it, and at the same time reads its structure and
 * digests its rows on a thread of its own, so that an archive that ends too early is not published.
 */
final class DumpStreamCheck {
  private static final byte[] END = new byte[0];
  private static final int WAITING = 16;

  private final OutputStream stored;
  private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(WAITING);
  private final FutureTask<DumpStructure> structure =
      new FutureTask<>(() -> DumpStructure.customWithRows(new Waiting(waiting)));
  private final Thread reader = new Thread(structure, "gatehouse-dump-structure");

  DumpStreamCheck(OutputStream stored) {
    this.stored = stored;
    reader.setDaemon(true);
    reader.start();
  }

  void accept(byte[] bytes, int length) throws Exception {
    hand(Arrays.copyOf(bytes, length));
    stored.write(bytes, 0, length);
  }

  private void hand(byte[] piece) throws Exception {
    while (!waiting.offer(piece, 100, TimeUnit.MILLISECONDS)) {
      if (structure.isDone()) {
        // It found a fault and reads no more.
        structure();
      }
    }
  }

  /**
   * What the archive says of itself, all of it read.
   *
   * @throws StepFailed when it is not whole
   */
  DumpStructure end() throws Exception {
    hand(END);
    return structure();
  }

  void abandon() {
    reader.interrupt();
  }

  private DumpStructure structure() throws Exception {
    try {
      return structure.get();
    } catch (ExecutionException e) {
      throw notWhole(String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()));
    }
  }

  static StepFailed notWhole(String found) {
    return new StepFailed(
        Finding.of("backup.not-whole", "what pg_dump wrote is not a whole archive")
            .withExpected("a table of contents and every block of data in it")
            .withFound(found)
            .withFix("take the backup again; if that does not help, try another pg_dump"));
  }

  private static final class Waiting extends InputStream {
    private final BlockingQueue<byte[]> pieces;
    private byte[] piece = new byte[0];
    private int at;
    private boolean ended;

    Waiting(BlockingQueue<byte[]> pieces) {
      this.pieces = pieces;
    }

    private boolean exhausted() throws IOException {
      while (at == piece.length && !ended) {
        try {
          piece = pieces.take();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted", e);
        }
        at = 0;
        ended = piece.length == 0;
      }
      return ended;
    }

    @Override
    public int read() throws IOException {
      return exhausted() ? -1 : piece[at++] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (exhausted()) {
        return -1;
      }
      int n = Math.min(length, piece.length - at);
      System.arraycopy(piece, at, to, offset, n);
      at += n;
      return n;
    }

    @Override
    public long skip(long bytes) throws IOException {
      if (bytes <= 0 || exhausted()) {
        return 0;
      }
      int n = (int) Math.min(bytes, piece.length - at);
      at += n;
      return n;
    }
  }
}
