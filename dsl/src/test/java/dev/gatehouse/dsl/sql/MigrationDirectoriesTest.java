package dev.gatehouse.dsl.sql;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.scripts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories made for migration tools mean what those tools make of them, or are refused. */
class MigrationDirectoriesTest {
  @TempDir private Path directory = Path.of("");

  private Plan plan(Path scripts) throws Exception {
    return Plan.of(
        runbook("r", gate("g", inOneTransaction(scripts(scripts)).cannotBeUndone("test"))),
        Desk.shop(directory.resolve("shop.db")));
  }

  private Path holding(String text, String... names) throws Exception {
    Path scripts = Files.createTempDirectory(directory, "m");
    for (String name : names) {
      Files.writeString(scripts.resolve(name), text);
    }
    return scripts;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "000001_users.down.sql 000001_users.up.sql | 000001_users.down.sql | 000001_users.up.sql",
        "1.down.sql 1.up.sql | 1.down.sql | 1.up.sql",
        "down.sql up.sql | down.sql | up.sql",
        "001.do.items.sql 001.undo.items.sql | 001.undo.items.sql | 001.do.items.sql",
        "001_a.rollback.sql 001_a.sql | 001_a.rollback.sql | 001_a.sql",
        "20240101-add-down.sql 20240101-add-up.sql | 20240101-add-down.sql | 20240101-add-up.sql",
        "001_a.sql 001_a_down.sql | 001_a_down.sql | 001_a.sql",
        "001_a.sql rollback_001_a.sql | rollback_001_a.sql | 001_a.sql",
        "deploy.sql revert.sql | revert.sql | deploy.sql",
        "V1__a.sql V10__c.sql V2__b.sql | V10__c.sql | V1__a.sql",
        "V1__a.sql V1.1__b.sql | V1.1__b.sql | V1__a.sql",
        "V1.10__a.sql V1.9__b.sql | V1.10__a.sql | V1.9__b.sql",
        "V1_10__a.sql V1_9__b.sql | V1_10__a.sql | V1_9__b.sql",
        "U1__a.sql V1__a.sql | U1__a.sql | V1__a.sql",
        "U1.0__a.sql V1__a.sql | U1.0__a.sql | V1__a.sql",
        "R__views.sql V1__a.sql | R__views.sql | V1__a.sql",
        "B2__all.sql V1__a.sql V3__c.sql | B2__all.sql | V1__a.sql",
        "V1__a.sql afterMigrate.sql | afterMigrate.sql | V1__a.sql",
        "10_a.sql 2_b.sql | 10_a.sql | 2_b.sql",
        "step10.sql step9.sql readme.sql | step10.sql | step9.sql",
        "1.10.0.sql 1.2.0.sql | 1.10.0.sql | 1.2.0.sql",
        "2024-10-1_a.sql 2024-2-1_b.sql | 2024-10-1_a.sql | 2024-2-1_b.sql",
        "001_a.sql 002_b.go 003_c.sql | 002_b.go | 001_a.sql",
        "001_a.sql 002_b.SQL | 002_b.SQL | 001_a.sql",
        "a.sql db.changelog-master.xml | db.changelog-master.xml | a.sql",
        "001_users_downgrade.sql 001_users_upgrade.sql | 001_users_downgrade.sql"
            + " | 001_users_upgrade.sql",
        "create_tables.sql drop_tables.sql | drop_tables.sql | create_tables.sql",
        "install.sql uninstall.sql | uninstall.sql | install.sql",
        "setup.sql teardown.sql | teardown.sql | setup.sql",
        "001_backward.sql 001_forward.sql | 001_backward.sql | 001_forward.sql",
        "V1__a.sql beforeMigrate__set-role.sql | beforeMigrate__set-role.sql | V1__a.sql",
        "V1__a.sql V2__b.sql V2__b.sql.conf | V2__b.sql.conf | V1__a.sql",
        "step1_part10.sql step1_part2.sql | step1_part10.sql | step1_part2.sql",
        "users-2024-10.sql users-2024-9.sql | users-2024-10.sql | users-2024-9.sql",
        "0001_a.sql TEST.0002_seed.ENV.sql | TEST.0002_seed.ENV.sql | 0001_a.sql",
        "001_a.sql Version20240101.php | Version20240101.php | 001_a.sql",
        "001_a.sql 002_b.json | 002_b.json | 001_a.sql",
        "001_a.sql 002_b.sql.gz | 002_b.sql.gz | 001_a.sql",
        "001_a.sql 002_b.sql.j2 | 002_b.sql.j2 | 001_a.sql",
        "001_a.sql 002_b.mts | 002_b.mts | 001_a.sql",
        "step01.sql step02.SQL | step02.SQL | step01.sql",
        "data.sql schema.sql | data.sql | schema.sql",
        "shop-data.sql shop-structure.sql | shop-data.sql | shop-structure.sql",
        "post-data.sql pre-data.sql | post-data.sql | pre-data.sql",
        "Script.PostDeployment.sql Script.PreDeployment.sql"
            + " | Script.PostDeployment.sql | Script.PreDeployment.sql",
        "contract_users.sql expand_users.sql | contract_users.sql | expand_users.sql",
        "after.sql before.sql | after.sql | before.sql",
        "seeds.sql structure.sql | seeds.sql | structure.sql",
      })
  void what_their_names_say_otherwise_is_refused_with_both(String files, String one, String other)
      throws Exception {
    Path scripts = holding("select 1;", files.split(" "));
    assertThatThrownBy(() -> plan(scripts))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("scripts.convention")
        .hasMessageContaining("'" + one + "'")
        .hasMessageContaining("'" + other + "'")
        .hasMessageContaining("fix  ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "001_a.sql 002_b.sql 010_c.sql 100_d.sql",
        "V01__a.sql V02__b.sql V10__c.sql",
        "V1.0__a.sql V1.1__b.sql V2.0__c.sql",
        "R__a.sql R__b.sql",
        "B1__all.sql V2__b.sql",
        "20240101120000.sql 20240201120000_b.sql atlas.sum",
        "20240101_ab12f.sql 20240101_ab2c9.sql",
        "001_tear_down.sql 002_write_down.sql 003_undo_log.sql 004_rollback_audit.sql",
        "down_payments.sql up_sells.sql",
        "a.sql b.sql README.md flyway.conf",
        "001_2fa.sql 001_10x.sql",
        "policies.sql views.sql 001.sql",
        "001_create_users.sql 002_drop_users.sql",
        "001_a.sql 001_a.sql.bak notes1.md 2024.csv",
        "20240101_a1b10.sql 20240101_a1b2f.sql",
        "create_users.sql drop_old.sql",
        "01_schema.sql 02_data.sql",
        "schema.sql seed.sql",
        "data_retention.sql schema_notes.sql",
        "import.sql metadata.sql postcodes.sql precinct.sql",
        "users_after_insert.sql users_before_insert.sql",
      })
  void a_plain_directory_passes(String files) throws Exception {
    assertThat(plan(holding("select 1;", files.split(" "))).exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- migrate:down",
        "--migrate:down transaction:false",
        "-- +goose Down",
        "-- +migrate Down",
        "-- +micrate Down",
        "-- //@UNDO",
        "-- Down Migration",
        "-- Down",
        "--- DOWN ---",
        "-- ==== DOWN ====",
        "# --- !Downs",
        "-- !Downs",
        "---- create above / drop below ----",
        "-- down.sql --",
        "-- rambler down",
        "-- DOWN:",
        "-- [down]",
        "/* DOWN */",
        "-- migrate down",
        "-- Migration down",
        "-- Downgrade",
        "-- Rollback SQL:",
        "-- ~~~~ rollback ~~~~",
        "-- migration:down",
      })
  void a_part_that_undoes_the_rest_is_refused(String line) throws Exception {
    String text = "create table users(id int);\n\n" + line + "\ndrop table users;\n";
    Path all = holding(text, "001_users.sql");
    assertThatThrownBy(() -> plan(all))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("found     '001_users.sql' line 3: " + line)
        .hasMessageContaining("undoneBy(");
    assertThatThrownBy(() -> plan(all.resolve("001_users.sql"))).isInstanceOf(Refusal.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- liquibase formatted sql\n-- changeset ann:1 dbms:h2\nselect 1;",
        "--liquibase formatted sql\n--changeset ann:1 context:test\nselect 1;",
        "--liquibase formatted sql\n--changeset ann:1\n--preconditions onFail:HALT\nselect 1;",
        "-- atlas:checkpoint\n\nselect 1;",
      })
  void a_script_for_another_occasion_is_refused(String text) throws Exception {
    Path all = holding(text, "001.sql");
    assertThatThrownBy(() -> plan(all))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("which says when it is to be executed");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-- migrate:up\nselect 1;\n-- migrate:down\n",
        "--liquibase formatted sql\n--changeset ann:1\nselect 1;\n--rollback drop table x;\n",
        "select 1; -- scale down\n-- we go down here, and on\nselect 2;",
        "select 1;\n-- rollback\n-- drop table x;\n",
        "select 1;\n-- rollback\n/* drop table x;\ndrop table y; */\n",
        "-- Rollback of 001\n-- down\nselect 1;\n",
        "create trigger t after insert on w begin\n  select 1;\n  -- undo\n  select 2;\nend;",
        "-- +goose Up\n-- +goose StatementBegin\nselect 1;\n-- +goose StatementEnd\n",
      })
  void comments_that_only_look_like_it_pass(String text) throws Exception {
    assertThat(plan(holding(text, "001.sql")).exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--! Previous: sha1:ab\n--!include tables/users.sql\nselect 1;",
        "-- atlas:txtar\n\n-- checks.sql --\nselect false;\n-- migration.sql --\nselect 1;",
        "-- +goose Up\n-- +goose ENVSUB ON\nselect '$NAME';",
        "--liquibase formatted sql\n--property name:x value:y\n--changeset ann:1\nselect 1;",
        "--liquibase formatted sql\n--changeset ann:1\n--ignoreLines:1\nselect 0;\nselect 1;",
      })
  void a_comment_that_is_none_for_its_tool_is_refused(String text) throws Exception {
    assertThatThrownBy(() -> plan(holding(text, "001.sql")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("which is a comment here, and not for the tool");
  }

  @Test
  void placeholders_of_flyway_and_liquibase_are_refused() throws Exception {
    String text = "-- for ${env}\nselect '${env}' as x;";
    assertThatThrownBy(() -> plan(holding(text, "V1__a.sql")))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'V1__a.sql' line 2: select '${env}' as x;")
        .hasMessageContaining("write the value instead of ${env}");
    assertThatThrownBy(
            () -> plan(holding("--liquibase formatted sql\n--changeset a:1\n" + text, "a.sql")))
        .isInstanceOf(Refusal.class);
    assertThat(plan(holding(text, "001_a.sql")).exitCode()).isEqualTo(2);
    assertThat(plan(holding("-- for ${env}\nselect 1;", "V1__a.sql")).exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-- requires: users", "-- depends: users, zones", "-- depends: users.sql"})
  void an_order_that_the_scripts_say_is_kept_or_refused(String line) throws Exception {
    Path all = holding(line + "\nselect 1;", "orders.sql");
    Files.writeString(all.resolve("users.sql"), "select 1;");
    assertThatThrownBy(() -> plan(all))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'orders.sql' before 'users.sql', although it says: " + line)
        .hasMessageContaining(
            "inOneTransaction(scripts(\"%s\"), scripts(\"%s\"), ...)"
                .formatted(all.resolve("users.sql"), all.resolve("orders.sql")));
    Files.move(all.resolve("orders.sql"), all.resolve("users_orders.sql"));
    assertThat(plan(all).exitCode()).isEqualTo(2);
  }

  @Test
  void the_order_of_a_plan_of_sqitch_is_kept_or_refused() throws Exception {
    Path deploy = Files.createDirectory(directory.resolve("deploy"));
    Path revert = Files.createDirectory(directory.resolve("revert"));
    for (Path where : List.of(deploy, revert)) {
      Files.writeString(where.resolve("a.sql"), "select 1;");
      Files.writeString(where.resolve("b.sql"), "select 1;");
    }
    Path plan = directory.resolve("sqitch.plan");
    String head = "%syntax-version=1.0.0\n%project=shop\n\n";
    Files.writeString(plan, head + "b 2026-01-01T00:00:00Z ann <a@b> # b\n@v1 x\na [b] x\n");
    assertThatThrownBy(() -> plan(deploy))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'a.sql' before 'b.sql', which is not the order of '" + plan + "'");
    Files.writeString(plan, head + "a 2026-01-01T00:00:00Z ann <a@b> # b\n@v1 x\nb [a] x\n");
    assertThat(plan(deploy).exitCode()).isEqualTo(2);
    assertThatThrownBy(() -> plan(revert))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("which undo those in '" + deploy + "', the last one first");
  }

  /** What the refusal says can be done, and goes back in the right order. */
  @Test
  void the_undo_is_given_file_by_file_the_last_first() throws Exception {
    Path all = holding("select 1;", "1_a.up.sql", "1_a.down.sql", "9_b.up.sql", "9_b.down.sql");
    Files.writeString(all.resolve("10_c.down.sql"), "select 1;");
    assertThatThrownBy(() -> plan(all))
        .hasMessageContaining(
            "undoneBy(inOneTransaction(scripts(\"10_c.down.sql\"), scripts(\"9_b.down.sql\"),"
                + " scripts(\"1_a.down.sql\")).cannotBeUndone(");
    assertThat(plan(all.resolve("9_b.down.sql")).exitCode()).isEqualTo(2);
  }

  /** Whatever the numbers: either plain order is their order, or the directory is refused. */
  @Test
  void random_numbers_are_executed_in_their_order_or_not_at_all() {
    Random random = new Random(20261129);
    int refused = 0;
    for (int round = 0; round < 2_000; round++) {
      String prefix = List.of("", "V", "step", "v").get(random.nextInt(4));
      List<int[]> versions = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < 2 + random.nextInt(4); i++) {
        int[] version = {random.nextInt(12), random.nextInt(12)};
        String digits = random.nextInt(4) == 0 ? "%02d" : "%d";
        String name =
            (prefix + digits + "." + digits + "__x.sql").formatted(version[0], version[1]);
        if (versions.stream().noneMatch(v -> v[0] == version[0] && v[1] == version[1])) {
          versions.add(version);
          names.add(name);
        }
      }
      List<String> sorted = names.stream().sorted().toList();
      List<String> meant =
          names.stream()
              .sorted(
                  Comparator.comparing(
                      (String name) -> versions.get(names.indexOf(name)),
                      Comparator.<int[]>comparingInt(v -> v[0]).thenComparingInt(v -> v[1])))
              .toList();
      boolean betrayed = MigrationNames.betrayal(sorted, List.of()).isPresent();
      assertThat(betrayed).as("%s", sorted).isEqualTo(!sorted.equals(meant));
      refused += betrayed ? 1 : 0;
    }
    assertThat(refused).isBetween(200, 1_900);
  }
}
