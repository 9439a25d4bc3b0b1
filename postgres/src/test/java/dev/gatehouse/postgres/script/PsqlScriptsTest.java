package dev.gatehouse.postgres.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What psql would do with a line is done, or refused with its place and what to write instead. */
class PsqlScriptsTest {

  /** Scripts in memory, named by their paths. */
  private record Kept(String name, Map<String, String> all) implements Script {
    @Override
    public String text() {
      return all.getOrDefault(name, "");
    }

    @Override
    public Script beside(String path) {
      int end = name.lastIndexOf('/');
      return new Kept(name.substring(0, end + 1) + path, all);
    }

    @Override
    public Script below(String path) {
      return new Kept(path, all);
    }
  }

  private static List<String> read(String text) {
    return new PsqlScripts()
        .read(Script.of("x.sql", text)).stream().map(ScriptStatement::sql).toList();
  }

  private static void refuses(String text, String code, String found, String fix) {
    assertThatThrownBy(() -> read(text))
        .as(text)
        .isInstanceOfSatisfying(
            Refusal.class,
            e -> {
              Finding finding = e.findings().get(0);
              assertThat(finding.code()).isEqualTo(code);
              assertThat(finding.found()).startsWith(found);
              assertThat(finding.fix()).contains(fix);
            });
  }

  @Test
  void variables_stand_for_their_text_outside_of_quotes_only() {
    assertThat(
            read(
                """
                \\set v 'it''s'
                \\set t eng.orders
                SELECT :'v', ':v', $$:v$$, E':v', ":v" FROM /* :v */ :t; -- :v
                \\set n 1 ' ' 2
                SELECT :'n', :"n", b[1:t], x::int, f(a := 1);
                """))
        .containsExactly(
            "SELECT 'it''s', ':v', $$:v$$, E':v', \":v\" FROM /* :v */ eng.orders",
            "SELECT '1 2', \"1 2\", b[1eng.orders], x::int, f(a := 1)");
  }

  @Test
  void a_variable_may_hold_whole_statements_and_other_variables() {
    assertThat(read("\\set a 'SELECT 1; SELECT :b'\n\\set b 2\n:a;\nSELECT :{?a}, :{?z};"))
        .containsExactly("SELECT 1", "SELECT 2", "SELECT TRUE, FALSE");
    assertThat(read("\\set b 2\n\\set a :b :'b'\n\\set b 3\nSELECT :a;\n\\set empty\n:empty;"))
        .containsExactly("SELECT 2'2'");
  }

  @Test
  void a_colon_of_sql_is_no_variable() {
    assertThat(read("SELECT a[1:n], a[:n], json_object('a' :b, 'c':'d'), x::text;"))
        .containsExactly("SELECT a[1:n], a[:n], json_object('a' :b, 'c':'d'), x::text");
  }

  @Test
  void a_variable_without_a_value_is_refused() {
    refuses("SELECT 1;\nSELECT :v;", "script.variable", "x.sql:2  :v", "\\set v value");
    refuses("SELECT :'v';", "script.variable", "x.sql:1  :v", "\\set v value");
    refuses("\\set v 1\n\\unset v\nSELECT :\"v\";", "script.variable", "x.sql:3", "\\set v value");
    refuses("\\set v :w", "script.variable", "x.sql:1  :w", "\\set w value");
  }

  @Test
  void a_variable_that_stands_for_itself_is_refused() {
    refuses(
        "\\set a ':b'\n\\set b ':a'\nSELECT :a;", "script.malformed", "x.sql:3", "a value without");
  }

  @Test
  void what_seeds_say_to_psql_is_accepted() {
    assertThat(
            read(
                """
                \\set ON_ERROR_STOP on
                \\timing on
                \\echo 'Applying migrations...'
                SELECT 1;
                \\set AUTOCOMMIT on
                \\set ON_ERROR_ROLLBACK off
                \\set VERBOSITY verbose
                """))
        .containsExactly("SELECT 1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\set ON_ERROR_STOP off", "\\set ON_ERROR_STOP 0", "\\set AUTOCOMMIT off",
        "\\set ON_ERROR_ROLLBACK on", "\\set ON_ERROR_ROLLBACK interactive", "\\set SINGLELINE"
      })
  void what_changes_the_meaning_of_an_error_is_refused(String line) {
    refuses("SELECT 1;\n" + line, "script.client-command", "x.sql:2  " + line, "delete this line");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\\! touch /tmp/canary | command(",
        "\\copy t from 'x.csv' | COPY ... FROM stdin",
        "\\c other | bound to one target",
        "\\connect other | bound to one target",
        "\\gexec | write the statements",
        "\\if true | in Java",
        "\\pset null x | only what psql prints",
        "\\x | only what psql prints",
        "\\q | delete it",
        "\\o out.txt | only what psql prints",
        "\\setenv A b | no program",
        "\\encoding latin1 | UTF-8",
        "\\watch 1 | noRows",
        "\\lo_import x | known are \\set",
        "\\; | known are \\set",
        "\\unrestrict a | known are \\set"
      })
  void any_other_command_is_refused_with_what_to_write_instead(String line, String fix) {
    refuses("SELECT 1;\n" + line + "\n", "script.client-command", "x.sql:2  " + line, fix);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\set v `date`", "\\echo `touch /tmp/canary`", "\\i `ls`"})
  void a_command_within_a_command_is_refused(String line) {
    refuses(line, "script.client-command", "x.sql:1  " + line, "write its output");
  }

  @Test
  void two_commands_in_a_line_are_refused() {
    refuses("\\set v 1 \\! ls", "script.client-command", "x.sql:1", "a line of its own");
    refuses("\\set v 'a", "script.client-command", "x.sql:1", "close it with '");
    refuses("\\set", "script.client-command", "x.sql:1", "\\set NAME value");
    refuses("\\set a-b 1", "script.client-command", "x.sql:1", "letters, digits and underscores");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN",
        "begin work",
        "START TRANSACTION",
        "COMMIT",
        "COMMIT AND CHAIN",
        "END",
        "ABORT",
        "ROLLBACK",
        "ROLLBACK TO SAVEPOINT a",
        "SAVEPOINT a",
        "RELEASE a",
        "PREPARE TRANSACTION 'a'",
        "COMMIT PREPARED 'a'",
        "ROLLBACK PREPARED 'a'",
        "SET TRANSACTION READ ONLY",
        "SET LOCAL TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"
      })
  void transaction_control_is_refused(String sql) {
    refuses(
        "SELECT 1;\n/* x */ " + sql + ";",
        "script.not-transactional",
        "x.sql:2  " + sql,
        "inOneTransaction begins and commits");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "VACUUM",
        "VACUUM (FULL) t",
        "CREATE DATABASE d",
        "DROP DATABASE d",
        "CREATE TABLESPACE s",
        "ALTER SYSTEM SET a = 1",
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
        "DROP INDEX CONCURRENTLY i",
        "REINDEX INDEX CONCURRENTLY i",
        "REINDEX (CONCURRENTLY) TABLE t",
        "REINDEX DATABASE d",
        "REINDEX SCHEMA s",
        "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
        "CLUSTER",
        "ALTER DATABASE d SET TABLESPACE s",
        "CREATE SUBSCRIPTION s",
        "DISCARD ALL"
      })
  void what_no_transaction_holds_is_refused(String sql) {
    refuses(
        "\n\n" + sql + ";",
        "script.not-transactional",
        "x.sql:3  " + sql,
        "outsideTransaction(sql(");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "COPY t FROM PROGRAM 'ls' | no rollback undoes",
        "COPY (SELECT 1) TO PROGRAM 'cat > /tmp/canary' | no rollback undoes",
        "COPY t TO '/tmp/x' | no rollback removes",
        "COPY t TO stdout | rows(",
        "SET standard_conforming_strings = off | E'...'",
        "RESET standard_conforming_strings | E'...'",
        "SET client_encoding = 'latin1' | UTF-8",
        "SET NAMES latin1 | UTF-8",
        "DELIMITER // | known are",
        "SELCT 1 | known are",
        "source x.sql | known are"
      })
  void what_escapes_otherwise_is_refused(String sql, String fix) {
    refuses(sql, "script.not-transactional", "x.sql:1  " + sql, fix);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TYPE mood ADD VALUE 'so'",
        "SET standard_conforming_strings = on",
        "SET client_encoding = 'UTF8'",
        "SET LOCAL lock_timeout = '10s'",
        "(SELECT 1)",
        "CREATE INDEX i ON t (a)",
        "CREATE INDEX concurrently_i ON t (a)",
        "DROP INDEX i",
        "REINDEX TABLE t",
        "CLUSTER t USING i",
        "ALTER TABLE t DETACH PARTITION p",
        "COPY t FROM '/srv/x.csv'",
        "CREATE TABLE vacuum (begin int)",
        "PREPARE p AS SELECT 1",
        "WITH a AS (SELECT 1) DELETE FROM t",
        "DO $$ BEGIN COMMIT; END $$",
        "CALL p()",
        "ALTER DATABASE d SET work_mem = 1",
        "DISCARD TEMP"
      })
  void what_a_transaction_can_hold_is_read(String sql) {
    assertThat(read(sql + ";")).containsExactly(sql);
  }

  @Test
  void included_scripts_stand_where_they_are_included() {
    Map<String, String> all =
        Map.of(
            "main.sql", "\\set s eng\nSELECT 1;\n\\i db/a.sql\nSELECT 4;",
            "db/a.sql", "SELECT 2 AS :s;\n\\ir sub/b.sql;\n\\include_relative 'sub/b.sql'",
            "db/sub/b.sql", "-- b\nSELECT 3;\n");
    assertThat(new PsqlScripts().read(new Kept("main.sql", all)))
        .extracting(s -> s.where() + " " + s.sql())
        .containsExactly(
            "main.sql:2 SELECT 1",
            "db/a.sql:1 SELECT 2 AS eng",
            "db/sub/b.sql:2 SELECT 3",
            "db/sub/b.sql:2 SELECT 3",
            "main.sql:4 SELECT 4");
  }

  @Test
  void a_script_that_includes_itself_is_refused_with_the_way() {
    Map<String, String> all = Map.of("a.sql", "SELECT 1;\n\\i b.sql", "b.sql", "\\i a.sql");
    assertThatThrownBy(() -> new PsqlScripts().read(new Kept("a.sql", all)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("b.sql:1  a.sql -> b.sql -> a.sql");
    refuses("\\i more.sql", "scripts.include", "more.sql", "scripts(\"more.sql\")");
    refuses("\\i", "script.client-command", "x.sql:1", "one path");
    refuses("SELECT 1 \\i more.sql", "script.client-command", "x.sql:1", "with a semicolon");
  }

  @Test
  void a_copy_has_its_data_with_it() {
    assertThat(new PsqlScripts().read(Script.of("x.sql", "COPY t FROM stdin;\na\tb\n\\.\n")))
        .singleElement()
        .satisfies(copy -> assertThat(copy.data()).contains("a\tb\n"));
    refuses("COPY t FROM stdin", "script.not-transactional", "x.sql:1", "its data");
  }
}
