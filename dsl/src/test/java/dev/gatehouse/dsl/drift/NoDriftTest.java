package dev.gatehouse.dsl.drift;

import static dev.gatehouse.dsl.Gatehouse.noDrift;
import static dev.gatehouse.dsl.Gatehouse.recordBaseline;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.dsl.BentSqlite;
import dev.gatehouse.dsl.Desk;
import dev.gatehouse.sqlite.Sqlite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoDriftTest {
  private static final String[] SHOP = {
    "create table orders(id integer primary key, total)",
    "create index by_total on orders(total)",
    "create trigger kept after delete on orders begin select raise(abort, 'kept'); end"
  };

  private Path directory;
  private Path baseline;
  private Target shop;

  @BeforeEach
  void a_shop_and_its_baseline(@TempDir Path temporary) throws Exception {
    directory = temporary;
    baseline = directory.resolve("baseline.jsonl");
    shop = Desk.shop(directory.resolve("shop.db"), SHOP);
    try (Desk desk = Desk.writing(shop)) {
      assertThat(desk.apply(recordBaseline(baseline)).fact("objects")).contains("6");
    }
  }

  private void change(String... statements) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("shop.db"));
        Statement statement = connection.createStatement()) {
      for (String text : statements) {
        statement.execute(text);
      }
    }
  }

  private Outcome ask(NamedCheck check) throws Exception {
    try (Desk desk = Desk.reading(shop)) {
      check.plan(desk);
      return desk.ask(check);
    }
  }

  private List<String> told(NamedCheck check) throws Exception {
    return ask(check).findings().stream().map(Finding::text).toList();
  }

  @Test
  void what_is_as_recorded_passes() throws Exception {
    Outcome outcome = ask(noDrift().from(baseline));
    assertThat(outcome.status()).isEqualTo(Status.PASSED);
    assertThat(outcome.proof().orElseThrow().fact("differences")).contains("0");
    change("insert into orders values (1, 2)", "analyze");
    assertThat(ask(noDrift().from(baseline)).status()).isEqualTo(Status.PASSED);
  }

  @Test
  void each_difference_is_told_in_these_words() throws Exception {
    change(
        "drop index by_total",
        "create index more on orders(id)",
        "drop trigger kept",
        "create trigger kept after delete on orders begin select 1; end");
    assertThat(told(noDrift().from(baseline)))
        .containsExactly(
            """
            index by_total is missing
              expected  definition: CREATE INDEX by_total on orders(total)
              found     nothing of that name
              fix       suggestion, never executed here: CREATE INDEX by_total on orders(total);
              code      drift.missing""",
            """
            index more is not in %s
              expected  nothing of that name
              found     definition: CREATE INDEX more on orders(id)
              fix       suggestion, never executed here: DROP INDEX "more";
              code      drift.surplus"""
                .formatted(baseline),
            """
            trigger kept was changed
              expected  definition: CREATE TRIGGER kept after delete on orders begin select raise(abort, 'kept'); end
              found     definition: CREATE TRIGGER kept after delete on orders begin select 1; end
              fix       suggestion, never executed here: DROP TRIGGER "kept";
                        CREATE TRIGGER kept after delete on orders begin select raise(abort, 'kept'); end;
              code      drift.changed""");
  }

  @Test
  void what_is_part_of_something_missing_is_told_with_it() throws Exception {
    change("drop table orders");
    assertThat(told(noDrift().from(baseline)))
        .singleElement()
        .asString()
        .startsWith("table orders is missing, and 2 more with it")
        .contains("found     nothing of that name")
        .contains("with it: index by_total, trigger kept")
        .contains("decide which is right");
  }

  @Test
  void a_missing_or_damaged_baseline_is_refused_while_planning() throws Exception {
    assertThatThrownBy(() -> ask(noDrift().from(directory.resolve("none"))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("recordBaseline(\"" + directory.resolve("none") + "\")");
    String text = Files.readString(baseline);
    for (String bad :
        List.of(
            "",
            "{\"baseline\":2}\n",
            text.substring(0, text.length() - 1),
            text + "x\n",
            text + "{\"kind\":\"a\",\"name\":\"b\"}\n",
            text.replace("orders", "ord\u0000ers"))) {
      Files.writeString(baseline, bad);
      assertThatThrownBy(() -> ask(noDrift().from(baseline)))
          .as(bad)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("baseline.malformed");
    }
  }

  @Test
  void a_pattern_that_matches_nothing_is_refused() {
    assertThatThrownBy(() -> ask(noDrift().onSchemas("eng*").from(baseline)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a schema named like 'eng*'");
  }

  @Test
  void another_database_tells_what_should_be_and_the_same_one_nothing() throws Exception {
    Target other = Desk.shop(directory.resolve("other.db"), SHOP);
    assertThat(ask(noDrift().from(other)).status()).isEqualTo(Status.PASSED);
    change("drop index by_total");
    assertThat(ask(noDrift().from(other)).status()).isEqualTo(Status.FAILED);
    assertThatThrownBy(() -> ask(noDrift().from(shop)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the same database");
  }

  @Test
  void scripts_tell_what_should_be_and_leave_nothing_behind() throws Exception {
    Path file = directory.resolve("empty.db");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("pragma user_version = 0");
    }
    Target empty = Sqlite.file("empty", file);
    NamedCheck check =
        noDrift().fromScripts(empty, sql("create table made(x)"), sql(String.join(";", SHOP)));
    assertThat(ask(check).status()).isEqualTo(Status.PASSED);
    assertThat(ask(check).status()).isEqualTo(Status.PASSED);
    change("drop index by_total");
    assertThat(told(check)).singleElement().asString().startsWith("index by_total is missing");
    assertThatThrownBy(
            () -> ask(noDrift().fromScripts(Desk.shop(directory.resolve("t.db")), sql("select 1"))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("table made");
  }

  @Test
  void a_dialect_without_catalogue_is_refused_while_planning() {
    Target bare = BentSqlite.bare(directory.resolve("shop.db"));
    try (Desk desk = Desk.reading(bare)) {
      assertThatThrownBy(() -> noDrift().from(baseline).plan(desk))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("dialect.no-catalogue");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_baseline_that_cannot_be_written_is_refused_while_planning() throws Exception {
    try (Desk desk = Desk.reading(shop)) {
      assertThatThrownBy(() -> desk.bind(recordBaseline(directory.resolve("no/where"))))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("mkdir -p");
      assertThatThrownBy(() -> desk.bind(recordBaseline(directory)))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("is something else");
    }
  }
}
