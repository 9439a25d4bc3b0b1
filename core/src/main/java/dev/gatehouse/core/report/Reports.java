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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Files a run: checklist, page, JSON and JUnit XML, side by side, named by the run.
 *
 * <p>All four are on disk before the first of them appears; each appears whole or not at all,
 * readable by its owner only (0600) where the file system knows owners, and replaces an earlier
 * report of the same run. A run neither waits for its reports nor fails with them: they are written
 * from its journal, as often as wanted. Thread-safe. Needs the right to write the directory, and no
 * privilege in any database.
 *
 * @since 0.1
 */
public final class Reports {

  /** What was written. */
  public record Written(Path checklist, Path json, Path html, Path junit) {}

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,120}");

  private Reports() {}

  /**
   * Writes {@code <run>.md}, {@code <run>.json}, {@code <run>.html} and {@code <run>.junit.xml}.
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
        new Written(
            directory.resolve(run.run() + ".md"),
            directory.resolve(run.run() + ".json"),
            directory.resolve(run.run() + ".html"),
            directory.resolve(run.run() + ".junit.xml"));
    Map<Path, String> texts = new LinkedHashMap<>();
    texts.put(written.json(), RunJson.of(run, head));
    texts.put(written.junit(), JUnitXml.of(run));
    texts.put(written.html(), RunHtml.of(run, head));
    texts.put(written.checklist(), Checklist.filled(run, head));
    refuseLink(directory);
    texts.keySet().forEach(Reports::refuseLink);
    PrivateFiles.createDirectories(directory);
    replace(directory, texts);
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

  private static void replace(Path directory, Map<Path, String> texts) throws IOException {
    Map<Path, Path> halves = new LinkedHashMap<>();
    try {
      for (Map.Entry<Path, String> one : texts.entrySet()) {
        Path half = directory.resolve(".report-" + UUID.randomUUID() + ".half");
        halves.put(half, one.getKey());
        PrivateFiles.write(half, one.getValue().getBytes(StandardCharsets.UTF_8));
      }
      for (Map.Entry<Path, Path> one : halves.entrySet()) {
        Files.move(one.getKey(), one.getValue(), StandardCopyOption.ATOMIC_MOVE);
      }
    } finally {
      for (Path half : halves.keySet()) {
        Files.deleteIfExists(half);
      }
    }
    PrivateFiles.forceDirectory(directory);
  }
}
