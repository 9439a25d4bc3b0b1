package dev.gatehouse.core.artifact;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A file held by one thread of one process: the operating system lets go of it when the process
 * dies. Its text says what for.
 */
final class VaultFileLock implements AutoCloseable {
  /**
   * Static because POSIX locks belong to the process: one more open and close of the same file
   * anywhere in it would drop the lock without a word, so a held file must not be opened twice.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);
  private static final int LONGEST = 64 << 10;

  private final Path file;
  private final FileChannel channel;

  private VaultFileLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Empty when somebody else holds it. */
  static Optional<VaultFileLock> tryTake(Directory directory, String name) throws IOException {
    Path file = directory.at(name);
    if (!HELD.add(file)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    boolean taken = false;
    try {
      channel = directory.openOrCreate(name);
      FileLock lock = channel.tryLock();
      taken = lock != null;
      return taken ? Optional.of(new VaultFileLock(file, channel)) : Optional.empty();
    } finally {
      if (!taken) {
        HELD.remove(file);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  /** Waits for whoever holds it; they only rename and sync while they do. */
  static VaultFileLock take(Directory directory, String name) throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<VaultFileLock> claim = tryTake(directory, name);
      if (claim.isPresent()) {
        return claim.get();
      }
      if (System.nanoTime() - end > 0) {
        throw VaultRefusals.to(
            "vault.locked",
            "somebody else is writing the catalogue of " + directory.path(),
            "the lock to be free within " + PATIENCE.toSeconds() + " s",
            "it is still held",
            "find the process: fuser '" + directory.at(name) + "'");
      }
      LockSupport.parkNanos(PAUSE);
    }
  }

  String text() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), LONGEST));
    while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {}
    return StandardCharsets.UTF_8.decode(bytes.flip()).toString();
  }

  /** Durable when it returns. */
  void write(String text) throws IOException {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
    channel.truncate(0);
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
    channel.force(true);
  }

  /** Says that there is nothing to finish; if this is lost, finishing again does nothing. */
  void clear() throws IOException {
    channel.truncate(0);
  }

  @Override
  public void close() throws IOException {
    // Closed before it is free in this process: the other order would let a second opener in whose
    // lock our close then drops.
    try {
      channel.close();
    } finally {
      HELD.remove(file);
    }
  }
}
