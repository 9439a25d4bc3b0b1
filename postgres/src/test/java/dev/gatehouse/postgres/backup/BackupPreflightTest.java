package dev.gatehouse.postgres.backup;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.BackupMethod.Options;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.dsl.backup.BackUp;
import dev.gatehouse.postgres.DoingAt;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.session.Queries;
import dev.gatehouse.postgres.session.Sessions;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What would fail or hold too little is refused before anything is made. */
class BackupPreflightTest {
  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(BackupPreflightTest.class);
  private final TestDatabase database = engine.database();

  @AfterEach
  void drop() {
    database.close();
  }

  private Dumps dumps() {
    return new Dumps(engine, database, work);
  }

  private Target as(Account account) {
    return Target.at(
        "shop",
        database.jdbcUrl(),
        account.name(),
        account.secret(),
        Postgres.dialectWith(Dumps.tools(engine)));
  }

  @Test
  void an_account_from_which_policies_hide_rows_is_refused() throws Exception {
    Account reader = database.newAccount("reader");
    dumps()
        .execute(
            "CREATE TABLE secret_things (a int)",
            "ALTER TABLE secret_things ENABLE ROW LEVEL SECURITY",
            "GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + reader.name());
    assertThatThrownBy(() -> dumps().method.preflight(as(reader), Options.DEFAULT))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("row security would hide rows from the backup")
        .hasMessageContaining("public.secret_things")
        .hasMessageContaining("ALTER ROLE " + reader.name() + " BYPASSRLS");
    dumps().execute("ALTER ROLE " + reader.name() + " BYPASSRLS");
    dumps().method.preflight(as(reader), Options.DEFAULT);
  }

  @Test
  void an_account_that_may_not_read_a_table_or_sequence_is_refused_with_the_grants()
      throws Exception {
    Account reader = database.newAccount("reader");
    dumps()
        .execute(
            "CREATE SCHEMA \"Back Office\"",
            "CREATE TABLE \"Back Office\".\"Pay\" (a int)",
            "CREATE TABLE open_to_all (a int)",
            "GRANT SELECT ON open_to_all TO " + reader.name(),
            "CREATE SEQUENCE numbers");
    assertThatThrownBy(() -> dumps().method.preflight(as(reader), Options.DEFAULT))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(
            reader.name() + " lacks it on \"Back Office\".\"Pay\", public.numbers")
        .hasMessageContaining("GRANT USAGE ON SCHEMA \"Back Office\" TO " + reader.name() + ";")
        .hasMessageContaining("GRANT SELECT ON SEQUENCE public.numbers TO " + reader.name() + ";")
        .hasMessageNotContaining("open_to_all");
    dumps()
        .execute(
            "GRANT USAGE ON SCHEMA \"Back Office\" TO " + reader.name(),
            "GRANT SELECT ON \"Back Office\".\"Pay\" TO " + reader.name(),
            "GRANT SELECT ON SEQUENCE public.numbers TO " + reader.name());
    dumps().method.preflight(as(reader), Options.DEFAULT);
  }

  /** Forty tables: more than one finding holds. */
  @Test
  void every_grant_that_is_missing_is_named() throws Exception {
    Account reader = database.newAccount("reader");
    StringBuilder grants = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      dumps().execute("CREATE TABLE a_table_with_a_rather_long_name_" + i + " (a int)");
    }
    try {
      dumps().method.preflight(as(reader), Options.DEFAULT);
    } catch (Refusal refused) {
      refused.findings().forEach(finding -> grants.append(finding.fix()).append('\n'));
      assertThat(refused).hasMessageNotContaining("cut");
    }
    assertThat(grants.toString().lines()).hasSize(40).doesNotHaveDuplicates();
    dumps().execute(grants.toString());
    dumps().method.preflight(as(reader), Options.DEFAULT);
  }

  /** The restore that undoes the second backs up as well. */
  @Test
  void the_same_refusal_of_several_steps_is_told_once() throws Exception {
    Account reader = database.newAccount("reader");
    dumps().execute("CREATE TABLE pay (a int)", "CREATE SCHEMA gatehouse");
    dumps().execute("ALTER SCHEMA gatehouse OWNER TO " + reader.name());
    BackUp dump = backUp(into(work.resolve("other"))).named("backup");
    Runbook book =
        runbook(
            "Deploy",
            gate("Backup", dump),
            gate(
                "Change",
                inOneTransaction(sql("SELECT 1")).named("change").undoneBy(restore(dump))));
    assertThatThrownBy(() -> Plan.of(book, as(reader)))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith(
            "step 'backup' of gate 'Backup', step 'change' of gate 'Change': this account may not"
                + " read all that is to be backed up\n")
        .message()
        .containsOnlyOnce("GRANT SELECT ON public.pay TO ");
  }

  @Test
  void a_role_that_is_missing_is_named_before_a_drill_makes_anything() throws Exception {
    String owner = database.newName("owner");
    dumps().execute("CREATE ROLE " + owner, "CREATE TABLE owned (a int)");
    dumps().execute("ALTER TABLE owned OWNER TO " + owner);
    Artifact artifact = dumps().backUp(1);
    dumps().execute("ALTER TABLE owned OWNER TO " + database.account(), "DROP ROLE " + owner);
    assertThatThrownBy(() -> dumps().drill(artifact))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the server lacks what the backup needs")
        .hasMessageContaining("CREATE ROLE \"" + owner + "\"");
    assertThatThrownBy(() -> dumps().restore(artifact, dumps().unpacked(artifact), Progress.SILENT))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("role " + owner);
    assertThat(dumps().databaseLike("gatehouse\\_drill\\_%")).isEmpty();
  }

  @Test
  void a_drill_that_may_not_create_its_database_is_refused() throws Exception {
    Target reader = as(database.newAccount("reader"));
    String account = reader.coordinates().orElseThrow().account();
    assertThatThrownBy(
            () -> dumps().method.preflightDrill(dumps().target, new Scratch.OnServer(reader)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the drill may not create its scratch database")
        .hasMessageContaining("ALTER ROLE " + account + " CREATEDB");
    dumps().execute("ALTER ROLE " + account + " CREATEDB");
    dumps().method.preflightDrill(dumps().target, new Scratch.OnServer(reader));
  }

  /** Neither dump nor content would be of one state of it. */
  @ParameterizedTest
  @ValueSource(strings = {"backup.snapshot-exported", "backup.dumped"})
  void a_schema_that_changes_during_a_backup_is_told(String point) throws Exception {
    dumps().execute("CREATE TABLE item AS SELECT 1 AS id");
    DoingAt late =
        new DoingAt(
            point,
            () -> {
              dumps().execute("ALTER TABLE item ADD later int");
              return true;
            });
    assertThatThrownBy(() -> dumps().backUp(Options.DEFAULT, late))
        .isInstanceOf(StepFailed.class)
        .hasMessageContaining("the schema changed during the backup");
    assertThat(dumps().vault.artifacts()).isEmpty();
  }

  @Test
  void options_that_mean_nothing_here_are_refused() {
    assertThatThrownBy(() -> dumps().method.preflight(dumps().target, new Options(true, false, 1)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("leave out compacted()");
  }

  @Test
  void a_data_source_alone_is_no_login_for_a_tool() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(database.jdbcUrl());
    Target target = Target.of("shop", source, Postgres.dialect());
    assertThatThrownBy(() -> dumps().method.preflight(target, Options.DEFAULT))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("pg_dump and pg_restore need to log in")
        .hasMessageContaining("target.withLogin(\"jdbc:postgresql:");
  }

  @Test
  void too_many_tables_for_the_servers_locks_are_counted_before() throws Exception {
    try (Connection session = Sessions.own(dumps().target)) {
      LockRoom.require(session, 100, "a backup", "");
      assertThatThrownBy(() -> LockRoom.require(session, 20_000, "a backup", ""))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("room for 20000 locks in one transaction")
          .hasMessageContaining("ALTER SYSTEM SET max_locks_per_transaction = ");
    }
  }

  /** Full at that many at the earliest: what is not refused has its room when nobody else asks. */
  @Test
  void the_room_for_locks_is_there() throws Exception {
    try (Connection session = Sessions.own(dumps().target)) {
      session.setAutoCommit(false);
      long room = LockRoom.of(session);
      Queries.run(
          session,
          "SELECT count(pg_advisory_xact_lock(i)) FROM generate_series(1, " + room + ") i");
      assertThatThrownBy(
              () ->
                  Queries.run(
                      session,
                      "SELECT count(pg_advisory_xact_lock(i)) FROM generate_series(1, "
                          + room * 2
                          + ") i"))
          .hasMessageContaining("max_locks_per_transaction");
    }
  }

  @Test
  @Tag("nightly")
  void twenty_thousand_tables_are_refused_with_the_fix() throws Exception {
    try (Connection session = database.connect()) {
      for (int thousand = 0; thousand < 20; thousand++) {
        Queries.run(
            session,
            "DO $$BEGIN FOR i IN 1..1000 LOOP EXECUTE format('CREATE TABLE t%s_%s (a int)', "
                + thousand
                + ", i); END LOOP; END$$");
      }
    }
    long begun = System.nanoTime();
    assertThatThrownBy(() -> dumps().method.preflight(dumps().target, Options.DEFAULT))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("room for 20000 locks");
    assertThat(System.nanoTime() - begun).isLessThan(30_000_000_000L);
  }
}
