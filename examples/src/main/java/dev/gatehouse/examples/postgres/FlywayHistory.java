package dev.gatehouse.examples.postgres;

import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;

/**
 * Whether Flyway's own history shows each file of a directory as applied, with the checksum that
 * the file has now. The plan names files and checksums, so that an edited file makes another plan.
 *
 * <p>Fails only where none of them is applied and Flyway is not at work: what is left of a killed
 * run may be half of the files, and a server goes on with a statement whose client is dead. Both
 * are INCONCLUSIVE, and a person decides. A history is what somebody wrote: {@code flyway repair}
 * gives a row the checksum of a file that was never executed, so ask the tables as well.
 */
final class FlywayHistory {
  /**
   * Sessions with the advisory lock that Flyway holds while it migrates, which everybody may see:
   * 77431708279161, and a number of 32 bits that it makes of the name of its table.
   */
  private static final String AT_WORK =
      """
      select count(*) from pg_locks
      where locktype = 'advisory' and granted and objsubid = 1 and classid in (18027, 18028)
        and database = (select oid from pg_database where datname = current_database())
      """;

  private final Flyway flyway;
  private final String table;

  private FlywayHistory(Flyway flyway) {
    this.flyway = flyway;
    this.table = flyway.getConfiguration().getSchemas()[0] + ".flyway_schema_history";
  }

  /** The check for a Flyway with one schema, whose history has the name that Flyway gives it. */
  static NamedCheck shows(Flyway flyway) {
    FlywayHistory history = new FlywayHistory(flyway);
    return NamedCheck.of(
        "flyway's history shows each file",
        reading -> history.files().entrySet().stream().map(FlywayHistory::words).toList(),
        history::look);
  }

  /** Each versioned file above the baseline, and its checksum. */
  private Map<String, Integer> files() {
    Map<String, Integer> files = new TreeMap<>();
    Arrays.stream(flyway.info().all())
        .filter(each -> each.isVersioned() && each.getResolvedChecksum() != null)
        .forEach((MigrationInfo each) -> files.put(each.getScript(), each.getResolvedChecksum()));
    return files;
  }

  private static String words(Map.Entry<String, Integer> file) {
    return file.getKey() + "  checksum " + file.getValue();
  }

  private Outcome look(CheckContext reading) throws SQLException {
    Map<String, Integer> files = files();
    Map<String, String> applied = applied(reading);
    List<String> missing = new ArrayList<>();
    files.forEach(
        (file, checksum) -> {
          if (!String.valueOf(checksum).equals(applied.get(file))) {
            missing.add(file + ": " + Objects.requireNonNullElse(applied.get(file), "not there"));
          }
        });
    if (!files.isEmpty() && missing.isEmpty()) {
      return Outcome.passed(reading.evidence().with("files", String.join(", ", files.keySet())));
    }
    Finding finding =
        Finding.of("flyway.history", "Flyway's history does not show each file as applied")
            .withExpected("checksums " + files + " in " + table)
            .withFound(String.join("\n", missing))
            .withFix("flyway info; see what each of these files left in the database");
    long atWork = sessions(reading);
    if (atWork > 0) {
      return Outcome.inconclusive(
          finding.withFound(atWork + " sessions of Flyway are at work\n" + finding.found()));
    }
    boolean none = files.keySet().stream().noneMatch(applied::containsKey);
    return none && !files.isEmpty()
        ? Outcome.failed(finding, reading.evidence())
        : Outcome.inconclusive(finding);
  }

  /** The checksum of each file that has a row, or that it failed. */
  private Map<String, String> applied(CheckContext reading) throws SQLException {
    Map<String, String> applied = new TreeMap<>();
    try (Statement statement = reading.connection().createStatement()) {
      try (ResultSet there = statement.executeQuery("select to_regclass('" + table + "')")) {
        if (!there.next() || there.getString(1) == null) {
          return applied;
        }
      }
      try (ResultSet rows =
          statement.executeQuery(
              "select script, checksum, success from " + table + " order by installed_rank")) {
        while (rows.next()) {
          applied.put(rows.getString(1), rows.getBoolean(3) ? rows.getString(2) : "failed");
        }
      }
    }
    return applied;
  }

  private static long sessions(CheckContext reading) throws SQLException {
    try (Statement statement = reading.connection().createStatement();
        ResultSet rows = statement.executeQuery(AT_WORK)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
