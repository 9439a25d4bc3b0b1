package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.StoredFile;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptPart;
import dev.gatehouse.mysql.script.StatementParts;
import dev.gatehouse.mysql.session.Product;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An unpacked backup whose SQL was read and judged, and of which nothing was executed (level L1
 * with {@link #requireRows}).
 *
 * @param schema statements before the rows
 * @param programs statements behind them
 */
record UnpackedBackup(
    Artifact artifact,
    Path raw,
    ObjectsFile.Objects objects,
    List<ScriptPart> schema,
    List<ScriptPart> programs) {
  private static final Pattern DEFAULTS =
      Pattern.compile("CHARACTER SET [a-z0-9]+ COLLATE [a-z0-9_]+");

  /**
   * @throws Refusal when it is of another product, not whole, or holds what no backup writes
   */
  static UnpackedBackup of(Artifact artifact, Path raw) throws IOException {
    requireMethod(artifact);
    ObjectsFile.Objects objects = ObjectsFile.read(raw);
    boolean dumped = BackupManifest.isDump(artifact.manifest().method());
    Set<String> named = new HashSet<>(objects.files().values());
    if (dumped) {
      named = new HashSet<>(BackupManifest.dumpOf(artifact).stream().toList());
    } else {
      named.addAll(List.of(SchemaScripts.SCHEMA, SchemaScripts.LOAD, SchemaScripts.PROGRAMS));
    }
    named.add(ObjectsFile.NAME);
    List<String> there = artifact.manifest().files().stream().map(StoredFile::rawName).toList();
    if (!named.equals(new HashSet<>(there))) {
      throw notWhole("files " + named.stream().sorted().toList(), "files " + there);
    }
    List<Definition> databases = objects.schema().of(Definition.Kind.DATABASE);
    if (databases.size() != 1 || !DEFAULTS.matcher(databases.get(0).sql()).matches()) {
      throw notWhole("one database with its character set and collation", databases.toString());
    }
    Set<String> definers = objects.schema().definers();
    String recorded = artifact.manifest().versions().getOrDefault(BackupManifest.DEFINERS, "");
    if (!String.join(", ", definers).equals(recorded)) {
      throw notWhole("definers " + recorded, "definers " + definers);
    }
    if (dumped) {
      return new UnpackedBackup(
          artifact,
          raw,
          objects,
          SchemaScripts.tables(objects.schema()),
          SchemaScripts.programs(objects.schema(), artifact.manifest().content().states()));
    }
    return new UnpackedBackup(
        artifact,
        raw,
        objects,
        judged(raw, SchemaScripts.SCHEMA, definers),
        judged(raw, SchemaScripts.PROGRAMS, definers));
  }

  static void requireMethod(Artifact artifact) {
    String method = artifact.manifest().method();
    if (!method.equals(BackupManifest.ROWS) && !BackupManifest.isDump(method)) {
      throw new Refusal(
          Finding.of("artifact.other-method", "artifact " + artifact.id() + " is no such backup")
              .withExpected(
                  BackupManifest.ROWS
                      + ", "
                      + BackupManifest.DUMPS.stream().sorted().collect(Collectors.joining(", ")))
              .withFound(method)
              .withFix("choose a backup that was taken of MySQL or MariaDB"));
    }
  }

  private static List<ScriptPart> judged(Path raw, String file, Set<String> definers)
      throws IOException {
    List<ScriptPart> parts = new ArrayList<>();
    try (InputStream in = Files.newInputStream(raw.resolve(file))) {
      StatementParts.each(
          file,
          in,
          part -> {
            ReplayRules.require(file, part, definers);
            parts.add(part);
          });
    }
    return List.copyOf(parts);
  }

  /**
   * @throws Refusal when the server is of another product, or older than the backup
   */
  void requireProduct(Product product, String where) {
    requireProduct(artifact, product, where);
  }

  static void requireProduct(Artifact artifact, Product product, String where) {
    String recorded = artifact.manifest().versions().getOrDefault(BackupManifest.PRODUCT, "");
    String[] words = recorded.split(" ", 2);
    String series = product.version().major() + "." + product.version().minor();
    boolean older = words.length == 2 && compare(words[1], series) > 0;
    if (!words[0].equals(product.name()) || older) {
      throw new Refusal(
          Finding.of("restore.version", where + " cannot take the backup as it is")
              .withExpected(recorded + " or newer")
              .withFound(product.name() + " " + series)
              .withFix("use a server of " + recorded));
    }
  }

  private static int compare(String one, String other) {
    String[] a = one.split("\\.");
    String[] b = other.split("\\.");
    for (int i = 0; i < Math.min(2, Math.min(a.length, b.length)); i++) {
      int by = Integer.compare(number(a[i]), number(b[i]));
      if (by != 0) {
        return by;
      }
    }
    return 0;
  }

  private static int number(String digits) {
    return digits.matches("\\d{1,6}") ? Integer.parseInt(digits) : Integer.MAX_VALUE;
  }

  /** What it says its source held. */
  Content content() {
    return artifact.manifest().content();
  }

  private Optional<DumpReading> dump() {
    String database = artifact.manifest().versions().getOrDefault(BackupManifest.DATABASE, "");
    return BackupManifest.isDump(artifact.manifest().method())
        ? BackupManifest.dumpOf(artifact)
            .map(file -> new DumpReading(file, objects.schema(), database))
        : Optional.empty();
  }

  /** Inserts all rows; committed when it returns. */
  void load(Connection session, Progress progress) throws SQLException, IOException {
    if (dump().isPresent()) {
      DumpLoad.from(raw, dump().get(), session, progress);
      progress.reached("restore.table-loaded");
      return;
    }
    for (Table table : objects.schema().tables()) {
      progress.continuing();
      TableLoad.from(rows(table), session, table, progress);
      progress.reached("restore.table-loaded");
    }
  }

  /** The file of a table's rows. */
  private Path rows(Table table) {
    return raw.resolve(String.valueOf(objects.files().get(table.name())));
  }

  /**
   * Reads every row, and compares rows and digest of each table with what was recorded; of a dump
   * the number of rows, and its definitions.
   *
   * @throws Refusal naming the table that is not as recorded
   */
  void requireRows(Progress progress) throws IOException {
    Map<String, TableContent> recorded = new HashMap<>();
    content().tables().forEach(table -> recorded.put(table.table(), table));
    if (dump().isPresent()) {
      DumpLoad.require(raw, dump().get(), recorded, progress);
      return;
    }
    for (Table table : objects.schema().tables()) {
      progress.continuing();
      TableContent found = rowsOf(table);
      TableContent expected = recorded.remove(table.name());
      if (!found.equals(expected)) {
        throw notWhole(
            "table " + table.name() + ": " + expected,
            "in " + rows(table).getFileName() + ": " + found);
      }
    }
    if (!recorded.isEmpty()) {
      throw notWhole("rows of " + recorded.keySet(), "no file of them");
    }
  }

  private TableContent rowsOf(Table table) throws IOException {
    RowDigest digest = new RowDigest(table.columns());
    try (InputStream in = Files.newInputStream(rows(table))) {
      RowLines.Reader reader = new RowLines.Reader(in, table.columns().size());
      for (byte[][] row = reader.next(); row != null; row = reader.next()) {
        for (int i = 0; i < row.length; i++) {
          if (!table.columns().get(i).kind().takes(row[i])) {
            throw new IOException("a value of " + table.columns().get(i).name() + " is none");
          }
        }
        digest.add(row);
      }
    } catch (IOException e) {
      throw notWhole("whole rows of " + table.name(), rows(table).getFileName() + ": " + e);
    }
    return digest.content(table.name());
  }

  static Refusal notWhole(String expected, String found) {
    return new Refusal(
        Finding.of("artifact.not-whole", "the backup is not what its manifest says")
            .withExpected(expected)
            .withFound(found)
            .withFix("do not use this artifact; restore an older one or back up"));
  }
}
