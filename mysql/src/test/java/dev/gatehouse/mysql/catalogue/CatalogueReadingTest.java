package dev.gatehouse.mysql.catalogue;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noDrift;
import static dev.gatehouse.dsl.Gatehouse.recordBaseline;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.CatalogueReader;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Inspection;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.Sql;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.drift.NoDrift;
import dev.gatehouse.mysql.Alternating;
import dev.gatehouse.mysql.MySql;
import dev.gatehouse.mysql.Served;
import dev.gatehouse.mysql.Targets;
import dev.gatehouse.mysql.session.PinnedPrinting;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may not see all is told so, and a catalogue in motion is never told in pieces. */
@ParameterizedClass(name = "{0}")
@Alternating
@MethodSource("servers")
class CatalogueReadingTest {
  @Parameter Served served = Served.all().get(0);
  @TempDir Path directory = Path.of("");

  private final CatalogueReader catalogue = MySql.dialect().catalogue().orElseThrow();
  private TestDatabase database = served.engine().database();

  static List<Served> servers() {
    return Served.all();
  }

  @BeforeEach
  void a_world() throws SQLException {
    database.close();
    database = served.engine().database();
    CatalogueSample.in(database, served);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private Account granted(String... rights) throws SQLException {
    Account account = database.newAccount("reader");
    for (String right : rights) {
      String on = right.replace(":db", "`" + database.name() + "`");
      database.run("GRANT " + on + " TO '" + account.name() + "'@'%'");
    }
    return account;
  }

  private Baseline read(Account account) throws SQLException {
    try (Connection reading = MySql.dialect().openReading(Targets.of(database, account))) {
      return catalogue.read(reading);
    }
  }

  private Baseline read() throws SQLException {
    return read(new Account(database.account(), database.secret()));
  }

  private static String unread(Baseline state) {
    return state.objects().stream()
        .filter(object -> !object.unreadKinds().isEmpty())
        .map(CatalogueObject::name)
        .collect(Collectors.joining(", "));
  }

  @Test
  @Alternating.OnEach
  void who_sees_a_part_is_refused_or_told_what_is_missing() throws Exception {
    assertThat(unread(read())).isEmpty();
    assertThatThrownBy(() -> read(granted("SELECT ON :db.customers", "INSERT ON :db.*")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no SELECT on it")
        .hasMessageContaining("catalogue.unread");
    assertThatThrownBy(() -> read(granted("SELECT ON :db.*")))
        .hasMessageContaining("no SHOW VIEW on it");
    Account most = granted("SELECT, SHOW VIEW, TRIGGER, EVENT ON :db.*");
    assertThat(unread(read(most))).isEqualTo("grants, routines");
    Account least = granted("SELECT, SHOW VIEW ON :db.*");
    assertThat(unread(read(least))).isEqualTo("events, grants, routines, triggers");
    // What a narrower pattern does not give is not there: the servers do not add them.
    Account narrow = granted("SELECT, SHOW VIEW, TRIGGER ON `gh\\_%`.*");
    database.run(
        "GRANT SELECT, SHOW VIEW ON `" + database.name() + "`.* TO '" + narrow.name() + "'@'%'");
    assertThat(unread(read(narrow))).contains("triggers");
  }

  /** What the account sees is what the admin sees, apart from what it says it does not. */
  @Test
  @Alternating.OnEach
  void what_is_not_said_to_be_missing_is_all_there() throws Exception {
    Baseline all = read();
    for (Account account :
        List.of(
            granted("SELECT, SHOW VIEW ON :db.*"),
            granted("SELECT, SHOW VIEW, TRIGGER, EVENT ON :db.*"),
            granted("SELECT, SHOW VIEW ON *.*"),
            granted("SELECT, SHOW VIEW, EVENT, TRIGGER ON *.*"),
            granted("SELECT, SHOW VIEW, EVENT ON :db.*", "SELECT ON mysql.*"))) {
      Baseline seen = read(account);
      var unread =
          seen.objects().stream()
              .flatMap(o -> o.unreadKinds().stream())
              .collect(Collectors.toSet());
      assertThat(seen.where(o -> o.unreadKinds().isEmpty()).where(o -> !o.kind().equals("grant")))
          .as(unread(seen))
          .isEqualTo(all.where(o -> !unread.contains(o.kind()) && !o.kind().equals("grant")));
    }
  }

  private Outcome asked(NoDrift noDrift, Path baseline, Account account) {
    Check check = noDrift.from(baseline);
    return Inspection.of(check, Targets.of(database, account)).answer(check).outcome();
  }

  @Test
  @Alternating.OnEach
  void what_could_not_be_read_is_never_called_equal() throws Exception {
    Path file = directory.resolve("baseline.jsonl");
    Runbook recording = runbook("record", gate("record", recordBaseline(file)));
    RunRecord recorded =
        Runner.journalingTo(directory.resolve("journals"))
            .run(Plan.of(recording, Targets.of(database)));
    assertThat(recorded.state()).isEqualTo(RunState.SUCCEEDED);
    Account admin = new Account(database.account(), database.secret());
    assertThat(asked(noDrift(), file, admin)).isInstanceOf(Outcome.Passed.class);
    Account most = granted("SELECT, SHOW VIEW, TRIGGER, EVENT ON :db.*");
    Outcome blind = asked(noDrift(), file, most);
    assertThat(blind).isInstanceOf(Outcome.Inconclusive.class);
    assertThat(blind.findings().get(0).text())
        .contains("whether grants, routines differ is not known")
        .contains("grants: SELECT ON mysql.*");
    // The admin sees what the account was granted since.
    assertThat(asked(noDrift(), file, admin).findings().get(0).text()).contains("grant database");
    assertThat(asked(noDrift().except("grants", "routines"), file, most))
        .isInstanceOf(Outcome.Passed.class);
    database.run("ALTER TABLE customers COMMENT = 'x'");
    Outcome changed = asked(noDrift(), file, most);
    assertThat(changed).isInstanceOf(Outcome.Failed.class);
    assertThat(changed.findings().get(0).text()).contains("table customers was changed");
  }

  @Test
  void half_of_many_tables_is_read_by_a_second_session_and_tells_the_same() throws Exception {
    List<String> names = List.of("customers", "days", "orders", "spread", "we`i\"r.d ;");
    try (Connection reading = MySql.dialect().openReading(Targets.of(database));
        Connection writing = MySql.dialect().openWriting(Targets.of(database))) {
      Baseline alone = Baseline.of(printed(reading, names, Integer.MAX_VALUE));
      assertThat(alone.objects()).hasSizeGreaterThan(20);
      assertThat(Baseline.of(printed(reading, names, 1))).isEqualTo(alone);
      assertThat(Baseline.of(printed(writing, names, 1))).isEqualTo(alone);
      for (List<String> gone : List.of(List.of("gone", "orders"), List.of("orders", "gone"))) {
        assertThatThrownBy(() -> printed(reading, gone, 1))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getErrorCode()).isEqualTo(1146));
      }
    }
  }

  private static List<CatalogueObject> printed(Connection opened, List<String> names, int many)
      throws SQLException {
    return PinnedPrinting.of(opened, pinned -> ManyTables.read(opened, pinned, names, many));
  }

  /** Two tables are changed in turn: no state is told in which the second is before the first. */
  @Test
  void a_catalogue_in_motion_is_told_as_it_was_at_one_moment_or_not_at_all() throws Exception {
    motion(4);
  }

  @Tag("nightly")
  @Test
  @Alternating.OnEach
  void a_catalogue_in_motion_two_hundred_times() throws Exception {
    motion(200);
  }

  private void motion(int readings) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    Thread changing =
        new Thread(
            () -> {
              try (Connection connection = database.connect()) {
                for (int i = 0; !stop.get(); i++) {
                  Sql.run(connection, "ALTER TABLE customers COMMENT = '" + i + "'");
                  Sql.run(connection, "ALTER TABLE spread COMMENT = '" + i + "'");
                  for (int j = 0; j < 20 + i % 200 && !stop.get(); j++) {
                    Sql.run(connection, "SELECT 1");
                  }
                }
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
    changing.start();
    try {
      for (int i = 0; i < readings; i++) {
        try {
          Map<String, String> seen =
              read().objects().stream()
                  .filter(object -> object.kind().equals("table"))
                  .collect(
                      Collectors.toMap(
                          CatalogueObject::name,
                          object -> object.definition().replaceAll(".*COMMENT='?(\\d+)?.*", "$1")));
          int first = number(seen.getOrDefault("customers", ""));
          int second = number(seen.getOrDefault("spread", ""));
          assertThat(first - second).as(seen.toString()).isBetween(0, 1);
        } catch (Refusal moving) {
          assertThat(moving).hasMessageContaining("catalogue.moving");
        }
      }
    } finally {
      stop.set(true);
      changing.join(Duration.ofSeconds(60).toMillis());
    }
  }

  private static int number(String comment) {
    return comment.matches("\\d+") ? Integer.parseInt(comment) : -1;
  }
}
