package dev.gatehouse.core.artifact;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.gatehouse.core.json.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.LongConsumer;

/** The bytes of an artifact: each pass reads them once and hashes what it read or wrote. */
final class DataFile {
  static final String ZSTD = "zstd";
  static final String PLAIN = "none";
  static final String SUFFIX = ".zst";
  private static final int BUFFER = 1 << 20;
  private static final int LEVEL = 3;

  /** Sizes in bytes and lower-case hex digests, before and after compression. */
  record Sums(long rawBytes, String rawSha256, long storedBytes, String storedSha256) {}

  /** Takes each piece of the raw bytes. */
  @FunctionalInterface
  interface Sink {
    void accept(byte[] bytes, int length) throws IOException;
  }

  private DataFile() {}

  /** Hashes a file in place while the disk already syncs it; durable when it returns. */
  static Sums hashAndSync(FileChannel file, LongConsumer moved) throws IOException {
    FutureTask<Boolean> sync =
        new FutureTask<>(
            () -> {
              file.force(true);
              return true;
            });
    Thread thread = new Thread(sync, "gatehouse-vault-sync");
    thread.setDaemon(true);
    thread.start();
    Hashing in = new Hashing(file);
    try {
      drain(in, moved);
    } finally {
      await(sync);
    }
    String sha256 = in.sha256();
    return new Sums(in.bytes, sha256, in.bytes, sha256);
  }

  /** Compresses into another file; the caller syncs that. */
  static Sums compress(FileChannel raw, FileChannel stored, LongConsumer moved) throws IOException {
    Hashing in = new Hashing(raw);
    HashingOut out = new HashingOut(stored);
    byte[] buffer = in.buffer();
    try (ZstdOutputStreamNoFinalizer zstd = zstd(out)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        zstd.write(buffer, 0, n);
        moved.accept(in.bytes);
      }
    }
    return new Sums(in.bytes, in.sha256(), out.bytes(), out.sha256());
  }

  static ZstdOutputStreamNoFinalizer zstd(OutputStream out) throws IOException {
    ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(out, LEVEL);
    zstd.setChecksum(true);
    zstd.setWorkers(Math.min(2, Runtime.getRuntime().availableProcessors()));
    return zstd;
  }

  /**
   * Reads the stored bytes to their end and hands out the raw ones, never more than there should
   * be. What cannot be decoded is hashed nonetheless, so that the sums tell which bytes changed.
   */
  static Sums read(FileChannel stored, boolean zstd, long rawBytes, Sink sink) throws IOException {
    Hashing in = new Hashing(stored);
    if (!zstd) {
      byte[] buffer = in.buffer();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        sink.accept(buffer, n);
      }
      String sha256 = in.sha256();
      return new Sums(in.bytes, sha256, in.bytes, sha256);
    }
    MessageDigest rawDigest = Sha256.begin();
    long raw = 0;
    boolean decoded = true;
    try (ZstdInputStreamNoFinalizer decoder = new ZstdInputStreamNoFinalizer(in)) {
      byte[] buffer = new byte[(int) Math.min(BUFFER, rawBytes + 1)];
      for (int n = decoder.read(buffer); n >= 0 && raw <= rawBytes; n = decoder.read(buffer)) {
        raw += n;
        rawDigest.update(buffer, 0, n);
        sink.accept(buffer, n);
      }
    } catch (ZstdIOException e) {
      decoded = false;
    }
    drain(in, bytes -> {});
    String rawSha256 = decoded ? Sha256.end(rawDigest) : "not zstd from byte " + raw + " on";
    return new Sums(raw, rawSha256, in.bytes, in.sha256());
  }

  private static void drain(Hashing in, LongConsumer moved) throws IOException {
    byte[] buffer = in.buffer();
    while (in.read(buffer) >= 0) {
      moved.accept(in.bytes);
    }
  }

  private static void await(FutureTask<Boolean> sync) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          sync.get();
          return;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IOException("sync failed: " + e.getCause(), e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Reads a channel from its start and hashes what it reads. */
  private static final class Hashing extends InputStream {
    private final FileChannel file;
    private final ByteBuffer window;
    private final MessageDigest digest = Sha256.begin();
    private long bytes;

    Hashing(FileChannel file) throws IOException {
      this.file = file;
      this.window = ByteBuffer.allocateDirect((int) Math.min(BUFFER, file.size() + 1));
    }

    byte[] buffer() {
      return new byte[window.capacity()];
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      window.clear().limit(Math.min(length, window.capacity()));
      int n = file.read(window, bytes);
      if (n > 0) {
        window.flip().get(target, offset, n);
        digest.update(target, offset, n);
        bytes += n;
      }
      return n;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    String sha256() {
      return Sha256.end(digest);
    }
  }

  /** Appends to a channel and hashes what it appends. */
  static final class HashingOut extends OutputStream {
    private final FileChannel file;
    private final MessageDigest digest = Sha256.begin();
    private long bytes;

    HashingOut(FileChannel file) {
      this.file = file;
    }

    long bytes() {
      return bytes;
    }

    String sha256() {
      return Sha256.end(digest);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      digest.update(source, offset, length);
      ByteBuffer left = ByteBuffer.wrap(source, offset, length);
      while (left.hasRemaining()) {
        file.write(left);
      }
      bytes += length;
    }

    @Override
    public void write(int one) throws IOException {
      write(new byte[] {(byte) one}, 0, 1);
    }
  }
}
