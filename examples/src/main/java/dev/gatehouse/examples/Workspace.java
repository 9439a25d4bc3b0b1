package dev.gatehouse.examples;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/** Where an example keeps its files: {@code examples/target/NAME} of this checkout, made afresh. */
public final class Workspace {
  private Workspace() {}

  public static Path fresh(String name) throws IOException {
    Path directory = examples().resolve("target").resolve(name);
    if (Files.exists(directory)) {
      remove(directory);
    }
    return Files.createDirectories(directory);
  }

  /** The examples' own directory, wherever this was started from. */
  public static Path examples() {
    Path here = Path.of("").toAbsolutePath();
    for (Path at = here; at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("examples/run"))) {
        return at.resolve("examples");
      }
    }
    throw new IllegalStateException(
        "start the examples from within the checkout, not from " + here);
  }

  /** Deletes a directory with all that is in it. */
  public static void remove(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, java.io.IOException thrown)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
