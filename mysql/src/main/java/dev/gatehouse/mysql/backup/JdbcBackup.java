package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.artifact.Staging;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.mysql.session.Product;
import dev.gatehouse.mysql.session.Products;
import dev.gatehouse.mysql.session.Queries;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One backup: a file of rows for each table, and the definitions around them. */
final class JdbcBackup {
  private static final int TOLD = 1 << 20;

  private final Target target;
  private final Staging staging;
  private final Options options;
  private final Progress progress;
  private final Map<String, String> files = new TreeMap<>();
  private long moved;

  JdbcBackup(Target target, Staging staging, Options options, Progress progress) {
    this.target = target;
    this.staging = staging;
    this.options = options;
    this.progress = progress;
  }

  Produced take() throws Exception {
    progress.reached("backup.begun");
    Schema before = SnapshotReading.schema(target);
    try (Snapshot snapshot = Snapshot.of(target)) {
      progress.reached("backup.snapshot-taken");
      SnapshotReading.Read read =
          SnapshotReading.live(target, snapshot, before, this::file, progress);
      progress.reached("backup.content-read");
      List<String> names = new ArrayList<>(files.values());
      names.addAll(SchemaScripts.write(read.schema(), read.content(), files, staging));
      ObjectsFile.write(new ObjectsFile.Objects(read.schema(), files), staging);
      names.add(ObjectsFile.NAME);
      progress.reached("backup.written");
      return new Produced(
          names,
          BackupManifest.ROWS,
          read.content(),
          snapshot.source(),
          snapshot.at(),
          facts(snapshot, read.schema(), options));
    }
  }

  /** Numbered: a name of a table may hold what no name of a file may. */
  private SnapshotReading.Into file(Table table) throws IOException {
    String name = String.format("rows-%05d.tsv", files.size() + 1);
    files.put(table.name(), name);
    return new RowsFile(staging.compressing(name), moved);
  }

  private final class RowsFile implements SnapshotReading.Into {
    private final OutputStream out;
    private final RowLines.Writer writer;
    private final long before;

    RowsFile(OutputStream out, long before) {
      this.out = out;
      this.before = before;
      writer = new RowLines.Writer(out);
    }

    @Override
    public void row(byte[] @Nullable [] values) throws IOException {
      writer.write(values);
      if (before + writer.written() > moved + TOLD) {
        moved = before + writer.written();
        progress.moved(moved, 0);
      }
    }

    @Override
    public void close() throws IOException {
      try (out) {
        writer.flush();
      }
      moved = before + writer.written();
      progress.reached("backup.table-written");
    }
  }

  /** What a manifest says of the source, whoever wrote the rows. */
  static Map<String, String> facts(Snapshot snapshot, Schema schema, Options options)
      throws Exception {
    Product product = Products.of(snapshot.session());
    Map<String, String> facts = new TreeMap<>(snapshot.facts());
    if (facts.containsKey(Snapshot.LOG_FILE)) {
      facts.put(Snapshot.LOG_DATABASE, snapshot.source().database());
    }
    facts.put(BackupManifest.PRODUCT, product.name() + " " + product.version());
    facts.put(BackupManifest.CASE, Queries.one(snapshot.session(), BackupManifest.CASE_HERE));
    facts.put(BackupManifest.DEFINERS, String.join(", ", schema.definers()));
    facts.put(
        BackupManifest.EVENTS,
        schema.of(Definition.Kind.EVENT).stream()
            .filter(event -> event.status().equals("ENABLED"))
            .map(Definition::name)
            .collect(Collectors.joining(", ")));
    facts.put(
        BackupManifest.UNHELD,
        options.unheld().stream().sorted().collect(Collectors.joining(", ")));
    if (!schema.computing().isEmpty()) {
      facts.put(
          Manifest.CONTENT_OF,
          "the source, but for stored generated columns, which a restore computes anew: of "
              + String.join(", ", schema.computing()));
    }
    facts.values().removeIf(String::isEmpty);
    return facts;
  }
}
