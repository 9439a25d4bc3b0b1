package dev.gatehouse.dsl.sql;

import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.tableExists;
import static dev.gatehouse.dsl.Gatehouse.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlChecksTest {
  private Path directory;
  private Desk desk;

  @BeforeEach
  void a_shop(@TempDir Path temporary) throws SQLException {
    directory = temporary;
    desk =
        Desk.at(
            directory,
            "create table orders(id integer primary key, total, state text)",
            "insert into orders values (1, 10, 'open'), (2, 20.5, 'paid'), (3, null, 'paid')",
            "create table \"od\"\"d_1\"(x)",
            "create table oddx1(x)",
            "create table \"back\\slash\"(x)",
            "create view paid as select * from orders where state = 'paid'");
  }

  @AfterEach
  void close() throws SQLException {
    desk.close();
  }

  private Status status(NamedCheck check) throws Exception {
    check.plan(desk);
    return desk.ask(check).status();
  }

  @Test
  void rows_are_counted() throws Exception {
    assertThat(status(rows("select * from orders where state = ?", "paid").are(2)))
        .isEqualTo(Status.PASSED);
    assertThat(status(rows("select * from orders").are(2))).isEqualTo(Status.FAILED);
    assertThat(status(rows("select * from orders").are(4))).isEqualTo(Status.FAILED);
    assertThat(status(rows("select * from orders").areAtLeast(3))).isEqualTo(Status.PASSED);
    assertThat(status(rows("select * from orders").areAtLeast(4))).isEqualTo(Status.FAILED);
  }

  @Test
  void a_row_too_many_fails_in_these_words() throws Exception {
    Outcome outcome = desk.ask(noRows("no open orders", "select 1 from orders where id < 3"));
    assertThat(outcome.findings().get(0).text())
        .isEqualTo(
            """
            the query does not yield the rows it should
              expected  0 rows
              found     2 rows
              fix       look at them: select 1 from orders where id < 3
              code      rows.number""");
    assertThat(status(noRows("select 1 from orders where id > 3"))).isEqualTo(Status.PASSED);
  }

  @Test
  void a_value_is_compared_by_value_and_kind() throws Exception {
    String total = "select total from orders where id = 1";
    assertThat(status(value(total).is(10))).isEqualTo(Status.PASSED);
    assertThat(status(value(total).is(10.0))).isEqualTo(Status.PASSED);
    assertThat(status(value(total).is("10"))).isEqualTo(Status.FAILED);
    assertThat(status(value(total).is(11))).isEqualTo(Status.FAILED);
    assertThat(status(value("select state from orders where id = ?", 1).is("open")))
        .isEqualTo(Status.PASSED);
    assertThat(status(value("select 1 = 1").is(true))).isEqualTo(Status.PASSED);
    assertThat(status(value("select 20.5").isBetween(20, 21))).isEqualTo(Status.PASSED);
    assertThat(status(value("select 21.5").isBetween(20, 21))).isEqualTo(Status.FAILED);
    assertThat(status(value("select 19").isAtLeast(20))).isEqualTo(Status.FAILED);
    assertThat(status(value("select '25'").isAtLeast(20))).isEqualTo(Status.FAILED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select total from orders where id = 9",
        "select total from orders where id = 3",
        "select total from orders where id < 3",
        "select total, id from orders where id = 1"
      })
  void no_single_value_is_inconclusive(String query) throws Exception {
    assertThat(status(value(query).is(10))).isEqualTo(Status.INCONCLUSIVE);
  }

  @Test
  void an_error_of_the_server_is_inconclusive_and_says_what_the_server_said() throws Exception {
    Outcome outcome = desk.ask(rows("select * from orderz").are(1));
    assertThat(outcome.status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(outcome.findings().get(0).found()).contains("no such table: orderz");
  }

  @Test
  void what_is_missing_is_refused_unless_an_earlier_step_may_yet_make_it() throws Exception {
    assertThatThrownBy(() -> rows("select * from orderz").are(1).plan(desk))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no such table: orderz");
    desk.unsettled();
    assertThat(rows("select * from orderz").are(1).plan(desk))
        .hasSize(2)
        .last()
        .asString()
        .startsWith("UNKNOWN until an earlier step has run: ")
        .contains("no such table: orderz");
    assertThat(rowCount("orderz").is(1).plan(desk))
        .containsExactly(
            "select count(*) from \"orderz\"",
            "UNKNOWN until an earlier step has run: no such table yet");
    assertThat(rows("select * from orders").are(1).plan(desk)).hasSize(1);
    assertThatThrownBy(() -> rows("select * frm orders").are(1).plan(desk))
        .isInstanceOf(Refusal.class);
  }

  /** SQLite would answer about a text. */
  @Test
  void a_slip_in_a_name_in_double_quotes_is_refused_and_when_it_comes_later_no_answer()
      throws Exception {
    assertThatThrownBy(() -> noRows("select 1 from orders where \"totl\" = 'x'").plan(desk))
        .hasMessageContaining("no such column: totl")
        .hasMessageContaining("SQLite takes for a text; write texts in single quotes");
    NamedCheck right =
        rows(
                "select 1 as \"a ` \"\" b\" from \"orders\", \"od\"\"d_1\", [oddx1] -- \"x\"\n"
                    + "where \"total\" = 10 or '\"totl\"' = ? /* \"no\" */ order by \"a ` \"\" b\"",
                "it's \"x\"")
            .are(0);
    assertThat(status(right)).isEqualTo(Status.PASSED);
    Outcome outcome = desk.ask(noRows("select 1 from orders where \"gone\" = 'x'"));
    assertThat(outcome.status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(outcome.toString()).contains("no such column: gone");
  }

  @Test
  void nonsense_is_refused_while_planning() {
    assertThatThrownBy(() -> rows("select * frm orders").are(1).plan(desk))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("syntax error")
        .hasMessageContaining("query.rejected");
    assertThatThrownBy(() -> rows("select * from orders where id = ?").are(1).plan(desk))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("query.binds");
    assertThatThrownBy(() -> rows("select 1", 5).are(1).plan(desk)).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> noRows(" -- nothing").plan(desk))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("query.blank");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "delete from orders",
        "/* harmless */ update orders set total = 0 returning id",
        "with x as (select 1) delete from orders returning id",
        "drop table orders",
        "pragma user_version = 5",
        "explain analyze delete from orders",
        "backup to x"
      })
  void a_statement_that_writes_is_refused_while_planning_and_while_asking(String sql) {
    assertThatThrownBy(() -> rows(sql).are(0).plan(desk))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("query.writes");
    assertThatThrownBy(() -> desk.ask(rows(sql).are(0)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("query.writes");
  }

  @Test
  void several_statements_are_refused() throws Exception {
    assertThatThrownBy(() -> noRows("select 1 where 0; drop table orders").plan(desk))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("query.several-statements");
    assertThat(status(noRows("select ';' where 0; -- ; end\n /* ; */ ;"))).isEqualTo(Status.PASSED);
    assertThat(status(noRows("select 1 as [a;b], \"c;d\" from (select 1 as \"c;d\") where 0")))
        .isEqualTo(Status.PASSED);
  }

  @Test
  void words_that_write_may_stand_where_they_do_not() throws Exception {
    assertThat(status(rows("with x(\"update\") as (select 'delete') select * from x").are(1)))
        .isEqualTo(Status.PASSED);
    assertThat(status(rows("select replace('a', 'a', 'b')").are(1))).isEqualTo(Status.PASSED);
  }

  @Test
  void a_secret_is_no_bind() {
    Secret secret = Secret.of("password", "hunter2".toCharArray());
    assertThatThrownBy(() -> rows("select ?", secret))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("password")
        .hasMessageNotContaining("hunter2");
  }

  @Test
  void the_plan_names_the_query_and_its_binds() throws Exception {
    assertThat(rows("select * from orders where id = ?", 7).are(0).plan(desk))
        .containsExactly("select * from orders where id = ?  -- binds [7]");
    assertThat(rowCount("main.orders").isAtLeast(1).plan(desk))
        .containsExactly("select count(*) from \"main\".\"orders\"");
  }

  @Test
  void rows_of_a_table_are_counted() throws Exception {
    assertThat(status(rowCount("orders").isAtLeast(3))).isEqualTo(Status.PASSED);
    assertThat(status(rowCount("orders").isAtLeast(4))).isEqualTo(Status.FAILED);
    assertThat(status(rowCount("main.orders").is(3))).isEqualTo(Status.PASSED);
    assertThat(status(rowCount("od\"d_1").is(0))).isEqualTo(Status.PASSED);
    assertThat(status(rowCount("orders").isBetween(4, 5))).isEqualTo(Status.FAILED);
  }

  @Test
  void counting_a_table_that_is_not_there_is_refused_while_planning_and_fails_later()
      throws Exception {
    String text =
        """
        there is no table 'od_ers' to count
          expected  a table or view of that name on shop
          found     nothing
          fix       correct the name, or put the step that creates it before this check
          code      table.missing""";
    assertThatThrownBy(() -> rowCount("od_ers").isAtLeast(1).plan(desk))
        .isInstanceOf(Refusal.class)
        .hasMessage(text);
    Outcome outcome = desk.ask(rowCount("od_ers").isAtLeast(1));
    assertThat(outcome.status()).isEqualTo(Status.FAILED);
    assertThat(outcome.findings().get(0).text()).isEqualTo(text);
  }

  @Test
  void a_table_exists_or_not() throws Exception {
    assertThat(status(tableExists("orders"))).isEqualTo(Status.PASSED);
    assertThat(status(tableExists("ORDERS"))).isEqualTo(Status.PASSED);
    assertThat(status(tableExists("main.orders"))).isEqualTo(Status.PASSED);
    assertThat(status(tableExists("od\"d_1"))).isEqualTo(Status.PASSED);
    assertThat(status(tableExists("back\\slash"))).isEqualTo(Status.PASSED);
    assertThat(status(tableExists("od_ers"))).isEqualTo(Status.FAILED);
    assertThat(status(tableExists("odd_1"))).isEqualTo(Status.FAILED);
    assertThat(status(tableExists("other.orders"))).isEqualTo(Status.INCONCLUSIVE);
    Outcome view = desk.ask(tableExists("paid"));
    assertThat(view.status()).isEqualTo(Status.FAILED);
    assertThat(view.findings().get(0).found()).isEqualTo("a VIEW of that name");
  }

  @Test
  void a_check_has_its_own_words_as_name_until_it_is_named() {
    assertThat(rows("select  *\n from orders").are(3)).hasToString("3 rows: select * from orders");
    assertThat(noRows("nothing open", "select 1").name()).isEqualTo("nothing open");
    assertThat(rowCount("orders").isAtLeast(9).named("enough orders")).hasToString("enough orders");
    assertThatThrownBy(() -> noRows(" ", "select 1")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_check_of_one_product_is_refused_on_another() throws Exception {
    NamedCheck.Planning planning = reading -> List.of("a question");
    assertThat(planning.onlyOn("SQLite").plan(desk)).containsExactly("a question");
    assertThatThrownBy(() -> planning.onlyOn("PostgreSQL").plan(desk))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("this can only be asked of PostgreSQL")
        .hasMessageContaining("expected  a target of PostgreSQL")
        .hasMessageContaining("which is SQLite")
        .hasMessageContaining("fix       plan this gate for a PostgreSQL target");
  }
}
