package dev.gatehouse.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.AccessReader;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.BackupMethod.Produced;
import dev.gatehouse.core.dialect.Dialect;
import dev.gatehouse.core.dialect.Identifier;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.RestoreMethod.State;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.ScriptReader;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.DialectContract;
import dev.gatehouse.core.testkit.ListedAccess;
import java.nio.file.Files;
import java.sql.Connection;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The contract goes red for what a dialect can get wrong about names, copies and scripts. */
class ContractOnDataTest extends Objections {
  private static final Content NOTHING = new Content("sha256:0", List.of());

  private static Dialect quoting(UnaryOperator<String> quote) {
    return Bent.dialect(
        "quote", (s, a) -> quote.apply(((Identifier) Objects.requireNonNull(a[0])).name()));
  }

  @Test
  void names_that_become_others() {
    red(
        quoting(name -> '"' + name + '"'),
        DialectContract::names_come_back_as_they_were_given_or_are_refused,
        "tables by the names they were given");
    red(
        quoting(name -> SqlNames.quoted(name.substring(0, Math.min(63, name.length())))),
        DialectContract::names_come_back_as_they_were_given_or_are_refused,
        "tables by the names they were given");
    red(
        quoting(name -> SqlNames.quoted(name.toUpperCase(Locale.ROOT))),
        DialectContract::names_come_back_as_they_were_given_or_are_refused,
        "tables by the names they were given");
    red(
        quoting(name -> name),
        DialectContract::reserved_words_quotes_and_wildcards_are_usable_names,
        "syntax error");
  }

  @Test
  void names_that_break_out() {
    red(
        quoting(
            name ->
                name.contains("DROP TABLE")
                    ? "x (id, name); DROP TABLE contract_item; --"
                    : SqlNames.quoted(name)),
        DialectContract::names_come_back_as_they_were_given_or_are_refused,
        "tables");
  }

  private static Dialect backups(String method, Bent.Bend bend) {
    BackupMethod bent =
        Bent.part(BackupMethod.class, Sqlite.dialect().backups().orElseThrow(), method, bend);
    return Bent.dialect("backups", (s, a) -> Optional.of(bent));
  }

  private static Dialect restoring(String method, Bent.Bend bend) {
    RestoreMethod bent =
        Bent.part(RestoreMethod.Swap.class, new SqliteBackups(Optional.empty()), method, bend);
    return backups("restoring", (s, a) -> bent);
  }

  @Test
  void contents_that_nobody_looked_at() {
    Dialect bent = backups("content", (s, a) -> NOTHING);
    red(bent, DialectContract::content_tells_rows_values_and_schema_apart, "expected: 3");
    red(
        bent,
        DialectContract::a_restore_brings_back_the_content_that_was_backed_up,
        "content is looked at");
    red(
        backups("contentAs", (s, a) -> NOTHING),
        DialectContract::a_restore_brings_back_the_content_that_was_backed_up,
        "content of the backup");
  }

  @Test
  void restores_that_do_nothing() {
    red(
        restoring("restore", (s, a) -> null),
        DialectContract::a_restore_brings_back_the_content_that_was_backed_up,
        "content after the restore");
  }

  @Test
  void restores_that_say_they_happened_or_did_not() {
    for (State always : State.values()) {
      red(
          restoring("state", (s, a) -> always),
          DialectContract::a_restore_brings_back_the_content_that_was_backed_up,
          "APPLIED");
    }
  }

  @Test
  void backups_of_something_else() {
    red(
        backups(
            "backUp",
            (s, a) -> {
              Produced made = (Produced) Objects.requireNonNull(s.call());
              return new Produced(
                  made.fileNames(),
                  made.method(),
                  NOTHING,
                  made.source(),
                  made.snapshotAt(),
                  made.versions());
            }),
        DialectContract::a_restore_brings_back_the_content_that_was_backed_up,
        "content of the backup");
  }

  @Test
  void drills_that_believe_the_manifest() {
    red(
        backups("drill", (s, a) -> ((Artifact) Objects.requireNonNull(a[0])).manifest().content()),
        DialectContract::a_drill_of_a_copy_that_was_cut_short_does_not_find_its_content,
        "bytes");
  }

  @Test
  void drills_that_leave_something_behind() {
    red(
        backups(
            "drill",
            (s, a) -> {
              Files.createFile(
                  ((Scratch.InDirectory) Objects.requireNonNull(a[2])).parent().resolve("left"));
              return s.call();
            }),
        DialectContract::a_drill_finds_the_content_of_the_backup_and_touches_nothing,
        "left behind");
  }

  private static Dialect scripts(ScriptReader reader) {
    return Bent.dialect("scripts", (s, a) -> Optional.of(reader));
  }

  @Test
  void scripts_that_are_split_at_every_semicolon() {
    Dialect naive =
        scripts(
            script ->
                Arrays.stream(script.text().split(";", -1))
                    .map(sql -> new ScriptReader.ScriptStatement(script.name(), 1, sql))
                    .toList());
    red(
        naive,
        DialectContract::a_script_is_split_into_statements_that_take_effect_one_by_one,
        "size");
    red(naive, DialectContract::a_script_without_statements_has_none, "empty");
    red(
        naive,
        DialectContract::a_script_that_ends_its_transaction_is_refused_with_its_place,
        "to raise a throwable");
  }

  private static AccessReader tables(BiPredicate<String, String> matching, String... roles) {
    return connection ->
        new ListedAccess(
            List.of(roles),
            Queries.texts(connection, "SELECT name FROM sqlite_schema ORDER BY name"),
            Set.of(),
            matching);
  }

  private static boolean asSaid(String pattern, String name) {
    return NamePattern.of(pattern).matches(name);
  }

  private static boolean asLikeHasIt(String pattern, String name) {
    return name.matches(pattern.replace("*", ".*").replace("_", "."));
  }

  private static Dialect privileges(AccessReader catalogue) {
    return Bent.dialect("privileges", (s, a) -> Optional.of(catalogue));
  }

  @Test
  void privileges_by_a_pattern_in_which_an_underscore_is_anything() throws Exception {
    green(
        privileges(tables(ContractOnDataTest::asSaid)),
        DialectContract::a_pattern_matches_the_tables_it_says_and_an_underscore_is_an_underscore);
    red(
        privileges(tables(ContractOnDataTest::asLikeHasIt)),
        DialectContract::a_pattern_matches_the_tables_it_says_and_an_underscore_is_an_underscore,
        "contractXitem");
    green(
        privileges(tables(ContractOnDataTest::asSaid)),
        DialectContract::a_role_that_is_not_there_does_not_exist);
    red(
        privileges(tables(ContractOnDataTest::asSaid, "nobody_at_all")),
        DialectContract::a_role_that_is_not_there_does_not_exist,
        "nobody_at_all");
  }

  @Test
  void what_a_dialect_lacks_is_asserted_and_not_left_out() throws Exception {
    for (String capability : List.of("backups", "scripts", "privileges")) {
      Dialect lacking = Bent.dialect(capability, (s, a) -> Optional.empty());
      green(
          lacking, DialectContract::what_it_lacks_is_refused_while_planning_and_what_it_has_is_not);
      green(lacking, DialectContract::a_restore_brings_back_the_content_that_was_backed_up);
      green(lacking, DialectContract::a_script_without_statements_has_none);
    }
  }

  @Test
  void planning_that_writes() {
    red(
        Bent.dialect(
            "openReading",
            (s, a) -> {
              Target target = (Target) Objects.requireNonNull(a[0]);
              try (Connection session = Sqlite.dialect().openWriting(target)) {
                long version = Queries.number(session, "PRAGMA user_version");
                Queries.run(session, "PRAGMA user_version = " + (version + 1));
                assertThat(session.getAutoCommit()).isTrue();
              }
              return s.call();
            }),
        DialectContract::what_it_lacks_is_refused_while_planning_and_what_it_has_is_not,
        "planning changed nothing");
  }
}
