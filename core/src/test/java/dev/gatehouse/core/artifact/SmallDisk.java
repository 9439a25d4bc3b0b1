package dev.gatehouse.core.artifact;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file system of a few pages, to see it full. Only root can mount one. */
record SmallDisk(Path path) implements AutoCloseable {

  static SmallDisk mount(Path path, long bytes) throws Exception {
    Process mount =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", path.toString())
            .redirectErrorStream(true)
            .start();
    assumeThat(mount.waitFor())
        .as("mounting a tmpfs needs root; WITHOUT IT A FULL DISK IS NOT TESTED")
        .isZero();
    return new SmallDisk(path);
  }

  /** Fills it until only so many bytes are free. */
  void fillBut(Path file, long free) throws IOException {
    long size = Files.getFileStore(path).getUsableSpace() - free;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer page = ByteBuffer.allocate(4096);
      for (long written = 0; written < size; written += page.capacity()) {
        channel.write(page.clear());
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      new ProcessBuilder("umount", "-l", path.toString()).start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
