package dev.gatehouse.dsl;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** A directory for one attempt, for its owner only; what a dead attempt left is swept first. */
record WorkDirectory(Path path, boolean own) implements AutoCloseable {

  /** Named by the key, so that the next attempt under it finds what to sweep. */
  static WorkDirectory in(Path parent, String purpose, String key) throws IOException {
    Path path = parent.resolve("." + purpose + "-" + Digests.sha256(key).substring(0, 16));
    delete(path);
    return make(path);
  }

  /** That directory: made, and removed again, only if it is not there. */
  static WorkDirectory unlessThere(Path path) throws IOException {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        ? new WorkDirectory(path, false)
        : make(path);
  }

  private static WorkDirectory make(Path path) throws IOException {
    return new WorkDirectory(
        Files.createDirectory(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))),
        true);
  }

  @Override
  public void close() throws IOException {
    if (own) {
      delete(path);
    }
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        path,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem)
              throws IOException {
            if (problem != null) {
              throw problem;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
