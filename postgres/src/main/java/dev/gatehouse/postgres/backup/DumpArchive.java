package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.StoredFile;
import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Scrubber;
import dev.gatehouse.core.process.ChildProcess;
import dev.gatehouse.postgres.archive.DumpStructure;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An unpacked archive of pg_dump, read by pg_restore. */
final class DumpArchive {
  private static final int BUFFER = 1 << 16;

  private final Artifact artifact;
  private final Path raw;
  private final boolean directory;
  private @Nullable DumpStructure structure;

  private DumpArchive(Artifact artifact, Path raw, boolean directory) {
    this.artifact = artifact;
    this.raw = raw;
    this.directory = directory;
  }

  /**
   * @throws Refusal when the artifact is of another product
   */
  static DumpArchive of(Artifact artifact, Path raw) {
    String method = artifact.manifest().method();
    if (!method.equals(DumpBackup.CUSTOM) && !method.equals(DumpBackup.DIRECTORY)) {
      throw new Refusal(
          Finding.of("artifact.other-method", "artifact " + artifact.id() + " is no dump")
              .withExpected(DumpBackup.CUSTOM + " or " + DumpBackup.DIRECTORY)
              .withFound(method)
              .withFix("choose a backup that was taken of PostgreSQL"));
    }
    return new DumpArchive(artifact, raw, method.equals(DumpBackup.DIRECTORY));
  }

  /** What pg_restore is told to read. */
  Path path() {
    return directory ? raw : raw.resolve(Definitions.others(names()).get(0));
  }

  private List<String> names() {
    return artifact.manifest().files().stream().map(StoredFile::rawName).toList();
  }

  /** The definitions as the backup read them; empty in an artifact of before they were kept. */
  Optional<Baseline> definitions() throws IOException {
    return names().contains(Definitions.FILE)
        ? Optional.of(Baseline.parse(Files.readAllBytes(raw.resolve(Definitions.FILE))))
        : Optional.empty();
  }

  /** Major version of the server it was taken of. */
  int major() {
    String version = fact("postgresql");
    try {
      return Integer.parseInt(version.split("\\.", 2)[0]);
    } catch (NumberFormatException e) {
      throw new Refusal(
          Finding.of("artifact.no-version", "artifact " + artifact.id() + " tells no version")
              .withExpected("the version of the server it was taken of")
              .withFound("'" + version + "'")
              .withFix("do not use this artifact; choose another"));
    }
  }

  String fact(String name) {
    return artifact.manifest().versions().getOrDefault(name, "");
  }

  /** What the source held beside tables, by name. */
  Map<String, String> states() {
    return artifact.manifest().content().states();
  }

  /** What the server must have. */
  RestoreRequirements needs() {
    return RestoreRequirements.of(artifact);
  }

  /** Roles that own what is in it, as its table of contents has them. */
  Set<String> owners() throws IOException {
    return structure().owners();
  }

  /** Roles that own large objects of it. */
  Set<String> largeObjectOwners() throws IOException {
    return structure().largeObjectOwners();
  }

  /** In which order a restore makes what is in it. */
  RestoreOrder order() throws IOException {
    return RestoreOrder.of(structure().entries());
  }

  /** How many locks it takes to make what is in it. */
  long locks() throws IOException {
    long constraints =
        definitions()
            .map(then -> then.objects().stream().filter(o -> o.kind().equals("constraint")).count())
            .orElse(0L);
    return LockRoom.toMake(
        structure().entries().stream().map(entry -> entry.kind()).toList(), constraints);
  }

  /** Names of the columns of each table in the order of its rows. */
  Map<String, List<String>> columns() throws IOException {
    return structure().columns();
  }

  private DumpStructure structure() throws IOException {
    DumpStructure known = structure;
    if (known == null) {
      Path file = directory ? raw.resolve("toc.dat") : path();
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
        known = DumpStructure.directory(in);
      }
      structure = known;
    }
    return known;
  }

  /**
   * Reads all of it, twice: its structure by ourselves, its data by pg_restore (level L1).
   *
   * @throws Refusal when it cannot be read to its end
   */
  void requireReadable(ToolSearch.Tool tool, PgTools tools, Progress progress) throws Exception {
    Path file = directory ? raw.resolve("toc.dat") : path();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      if (directory) {
        DumpStructure.directory(in);
      } else {
        DumpStructure.custom(in);
      }
    } catch (IOException e) {
      throw new Refusal(
          Finding.of("artifact.not-whole", "artifact " + artifact.id() + " is not a whole archive")
              .withExpected("a table of contents and every block of data in it")
              .withFound(String.valueOf(e.getMessage()))
              .withFix("do not use this artifact; restore an older one or back up"),
          e);
    }
    List<String> words = new ArrayList<>(List.of("--file=/dev/null"));
    new ToolProcess(tool, with(tool, words), Scrubber.of(List.of()), tools.patience(), progress)
        .run(input(tool), out -> out.readAllBytes());
  }

  /** Hands what pg_restore makes of it, as one transaction's SQL, to the reader. */
  void replay(ToolSearch.Tool tool, Runnable interrupt, Progress progress, ChildProcess.Use reader)
      throws Exception {
    List<String> words = new ArrayList<>(List.of("--file=-", "--single-transaction"));
    // It waits whenever a statement takes long; that is no reason to end it.
    new ToolProcess(
            tool,
            with(tool, words),
            Scrubber.of(List.of()),
            Duration.ofDays(365),
            progress,
            interrupt)
        .run(input(tool), reader);
  }

  private List<String> with(ToolSearch.Tool tool, List<String> words) {
    if (tool.local()) {
      words.add(path().toString());
    } else if (directory) {
      throw new Refusal(
          Finding.of(
                  "restore.directory-inside", "a directory cannot be read from inside a container")
              .withExpected("pg_restore of this machine")
              .withFound(String.join(" ", tool.command()))
              .withFix("PgTools.at(path), or back up without inParallel(...)"));
    }
    return words;
  }

  private File input(ToolSearch.Tool tool) {
    return tool.local() ? ToolProcess.NOTHING : path().toFile();
  }
}
