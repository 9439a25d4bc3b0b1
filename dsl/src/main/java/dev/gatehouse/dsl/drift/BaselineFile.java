package dev.gatehouse.dsl.drift;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** A baseline in a file, usually under version control beside the scripts. */
record BaselineFile(Path path) {

  static BaselineFile at(Path path) {
    return new BaselineFile(path);
  }

  /**
   * @throws Refusal when there is none, or when it is damaged
   */
  Baseline read() throws IOException {
    return existing()
        .orElseThrow(
            () ->
                new Refusal(
                    Finding.of("baseline.missing", "there is no baseline to compare with")
                        .withExpected("a file " + path.toAbsolutePath())
                        .withFound("none")
                        .withFix(
                            "record it first, by a run of runbook(\"Baseline\", gate(\"Recorded\","
                                + " recordBaseline(\""
                                + path
                                + "\")))")));
  }

  Optional<Baseline> existing() throws IOException {
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Baseline.parse(Files.readAllBytes(path)));
    } catch (Refusal e) {
      Finding finding = e.findings().get(0);
      throw new Refusal(
          Finding.of(finding.code(), path + " is not a baseline")
              .withExpected(finding.expected())
              .withFound(finding.found())
              .withFix("git checkout " + path + ", or recordBaseline(\"" + path + "\") again"),
          e);
    }
  }

  void refuseUnwritable() {
    Path directory = path.toAbsolutePath().getParent();
    boolean taken =
        Files.exists(path, LinkOption.NOFOLLOW_LINKS)
            && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    if (taken || directory == null || !Files.isWritable(directory)) {
      throw new Refusal(
          Finding.of("baseline.unwritable", "the baseline cannot be written")
              .withExpected("a regular file, or none, in a directory that this process may write")
              .withFound(taken ? path + " is something else" : "no such directory: " + directory)
              .withFix(taken ? "name another file" : "mkdir -p '" + directory + "'"));
    }
  }

  /** As a whole or not at all: beside it first, then in its place. */
  void write(Baseline state) throws IOException {
    Path whole = path.toAbsolutePath();
    Path beside = whole.resolveSibling("." + whole.getFileName() + ".new");
    Files.deleteIfExists(beside);
    PrivateFiles.write(beside, state.bytes());
    Files.move(beside, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    PrivateFiles.forceDirectory(whole.getParent());
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
