package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.ChangeLog.Position;
import dev.gatehouse.core.dialect.ChangeLog.Replay;
import dev.gatehouse.core.dialect.ChangeLog.Stop;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.OwnServer;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.Served;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are not whole, not all there, or another server's are refused while planning. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class DamagedLogTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");
  private Backups backups = new Backups(served, directory);
  private Path whole = directory;
  private Path logs = directory;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Artifact artifact;

  private Position end = new Position("none", 4);

  @SuppressWarnings("NullAway.Init") // set before each test
  private Replay replay;

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void three_files() throws Exception {
    backups.close();
    backups = new Backups(served, directory);
    backups.execute("CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(60))");
    backups.execute("FLUSH BINARY LOGS");
    artifact = backups.backUp();
    try (Connection session = backups.database.connect()) {
      Sql.run(session, "SET SESSION binlog_format = 'ROW'");
      for (int file = 0; file < 3; file++) {
        for (int i = 0; i < 8; i++) {
          int id = file * 8 + i;
          Sql.run(session, "INSERT INTO t VALUES (" + id + ", REPEAT('x', 50))");
          Sql.run(session, "UPDATE t SET name = 'y' WHERE id = " + id);
        }
        if (file < 2) {
          Sql.run(session, "FLUSH BINARY LOGS");
        }
      }
      end = ShadowLedger.end(session);
    }
    whole = ShadowLedger.copyLogs(backups.database, directory.resolve("whole"));
    logs = Files.createDirectories(directory.resolve("logs"));
    copy();
    replay = resolve(new Stop.At(end));
    assertThat(replay.transactions()).isEqualTo(48);
    assertThat(replay.rows()).isEqualTo(48);
  }

  @AfterEach
  void drop() {
    backups.close();
  }

  private void copy() throws IOException {
    for (Path file : files(whole)) {
      Files.copy(file, logs.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.sorted().toList();
    }
  }

  private Replay resolve(Stop stop) throws Exception {
    return backups.method.changes().orElseThrow().resolve(artifact, logs, stop, false);
  }

  private void refused(String code, String... texts) {
    var thrown =
        assertThatThrownBy(() -> resolve(new Stop.At(end)))
            .isInstanceOf(Refusal.class)
            .hasMessageContaining("code      " + code);
    for (String text : texts) {
      thrown.hasMessageContaining(text);
    }
  }

  /** The files that are read, in order. */
  private List<Path> span() throws IOException {
    String first = artifact.manifest().versions().getOrDefault(Snapshot.LOG_FILE, "");
    return files(logs).stream()
        .filter(file -> file.getFileName().toString().compareTo(first) >= 0)
        .filter(file -> file.getFileName().toString().compareTo(end.file()) <= 0)
        .toList();
  }

  @Test
  @Alternating.OnEach
  void flipped_bits_and_cut_files_are_found() throws Exception {
    damage(120, 40);
  }

  @Test
  @Tag("nightly")
  void thousands_of_flipped_bits_and_cut_files_are_found() throws Exception {
    damage(2_000, 400);
  }

  private void damage(int flips, int cuts) throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < flips + cuts; i++) {
      List<Path> span = span();
      Path file = span.get(random.nextInt(span.size()));
      byte[] bytes = Files.readAllBytes(file);
      byte[] before = bytes.clone();
      boolean last = file.getFileName().toString().equals(end.file());
      int readable = last ? (int) end.offset() : bytes.length;
      String what;
      if (i < flips) {
        // Every header field of the first events, and any place at all.
        int at = i % 4 == 0 ? random.nextInt(60) : random.nextInt(readable);
        int bit = random.nextInt(8);
        bytes[at] ^= (byte) (1 << bit);
        what = "bit " + bit + " of byte " + at + " of " + file;
        if (at == 4 + 17 && bit == 0) {
          continue; // that the server writes it yet: no checksum holds it, and nothing is read of
          // it
        }
      } else {
        int length = random.nextInt(readable);
        bytes = Arrays.copyOf(bytes, length);
        what = file + " cut to " + length;
      }
      Files.write(file, bytes);
      assertThatThrownBy(() -> resolve(new Stop.At(end)))
          .as("seed " + seed + ": " + what)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("code      changes.")
          .hasMessageContaining(file.getFileName().toString());
      Files.write(file, before);
    }
    assertThat(resolve(new Stop.At(end))).isEqualTo(replay);
  }

  /**
   * At the end of any event, nothing in the file itself tells that more was there. Where only the
   * last event is missing, which says which file follows, MariaDB's next file proves that this is
   * all.
   */
  @Test
  @Alternating.OnEach
  void a_file_cut_between_two_transactions_is_a_gap() throws Exception {
    Path middle = span().get(1);
    byte[] bytes = Files.readAllBytes(middle);
    int accepted = 0;
    for (int at = bytes.length - 1; at > 0; at -= at > bytes.length - 400 ? 1 : 37) {
      Files.write(middle, Arrays.copyOf(bytes, at));
      try {
        assertThat(resolve(new Stop.At(end))).as("cut to " + at).isEqualTo(replay);
        accepted++;
      } catch (Refusal refused) {
        assertThat(refused).hasMessageContaining("code      changes.");
      }
    }
    assertThat(accepted).isEqualTo(TypeZoo.isMariaDb(served) ? 1 : 0);
  }

  @Test
  void what_is_missing_is_named() throws Exception {
    Path middle = span().get(1);
    Files.delete(middle);
    refused("changes.gap", middle.getFileName().toString(), "it is missing");
    copy();
    Files.delete(span().get(0));
    refused("changes.gap", "in which the backup's recovery point is");
    copy();
    Files.delete(span().get(2));
    for (Path later : files(logs)) {
      if (later.getFileName().toString().compareTo(end.file()) > 0) {
        Files.delete(later);
      }
    }
    refused("changes.stop-unknown", "the files end at " + middle.getFileName());
  }

  @Test
  void other_kinds_of_files_are_refused() throws Exception {
    Path middle = span().get(1);
    byte[] bytes = Files.readAllBytes(middle);
    byte[] encrypted = bytes.clone();
    encrypted[0] = (byte) 0xfd;
    Files.write(middle, encrypted);
    refused("changes.foreign", "an encrypted file");
    Files.writeString(middle, "#!/bin/sh\n");
    refused("changes.foreign", "begins as no binary log does");
    copy();
    backups.execute("SET GLOBAL binlog_checksum = 'NONE'");
    try (Connection session = backups.database.connect()) {
      Sql.run(session, "SET SESSION binlog_format = 'ROW'");
      Sql.run(session, "INSERT INTO t VALUES (1000, 'unchecked')");
      end = ShadowLedger.end(session);
    } finally {
      backups.execute("SET GLOBAL binlog_checksum = 'CRC32'");
    }
    logs = ShadowLedger.copyLogs(backups.database, directory.resolve("unchecked"));
    refused("changes.foreign", "no event has a checksum");
  }

  /** Same product, same name, same server id, all checksums right. */
  @Test
  void a_file_of_another_server_is_refused() throws Exception {
    String middle = span().get(1).getFileName().toString();
    try (OwnServer other = served.engine().another();
        TestDatabase database = other.database()) {
      for (int i = Integer.parseInt(middle.replaceAll(".*\\.", "")); i > 0; i--) {
        database.run("FLUSH BINARY LOGS");
      }
      Path others = ShadowLedger.copyLogs(database, directory.resolve("other"));
      Files.copy(others.resolve(middle), logs.resolve(middle), StandardCopyOption.REPLACE_EXISTING);
    }
    assertThatThrownBy(() -> resolve(new Stop.At(end)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("code      changes.")
        .hasMessageContaining(middle);
  }

  @Test
  void stops_at_no_place_between_two_transactions_are_refused() throws Exception {
    assertThatThrownBy(() -> resolve(new Stop.At(new Position(end.file(), end.offset() - 1))))
        .hasMessageContaining("changes.stop-unknown")
        .hasMessageContaining(end.toString());
    assertThatThrownBy(() -> resolve(new Stop.At(new Position(end.file(), 1L << 40))))
        .hasMessageContaining("changes.stop-unknown");
    assertThatThrownBy(() -> resolve(new Stop.At(new Position("other.000001", 4))))
        .hasMessageContaining("changes.stop-unknown");
    assertThatThrownBy(() -> resolve(new Stop.Transaction("0-99-7")))
        .hasMessageContaining("changes.stop-unknown");
    assertThatThrownBy(() -> resolve(new Stop.Moment(Instant.now().plusSeconds(3600))))
        .hasMessageContaining("changes.stop-unknown")
        .hasMessageContaining("the files end at");
    assertThatThrownBy(() -> resolve(new Stop.Moment(Instant.now().minusSeconds(3600))))
        .hasMessageContaining("changes.stop-unknown")
        .hasMessageContaining("restore an older backup");
    assertThatThrownBy(
            () ->
                resolve(
                    new Stop.At(
                        new Position(
                            artifact.manifest().versions().getOrDefault(Snapshot.LOG_FILE, ""),
                            4))))
        .hasMessageContaining("restore an older backup");
  }

  /** Within a second of MariaDB nobody knows what was before a moment. */
  @Test
  @Alternating.OnEach
  void a_moment_that_the_log_does_not_tell_is_refused() throws Exception {
    if (TypeZoo.isMariaDb(served)) {
      String last = replay.facts().getOrDefault("lastReplayed", "");
      Instant second = Instant.parse(last.replaceAll(".*, (\\S+Z) .*", "$1"));
      assertThatThrownBy(() -> resolve(new Stop.Moment(second.plusMillis(999))))
          .hasMessageContaining("changes.stop-unknown")
          .hasMessageContaining("in that very second")
          .hasMessageContaining("stoppingBefore(position(");
    }
  }
}
