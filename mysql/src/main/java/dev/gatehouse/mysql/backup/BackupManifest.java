package dev.gatehouse.mysql.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.StoredFile;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the manifest of a backup tells: how it was taken, and the names of its facts. */
final class BackupManifest {
  static final String ROWS = "rows by JDBC";

  /** As its product names each of the tools. */
  static final Set<String> DUMPS = Set.of("mysqldump", "mariadb-dump");

  static final String PRODUCT = "product";
  static final String DATABASE = "database dumped";
  static final String DEFINERS = "definers";
  static final String CASE = "lower_case_table_names";
  static final String UNHELD = "not under the snapshot";
  static final String EVENTS = "events enabled in the source";

  /** Asks what stands under {@link #CASE}: how names of tables are compared. */
  static final String CASE_HERE = "SELECT @@GLOBAL.lower_case_table_names";

  private BackupManifest() {}

  static boolean isDump(String method) {
    return DUMPS.contains(method);
  }

  /** The file of the dump; empty where it is no backup by a tool. */
  static Optional<String> dumpOf(Artifact artifact) {
    List<String> files =
        artifact.manifest().files().stream()
            .map(StoredFile::rawName)
            .filter(name -> !name.equals(ObjectsFile.NAME))
            .toList();
    return files.size() == 1 ? Optional.of(files.get(0)) : Optional.empty();
  }
}
