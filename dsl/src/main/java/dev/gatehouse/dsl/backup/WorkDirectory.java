package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.json.Sha256;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A directory for one attempt, for its owner only; what a dead attempt left is swept first. */
record WorkDirectory(Path path) implements AutoCloseable {

  /** Named by the key, so that the next attempt under it finds what to sweep. */
  static WorkDirectory in(Path parent, String purpose, String key) throws IOException {
    sweep(parent, purpose, key);
    Path path = path(parent, purpose, key);
    PrivateFiles.createDirectory(path);
    return new WorkDirectory(path);
  }

  /** Removes what a dead attempt left. There may be no next one: its effect may have happened. */
  static void sweep(Path parent, String purpose, String key) throws IOException {
    delete(path(parent, purpose, key));
  }

  private static Path path(Path parent, String purpose, String key) {
    return parent.resolve("." + purpose + "-" + Sha256.of(key).substring(0, 16));
  }

  @Override
  public void close() throws IOException {
    delete(path);
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
