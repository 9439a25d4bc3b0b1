package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqliteScriptsTest {
  private final SqliteScripts scripts = new SqliteScripts();

  private List<String> split(String text) {
    return scripts.read(Script.of("t.sql", text)).stream().map(ScriptStatement::sql).toList();
  }

  @Test
  void splits_at_semicolons_and_counts_lines() {
    assertThat(
            scripts.read(
                Script.of("t.sql", "-- head\ncreate table a(x);\n\n  insert into a\nvalues (1)")))
        .containsExactly(
            new ScriptStatement("t.sql", 2, "create table a(x)"),
            new ScriptStatement("t.sql", 4, "insert into a\nvalues (1)"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"insert into t valuess (2)", "select 1 union all", "select 0x"})
  void a_statement_that_the_engine_cannot_parse_is_refused_with_its_line(String statement) {
    assertThatThrownBy(() -> split("create table t(x);\n\n" + statement + ";\nselect 1"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("script.syntax")
        .hasMessageContaining("t.sql:3  " + statement);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "insert into absent values (1)",
        "create trigger r after insert on absent begin select 1; end",
        "create virtual table v using absent(x)",
        "select absent(1)",
        "alter table absent add column x",
        "select load_extension('x')"
      })
  void what_only_the_target_can_tell_is_left_to_the_run(String statement) {
    assertThat(split(statement)).containsExactly(statement);
  }

  @Test
  void an_empty_script_and_empty_statements_hold_nothing() {
    assertThat(split("\uFEFF ;; -- only a comment\n /* ; */ ;")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 'a;b', 'it''s; so'",
        "select \"a;\"\"b\" from t",
        "select `a;``b` from t",
        "select [a;b] from t",
        "select 1 -- a;b\n, 2",
        "select /* a;b ' */ 1",
        "select 'a\\'",
        "select x'3b', 5--1\n",
        "select a$b from t",
        "create trigger r after insert on t begin insert into l values (1); select 2; end",
        "create temp trigger r after insert on t begin\n"
            + " update t set a = case when a > 0 then 1 else case a when 2 then 3 end end;\n end",
        "CREATE TEMPORARY TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END",
        "create trigger if not exists \"end;\" before delete on t when old.a = 'x;' begin"
            + " delete from l /* ; end ; */ where a = 'end;'; -- end;\n end",
        "explain query plan select 1",
        "pragma foreign_key_check",
        "pragma main.user_version = 7",
      })
  void what_looks_like_an_end_inside_a_statement_is_none(String statement) {
    assertThat(split(statement + ";\nselect 2;"))
        .hasSize(2)
        .first()
        .asString()
        .isEqualTo(statement.strip());
  }

  @Test
  void each_statement_of_a_script_is_one_that_the_engine_completes() throws Exception {
    String script =
        """
        create table t(a, [b;c] text default 'x;y');
        create table l(a);
        /* a log; */ create trigger r after insert on t when new.a > 0 begin
          insert into l values (case when new.a > 5 then 'big;' else 'small' end);
          update t set a = a + 1 where rowid = new.rowid;
        end;
        insert into t(a) values (9) -- nine;
        ;
        create view v as select case a when 10 then 'ten' end as w from t""";
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:")) {
      for (String statement : split(script)) {
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
          prepared.execute();
        }
      }
      try (var rows = connection.createStatement().executeQuery("select w, l.a from v, l")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1) + " " + rows.getString(2)).isEqualTo("ten big;");
      }
    }
    assertThat(split(script)).hasSize(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "BEGIN",
        "begin immediate transaction",
        "Commit",
        "END",
        "rollback to x",
        "SAVEPOINT x",
        "release x",
        "attach 'x' as y",
        "DETACH y",
        "vacuum",
        "VACUUM INTO 'x'",
        "pragma journal_mode = wal",
        "pragma main.writable_schema = on",
        "pragma \"query_only\" = off",
        "backup to x",
        "restore from x",
        ".read other.sql",
        "#!/usr/bin/sqlite3",
        "exec x",
        "select ?",
        "select :name",
        "select 'open",
        "select \"open",
        "select [open",
        "select 1 /* open",
        "create trigger r after insert on t begin select 1",
      })
  void what_a_transaction_cannot_hold_is_refused_with_file_and_line(String statement) {
    assertThatThrownBy(() -> split("select 1;\n\n" + statement + ";\n"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("t.sql:3  ")
        .hasMessageContaining("fix");
    assertThatThrownBy(() -> split("/* first */ " + statement)).isInstanceOf(Refusal.class);
  }

  @Test
  void transaction_control_is_refused_in_these_words() {
    assertThatThrownBy(() -> split("create table a(x);\nBEGIN;\nselect 1;\nEND;"))
        .hasMessage(
            """
            a script controls its transaction by itself
              expected  statements that one transaction can hold
              found     t.sql:2  begin
              fix       delete this statement; inOneTransaction begins and commits
              code      script.not-transactional""");
  }

  @Test
  void words_of_transactions_inside_other_statements_are_welcome() {
    assertThat(split("create table [begin](\"commit\" text); select 'BEGIN;', end_at from x;"))
        .hasSize(2);
  }
}
