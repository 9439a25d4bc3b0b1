package dev.gatehouse.core.report;

import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Files a run: its checklist and its JSON, side by side, named by the run.
 *
 * <p>Each file appears whole or not at all, readable by its owner only (0600) where the file system
 * knows owners, and replaces an earlier report of the same run. Thread-safe. Needs the right to
 * write the directory, and no privilege in any database.
 *
 * @since 0.1
 */
public final class Reports {

  /** What was written. */
  public record Written(Path checklist, Path json) {}

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,120}");

  private Reports() {}

  /**
   * Writes {@code <run>.md} and {@code <run>.json}.
   *
   * @param directory made, readable by its owner only, when it is not there
   * @param head the journal's signed head
   * @throws Refusal {@code report.name} when the run's name cannot be a file name, {@code
   *     report.link} when the directory or one of the files is a symbolic link; nothing is written
   * @throws IOException when the disk does not take it; an earlier report is left as it was
   */
  public static Written write(Path directory, RunRecord run, String head) throws IOException {
    if (!NAME.matcher(run.run()).matches()) {
      throw new Refusal(
          Finding.of("report.name", "the name of the run cannot be a file name")
              .withExpected("letters, digits, '.', '_' and '-', at most 121, no dot at the start")
              .withFound(Plain.line(run.run()))
              .withFix("take the journal as it was written; runs are never named like this"));
    }
    Written written =
        new Written(directory.resolve(run.run() + ".md"), directory.resolve(run.run() + ".json"));
    refuseLink(directory);
    refuseLink(written.checklist());
    refuseLink(written.json());
    String checklist = Checklist.filled(run, head);
    String json = RunJson.of(run, head);
    PrivateFiles.createDirectories(directory);
    replace(directory, written.json(), json);
    replace(directory, written.checklist(), checklist);
    return written;
  }

  private static void refuseLink(Path path) {
    if (Files.isSymbolicLink(path)) {
      throw new Refusal(
          Finding.of("report.link", "reports are not written through symbolic links")
              .withExpected("a directory and files of its own")
              .withFound(path + " is a symbolic link")
              .withFix("name the directory it leads to, or remove the link"));
    }
  }

  private static void replace(Path directory, Path file, String text) throws IOException {
    Path half = directory.resolve(".report-" + UUID.randomUUID() + ".half");
    try {
      PrivateFiles.write(half, text.getBytes(StandardCharsets.UTF_8));
      Files.move(half, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(half);
    }
    PrivateFiles.forceDirectory(directory);
  }
}
