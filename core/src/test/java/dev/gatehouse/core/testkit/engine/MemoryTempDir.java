package dev.gatehouse.core.testkit.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Directories of tests where the data of servers is: in memory where there is plenty. Most of what
 * a test of journals, vaults and SQLite waits for on a disk is that bytes are forced. Named in
 * {@code junit-platform.properties}.
 */
public final class MemoryTempDir implements TempDirFactory {

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test)
      throws IOException {
    return Files.createTempDirectory(Cache.scratchDirectory(), "junit");
  }
}
