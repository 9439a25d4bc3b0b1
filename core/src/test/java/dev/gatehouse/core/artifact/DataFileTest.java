package dev.gatehouse.core.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.json.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DataFileTest {
  private static final byte[] BYTES = "what was backed up".getBytes(StandardCharsets.UTF_8);

  @Test
  void data_is_on_disk_with_its_length_before_its_sums_are_told() throws IOException {
    AtomicInteger forces = new AtomicInteger();
    DataFile.Sums sums = DataFile.hashAndSync(new Disk(forces, false), bytes -> {});
    assertThat(forces).hasValue(1);
    assertThat(sums.storedSha256()).isEqualTo(Sha256.of(BYTES));
    assertThat(sums.storedBytes()).isEqualTo(BYTES.length);
  }

  @Test
  void a_sync_that_fails_is_not_hidden_by_a_hash_that_could_be_read() {
    assertThatThrownBy(() -> DataFile.hashAndSync(new Disk(new AtomicInteger(), true), bytes -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("sync failed")
        .hasMessageContaining("no longer there");
  }

  /** A file of which only reading and syncing are used. */
  private static final class Disk extends FileChannel {
    private final AtomicInteger forces;
    private final boolean broken;

    Disk(AtomicInteger forces, boolean broken) {
      this.forces = forces;
      this.broken = broken;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      if (broken) {
        throw new IOException("the disk is no longer there");
      }
      assertThat(metaData).isTrue();
      forces.incrementAndGet();
    }

    @Override
    public long size() {
      return BYTES.length;
    }

    @Override
    public int read(ByteBuffer target, long position) {
      int length = (int) Math.min(target.remaining(), BYTES.length - position);
      if (length <= 0) {
        return -1;
      }
      target.put(BYTES, (int) position, length);
      return length;
    }

    @Override
    public int read(ByteBuffer target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long newPosition) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    protected void implCloseChannel() {}
  }
}
