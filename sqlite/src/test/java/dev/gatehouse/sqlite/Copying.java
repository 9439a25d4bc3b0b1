package dev.gatehouse.sqlite;

import java.io.IOException;
import java.nio.file.Path;

/** Reads a live file the way another process would. */
final class Copying {
  private Copying() {}

  /** By a process of its own: closing the file in this one would drop SQLite's locks on it. */
  static byte[] withoutDroppingLocks(Path file) throws IOException {
    return new ProcessBuilder("cat", file.toString()).start().getInputStream().readAllBytes();
  }

  /** Writes one other byte at that place, past all locks. */
  static void overwrite(Path file, long at) {
    try {
      int code =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "printf z | dd of=\"$1\" bs=1 seek=\"$2\" conv=notrunc",
                  "sh",
                  file.toString(),
                  String.valueOf(at))
              .start()
              .waitFor();
      if (code != 0) {
        throw new IllegalStateException("dd ended with " + code);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
