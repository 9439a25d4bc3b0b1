package dev.gatehouse.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Files of our own, made to last and told apart. Never used on a live database. */
final class Durable {
  private Durable() {}

  /** Makes a file's content, or a directory's names, last. */
  static void sync(Path path) throws IOException {
    StandardOpenOption how =
        Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, how, LinkOption.NOFOLLOW_LINKS)) {
      channel.force(true);
    }
  }

  /** What stays the same when a file is renamed, and differs between files that exist together. */
  static Optional<String> inode(Path file) throws IOException {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(
            String.valueOf(
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .fileKey()))
        : Optional.empty();
  }
}
