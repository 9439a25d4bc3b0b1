package dev.gatehouse.sqlite;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who has a file open, as far as /proc tells: a connection that is idle holds no lock, and would go
 * on using the old file after another was put in its place. Where there is no /proc, and for other
 * users' processes unless we are root, nothing is found and the locks alone must do.
 */
final class Holders {
  private static final Path PROC = Path.of("/proc");

  private Holders() {}

  /**
   * Each process that has it open.
   *
   * @param file real path
   * @return one entry for each process, such as {@code process 42 (php-fpm)}
   */
  static List<String> of(Path file, boolean alsoThisProcess) {
    List<String> holders = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        boolean self =
            String.valueOf(process.getFileName())
                .equals(String.valueOf(ProcessHandle.current().pid()));
        if ((alsoThisProcess || !self) && holds(process, file)) {
          holders.add(
              self
                  ? "this process"
                  : "process " + process.getFileName() + " (" + name(process) + ")");
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return holders;
    }
    return holders;
  }

  private static boolean holds(Path process, Path file) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (leadsTo(descriptor, file)) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Not ours to look into, or it ended while we looked.
      return false;
    }
    return false;
  }

  private static boolean leadsTo(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file);
    } catch (IOException e) {
      return false;
    }
  }

  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
