package dev.gatehouse.mysql.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod.State;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.mysql.Served;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * However a restore fails, the target is afterwards what it was before, and nothing is beside it.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("servers")
class FailedRestoresTest {
  private static final String KEY = "run/restore";

  /** How it fails. */
  private enum Kind {
    FLIPPED,
    CUT,
    OTHER_PRODUCT,
    FAILED,
    KILLED,
    DIED
  }

  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");
  private final TableExchange exchange = TableExchange.INSTANCE;
  private Backups backups = new Backups(served, directory);

  @SuppressWarnings("NullAway.Init") // set before each test
  private Artifact artifact;

  @SuppressWarnings("NullAway.Init") // set before each test
  private Artifact foreign;

  static List<Served> servers() {
    return Served.share(FailedRestoresTest.class);
  }

  @BeforeEach
  void a_world() throws Exception {
    backups.close();
    backups = new Backups(served, directory);
    backups.execute(
        "CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(40))",
        "CREATE TABLE orders (id INT AUTO_INCREMENT PRIMARY KEY, customer INT, FOREIGN KEY"
            + " (customer) REFERENCES customers (id))",
        "INSERT INTO customers VALUES (1, 'Ada'), (2, 'Grace')",
        "INSERT INTO orders VALUES (1, 1), (2, 2)",
        "CREATE VIEW who AS SELECT name FROM customers",
        "CREATE TRIGGER g BEFORE INSERT ON orders FOR EACH ROW SET NEW.customer = 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SET @x = 1");
    artifact = backups.backUp();
    backups.execute(
        "DELETE FROM orders",
        "DROP VIEW who",
        "CREATE PROCEDURE p() BEGIN SELECT 1; END",
        "ALTER EVENT e DISABLE",
        "CREATE TABLE later (i INT)");
    Served other = Served.all().get(TypeZoo.isMariaDb(served) ? 0 : Served.all().size() - 1);
    try (Backups elsewhere = new Backups(other, directory.resolve("elsewhere"))) {
      Files.createDirectories(directory.resolve("elsewhere"));
      elsewhere.execute("CREATE TABLE t (id INT PRIMARY KEY)");
      foreign = elsewhere.backUp();
    }
  }

  @AfterEach
  void drop() {
    backups.close();
  }

  @Test
  void ten_failed_restores_leave_the_target_as_it_was() throws Exception {
    fail(Integer.getInteger("restores", 10), 17);
  }

  @Test
  @Tag("nightly")
  void two_hundred_failed_restores_leave_the_target_as_it_was() throws Exception {
    fail(Integer.getInteger("restores", 200), new Random().nextLong());
  }

  private void fail(int restores, long seed) throws Exception {
    Random random = new Random(seed);
    Content before = backups.content();
    String events = events();
    List<String> points = points();
    TreeMap<Kind, Integer> failed = new TreeMap<>();
    for (int i = 0; i < restores; i++) {
      Kind kind = Kind.values()[i % Kind.values().length];
      String point = points.get(random.nextInt(points.size()));
      String about = kind + " at " + point + ", number " + i + ", seed " + seed;
      fail(kind, point, random, about);
      assertThat(before.differences(backups.content())).as(about).isEmpty();
      assertThat(events()).as(about).isEqualTo(events);
      assertThat(exchange.state(backups.target, KEY)).as(about).isEqualTo(State.NOT_APPLIED);
      assertThat(backups.replaced(places())).as(about).isEmpty();
      failed.merge(kind, 1, Integer::sum);
    }
    System.out.println(
        served + ": target unchanged " + restores + " of " + restores + ", " + failed);
    // What failed was no restore that never works.
    restore(artifact, backups.unpacked(artifact), Progress.SILENT);
    assertThat(artifact.manifest().content().differences(backups.content())).isEmpty();
    backups.execute("DROP DATABASE " + places().old());
  }

  private void fail(Kind kind, String point, Random random, String about) throws Exception {
    Path raw = backups.unpacked(artifact);
    switch (kind) {
      case FLIPPED, CUT -> {
        Path file = rows(raw, random);
        byte[] whole = Files.readAllBytes(file);
        int at = random.nextInt(whole.length);
        byte[] changed = kind == Kind.CUT ? Arrays.copyOf(whole, at) : whole;
        if (kind == Kind.FLIPPED) {
          changed[at] ^= (byte) (1 << random.nextInt(8));
        }
        Files.write(file, changed);
        failing(artifact, raw, Progress.SILENT, about);
      }
      case OTHER_PRODUCT -> {
        assertThatThrownBy(() -> exchange.refuseUnfit(foreign, backups.target)).isNotNull();
        Path other = Files.createTempDirectory(directory, "foreign");
        Vault.at(directory.resolve("elsewhere").resolve("vault")).unpack(foreign, other);
        failing(foreign, other, Progress.SILENT, about);
      }
      case FAILED -> failing(artifact, raw, new At(point, () -> fall(point)), about);
      case KILLED -> failing(artifact, raw, new At(point, this::kill), about);
      case DIED -> {
        At dying = new At(point, () -> fall(point));
        dying.dead = true;
        failing(artifact, raw, dying, about);
        exchange.takeBack(artifact, backups.target, KEY, Progress.SILENT);
      }
    }
  }

  private void failing(Artifact of, Path raw, Progress progress, String about) {
    assertThatThrownBy(() -> restore(of, raw, progress), about).isNotNull();
  }

  private void restore(Artifact of, Path raw, Progress progress) throws Exception {
    exchange.restore(of, raw, backups.target, KEY, progress);
  }

  private ExchangePlaces places() {
    return ExchangePlaces.of(backups.database.name(), KEY);
  }

  private String events() throws Exception {
    return backups.database.one(
        "SELECT GROUP_CONCAT(event_name, ' ', status ORDER BY event_name) FROM"
            + " information_schema.events WHERE event_schema = DATABASE()");
  }

  private static Path rows(Path raw, Random random) throws Exception {
    try (Stream<Path> all = Files.list(raw)) {
      List<Path> files = all.filter(file -> file.toString().endsWith(".tsv")).sorted().toList();
      return files.get(random.nextInt(files.size()));
    }
  }

  /** Those of a restore that is taken back in the end. */
  private List<String> points() throws Exception {
    At last = new At("restore.proved", () -> fall("restore.proved"));
    failing(artifact, backups.unpacked(artifact), last, "the first");
    return last.reached.stream()
        .distinct()
        .filter(point -> point.startsWith("restore.") && !point.equals("restore.taken-back"))
        .toList();
  }

  private static void fall(String point) {
    throw new AssertionError("failed at " + point);
  }

  /** Every session of the restore, as an administrator would. */
  private void kill() throws SQLException {
    try (TestDatabase ignored = served.engine().database();
        Connection admin = ignored.connect()) {
      List<String> ids = new ArrayList<>();
      try (var rows =
          admin
              .createStatement()
              .executeQuery(
                  "SELECT id FROM information_schema.processlist WHERE db IN ('"
                      + backups.database.name()
                      + "', '"
                      + places().side()
                      + "') AND id <> CONNECTION_ID()")) {
        while (rows.next()) {
          ids.add(rows.getString(1));
        }
      }
      if (ids.isEmpty()) {
        fall("a point without a session");
      }
      for (String id : ids) {
        Sql.run(admin, "KILL CONNECTION " + id);
      }
    }
  }

  /** Does something at a point, once. */
  private static final class At implements Progress {
    private interface Doing {
      void it() throws Exception;
    }

    private final String point;
    private final Doing doing;
    private final List<String> reached = new ArrayList<>();
    private boolean done;
    private boolean dead;

    At(String point, Doing doing) {
      this.point = point;
      this.doing = doing;
    }

    @Override
    public void moved(long bytes, long total) {}

    @Override
    public void reached(String name) {
      reached.add(name);
      if (name.equals(point) && !done) {
        done = true;
        try {
          doing.it();
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public void continuing() {}

    @Override
    public void interruptibleBy(Runnable interrupt) {
      if (done && dead) {
        throw new AssertionError("dead since " + point);
      }
    }
  }
}
