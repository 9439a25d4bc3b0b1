package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.process.SideBySide;
import dev.gatehouse.postgres.archive.DumpStructure;
import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One backup: pg_dump, and what is read at the source, at the same time and under the same exported
 * snapshot, and the schema the same before and after.
 */
final class DumpBackup {
  static final String CUSTOM = "pg_dump --format=custom";
  static final String DIRECTORY = "pg_dump --format=directory";

  /** From this version on pg_dump compresses with zstd, if it was built so; else with gzip. */
  private static final int ZSTD = 16;

  private final Server server;
  private final ToolSearch.Tool tool;
  private final Staging staging;
  private final Options options;
  private final Progress progress;

  DumpBackup(
      Server server, ToolSearch.Tool tool, Staging staging, Options options, Progress progress) {
    this.server = server;
    this.tool = tool;
    this.staging = staging;
    this.options = options;
    this.progress = progress;
  }

  /** Name of the fact, in evidence and in the manifest. */
  static final String WARNED = "not without warnings of pg_dump";

  static List<String> arguments(String snapshot) {
    return List.of(
        "--no-password",
        "--no-sync",
        // What the driver speaks: it closes a session in which a restore asks for another.
        "--encoding=UTF8",
        "--lock-wait-timeout=60s",
        "--exclude-schema=gatehouse",
        "--snapshot=" + snapshot,
        "--dbname=" + ToolLogin.CONNECTION);
  }

  Produced take(String name) throws Exception {
    Target target = server.target();
    ToolLogin login = server.login().with(SourceReading.settings(server.session()));
    SourceReading reading = SourceReading.of(options);
    progress.reached("backup.begun");
    ContentReader.Moment before = ContentReader.now(server.session());
    try (BackupSource source = BackupSource.of(server.session())) {
      progress.reached("backup.snapshot-exported");
      AtomicBoolean dumping = new AtomicBoolean(true);
      SideBySide.Result<Dumped, ContentReader.Read> both =
          SideBySide.run(
              progress,
              side -> dump(login, source, name, dumping, side),
              List.of(
                  side ->
                      ContentReader.beside(
                          dumping::get, target, source.snapshot(), reading.way(), side)));
      DumpStructure structure = both.here().structure();
      Map<String, String> versions = new TreeMap<>(source.facts(structure.owners()));
      source.end();
      // Only now, when nobody reads a sequence any more, can be said which of them stood still.
      ContentReader.Moment after = ContentReader.now(server.session());
      ContentReader.Read read = both.beside().get(0);
      Content content =
          withStableSequences(
              reading.settled(read.content(), structure.tables()),
              before.sequences(),
              after.sequences(),
              structure);
      progress.reached("backup.content-read");
      refuseOtherSchema(before.schemaDigest(), content.schemaDigest(), after.schemaDigest());
      refuseRewritten(before.files(), after.files());
      versions.put("pg_dump", tool.version());
      versions.put(Manifest.CONTENT_OF, reading.words(content));
      told(versions, WARNED, both.here().warned());
      told(versions, NotCompared.FACT, read.notCompared());
      told(versions, NotCompared.DATABASE, NotCompared.database(read.catalogue()));
      List<String> files =
          new ArrayList<>(
              options.jobs() > 1 ? names(staging.directory()) : List.of(name + ".dump"));
      files.add(Definitions.FILE);
      Definitions.write(read.catalogue(), staging);
      return new Produced(
          files,
          options.jobs() > 1 ? DIRECTORY : CUSTOM,
          content,
          source.fingerprint(),
          source.at(),
          versions);
    }
  }

  private static void told(Map<String, String> facts, String name, String text) {
    if (!text.isEmpty()) {
      facts.put(name, text);
    }
  }

  /**
   * @param warned what the tool said although it succeeded, such as of what it left out
   */
  private record Dumped(DumpStructure structure, String warned) {}

  private Dumped dump(
      ToolLogin login, BackupSource source, String name, AtomicBoolean dumping, Progress side)
      throws Exception {
    try {
      Dumped dumped =
          options.jobs() > 1
              ? directory(login, source, side)
              : custom(login, source, name + ".dump", side);
      side.reached("backup.dumped");
      return dumped;
    } catch (IOException | StepFailed e) {
      // Whatever else went wrong, nothing is asked of the server: it may be kept waiting there.
      throw staging
          .whenFull(
              e, () -> "room for at most " + source.bytes() + " bytes: the tables, not compressed")
          .map(Exception.class::cast)
          .orElse(e);
    } finally {
      dumping.set(false);
    }
  }

  private Dumped custom(ToolLogin login, BackupSource source, String name, Progress side)
      throws Exception {
    List<String> words = new ArrayList<>(List.of("--format=custom", "--compress=0"));
    words.addAll(arguments(source.snapshot()));
    try (OutputStream stored = staging.compressing(name)) {
      DumpStreamCheck intake = new DumpStreamCheck(stored);
      try {
        String warned = process(words, login, side).run(login, intake::accept);
        side.reached("backup.received");
        return new Dumped(intake.end(), warned);
      } finally {
        intake.abandon();
      }
    }
  }

  private Dumped directory(ToolLogin login, BackupSource source, Progress side) throws Exception {
    Path directory = staging.directory();
    String warned;
    try {
      warned = directory(login, source, tool.major() >= ZSTD ? "zstd:3" : "1", side);
    } catch (StepFailed e) {
      if (tool.major() < ZSTD || !String.valueOf(e.getMessage()).contains("does not support")) {
        throw e;
      }
      warned = directory(login, source, "1", side); // built without zstd: gzip, at its fastest
    }
    side.reached("backup.received");
    try (InputStream toc = Files.newInputStream(directory.resolve("toc.dat"))) {
      return new Dumped(DumpStructure.directory(new BufferedInputStream(toc)), warned);
    } catch (IOException e) {
      throw DumpStreamCheck.notWhole(String.valueOf(e.getMessage()));
    }
  }

  private String directory(ToolLogin login, BackupSource source, String compression, Progress side)
      throws Exception {
    Path directory = staging.directory();
    List<String> words =
        new ArrayList<>(
            List.of(
                "--format=directory",
                "--file=" + directory,
                "--compress=" + compression,
                "--jobs=" + options.jobs()));
    words.addAll(arguments(source.snapshot()));
    return process(words, login, side)
        .runInParallel(login, Objects.requireNonNull(directory.getParent()), () -> size(directory));
  }

  private ToolProcess process(List<String> words, ToolLogin login, Progress side) {
    return new ToolProcess(tool, words, login.scrubber(), server.tools().patience(), side);
  }

  private static long size(Path directory) {
    File[] files = directory.toFile().listFiles();
    return files == null ? 0 : Arrays.stream(files).mapToLong(File::length).sum();
  }

  private static List<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  /**
   * Sequences know no snapshots: what moved meanwhile is recorded as the archive has it, what stood
   * still as it stood.
   */
  private static Content withStableSequences(
      Content read, Map<String, String> before, Map<String, String> after, DumpStructure dump) {
    Map<String, String> states = new TreeMap<>(read.states());
    Map<String, String> dumped = dump.sequences();
    dumped.forEach(
        (sequence, state) -> {
          String stood = before.get(sequence);
          boolean moved = stood == null || !stood.equals(after.get(sequence));
          states.put(sequence, moved ? state : stood);
        });
    return new Content(read.schemaDigest(), read.tables(), states);
  }

  /**
   * TRUNCATE and what rewrites a table are seen by every snapshot at once. The dump's locks keep
   * both away, and stand only some time after the snapshot was taken.
   */
  private static void refuseRewritten(Map<String, Long> before, Map<String, Long> after) {
    Set<String> others = new TreeSet<>(before.keySet());
    others.removeIf(table -> Objects.equals(before.get(table), after.get(table)));
    if (!others.isEmpty()) {
      throw new StepFailed(
          Finding.of(
                  "backup.rewritten", "a table was emptied or rewritten while the backup was taken")
              .withExpected("no TRUNCATE, CLUSTER, VACUUM FULL or ALTER TABLE that rewrites")
              .withFound("another file of " + String.join(", ", others))
              .withFix("take the backup again when nobody does that"));
    }
  }

  private static void refuseOtherSchema(String before, String within, String after) {
    if (!before.equals(after) || !before.equals(within)) {
      throw new StepFailed(
          Finding.of("backup.schema-changed", "the schema changed during the backup")
              .withExpected("one schema from begin to end: " + before)
              .withFound(before.equals(within) ? after : within)
              .withFix("take the backup again when nobody changes the schema"));
    }
  }
}
