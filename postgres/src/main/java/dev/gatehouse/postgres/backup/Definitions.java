package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.dialect.Baseline;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * The catalogue as the backup read it, kept in the artifact beside the dump: what differs later can
 * be shown on both sides, and judged.
 */
final class Definitions {
  static final String FILE = "definitions.jsonl";

  private Definitions() {}

  static void write(Baseline catalogue, Staging staging) throws IOException {
    try (OutputStream stored = staging.compressing(FILE)) {
      stored.write(catalogue.bytes());
    }
  }

  /** The files of the dump itself. */
  static List<String> others(List<String> files) {
    return files.stream().filter(file -> !file.equals(FILE)).toList();
  }
}
