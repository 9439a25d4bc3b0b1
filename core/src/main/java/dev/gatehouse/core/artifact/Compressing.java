package dev.gatehouse.core.artifact;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.gatehouse.core.json.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.security.MessageDigest;
import java.util.function.Consumer;

/**
 * A raw file in the making that is stored compressed: hashed before and after, on disk at the end.
 */
final class Compressing extends OutputStream {
  private final FileChannel file;
  private final DataFile.HashingOut stored;
  private final ZstdOutputStreamNoFinalizer zstd;
  private final MessageDigest digest = Sha256.begin();
  private final Consumer<DataFile.Sums> done;
  private long bytes;
  private boolean closed;

  Compressing(FileChannel file, Consumer<DataFile.Sums> done) throws IOException {
    this.file = file;
    this.done = done;
    this.stored = new DataFile.HashingOut(file);
    this.zstd = DataFile.zstd(stored);
  }

  @Override
  public void write(byte[] source, int offset, int length) throws IOException {
    digest.update(source, offset, length);
    zstd.write(source, offset, length);
    bytes += length;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (file) {
      zstd.close();
      file.force(true);
      done.accept(new DataFile.Sums(bytes, Sha256.end(digest), stored.bytes(), stored.sha256()));
    }
  }
}
