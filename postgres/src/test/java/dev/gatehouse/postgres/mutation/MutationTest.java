package dev.gatehouse.postgres.mutation;

import static dev.gatehouse.core.outcome.Status.FAILED;
import static dev.gatehouse.core.outcome.Status.INCONCLUSIVE;
import static dev.gatehouse.core.outcome.Status.PASSED;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What the score tells, what it refuses, and that nothing stays. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class MutationTest {
  private static final Map<EngineUnderTest, MutationWorld> WORLDS = new HashMap<>();

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(MutationTest.class);
  }

  private final MutationWorld world;

  MutationTest(EngineUnderTest engine) throws Exception {
    if (!WORLDS.containsKey(engine)) {
      WORLDS.put(engine, new MutationWorld(engine));
    }
    world = WORLDS.get(engine);
  }

  @BeforeEach
  void fresh() throws Exception {
    world.fresh();
  }

  @AfterAll
  static void close() {
    WORLDS.values().forEach(MutationWorld::close);
    WORLDS.clear();
  }

  private static int count(Outcome outcome, String fact) {
    return Integer.parseInt(outcome.proof().orElseThrow().fact(fact).orElseThrow());
  }

  private static String fact(Outcome outcome, String name) {
    return outcome.proof().orElseThrow().fact(name).orElse("");
  }

  /** The checks that the questions name for what no claim is about. */
  private static List<Check> asked(Outcome outcome) {
    return Pattern.compile("^ *noRows\\(\"(.*)\"\\)$", Pattern.MULTILINE)
        .matcher(outcome.toString())
        .results()
        .map(one -> one.group(1).replace("\\\"", "\""))
        .<Check>map(sql -> noRows(sql))
        .toList();
  }

  @Test
  void grants_on_schemas_and_options_are_noticed_by_the_check_that_the_question_names()
      throws Exception {
    Check nothing = noRows("select 1 where false");
    Outcome before = world.ask(world.against(nothing));
    assertThat(fact(before, "survivors")).contains(" on schema app", "could pass on");
    List<Check> named = asked(before);
    assertThat(named).hasSize(4);
    Outcome after = world.ask(world.against(nothing, named.toArray(Check[]::new)));
    assertThat(fact(after, "survivors"))
        .doesNotContain(" had CREATE on schema", " had USAGE on schema", "could pass on");
  }

  private Outcome refused(Check check) throws Exception {
    try (Connection session = world.target.dialect().openReading(world.target)) {
      return check.evaluate(new At(world.target, session));
    }
  }

  private NamedCheck enabled() {
    return Postgres.rowSecurity().enabledOn("app.*");
  }

  @Test
  void each_kind_is_killed_by_an_expectation_about_it_and_survives_the_others() throws Exception {
    Outcome outcome = world.ask(world.against(enabled()).requireScore(0.9));
    assertThat(outcome.status()).isEqualTo(FAILED);
    assertThat(count(outcome, "killed")).as("DISABLE, and nothing else").isEqualTo(1);
    assertThat(fact(outcome, "survivors"))
        .contains("no force", "using true", "drop policy", "grant:", "attribute", "join", "revoke")
        .doesNotContain("DISABLE ROW LEVEL SECURITY");
    assertThat(outcome.findings()).as("one block for all that survived").hasSize(1);
    Finding survivors = outcome.findings().get(0);
    assertThat(survivors.headline()).isEqualTo("the expectations notice too little");
    assertThat(survivors.found())
        .contains("\nnobody noticed when\n")
        .contains("\n  policy doc_write of app.doc let every row be updated\n");
    assertThat(survivors.fix().replace(world.role, "app_rw"))
        .startsWith("where that must not be, these would notice:\n")
        .contains("rowSecurity().on(\"app.doc\").actingAs(\"app_rw\").separates(...)");
  }

  @Test
  @Tag("nightly")
  void all_counts_add_up_and_the_score_is_killed_of_judged() throws Exception {
    Outcome outcome =
        world.ask(world.against(grantee(world.role).hasNoEscalation()).requireScore(0.05));
    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(PASSED);
    int killed = count(outcome, "killed");
    int survived = count(outcome, "survived");
    assertThat(killed).as("BYPASSRLS, SUPERUSER, CREATEROLE, REPLICATION").isEqualTo(4);
    assertThat(
            killed
                + survived
                + count(outcome, "pruned")
                + count(outcome, "stillborn")
                + count(outcome, "inconclusive"))
        .isEqualTo(count(outcome, "mutants"));
    assertThat(Double.parseDouble(fact(outcome, "score")))
        .isBetween(
            (double) killed / (killed + survived) - 0.001, (double) killed / (killed + survived));
    assertThat(fact(outcome, "pruned ones")).contains("GRANT SELECT ON \"app\".\"doc\" TO PUBLIC");
  }

  @Test
  void what_the_account_may_not_make_is_no_proof_of_anything() throws Exception {
    String dba = world.database.newName("dba");
    world.execute(
        "CREATE ROLE " + dba + " LOGIN CREATEROLE PASSWORD 'Xy7-longer-Zq'",
        "GRANT " + world.role + " TO " + dba + " WITH ADMIN OPTION");
    try {
      Target few =
          Target.at(
              "few rights",
              world.database.jdbcUrl(),
              dba,
              Secret.of("password", "Xy7-longer-Zq".toCharArray()),
              Postgres.dialect());
      Outcome outcome =
          At.ask(few, world.against(grantee(world.role).hasNoEscalation()).requireScore(0.2));
      assertThat(outcome.status()).as(outcome.toString()).isNotEqualTo(PASSED);
      assertThat(outcome.findings().toString()).contains("DROP POLICY", "42501");
    } finally {
      world.execute("DROP OWNED BY " + dba, "DROP ROLE " + dba);
    }
  }

  @Test
  void what_cannot_be_told_is_neither_killed_nor_silent() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    NamedCheck green =
        NamedCheck.of(
            "only at first",
            reading -> List.of("nothing"),
            reading -> {
              if (asked.getAndIncrement() == 0) {
                return Outcome.passed(reading.evidence());
              }
              throw new IllegalStateException("it broke");
            });
    Outcome outcome = world.ask(world.against(green).requireScore(0.5));
    assertThat(outcome.status()).isEqualTo(INCONCLUSIVE);
    assertThat(outcome.findings().get(0).text())
        .contains("mutation.unclear", "0 killed, 0 survived", "only at first", "it broke");
  }

  @Test
  @Tag("nightly")
  void the_style_of_the_documents_notices_a_few_and_the_full_set_nearly_all() throws Exception {
    Outcome weak = scored(world.seedStyle());
    Outcome rows = scored(world.separation());
    Outcome full = scored(world.full());
    assertThat(Double.parseDouble(fact(weak, "score"))).isLessThan(0.1);
    assertThat(Double.parseDouble(fact(rows, "score"))).isBetween(0.4, 0.6);
    assertThat(Double.parseDouble(fact(full, "score"))).isGreaterThan(0.8);
    assertThat(fact(full, "survivors")).contains("CREATE ON SCHEMA", "WITH GRANT OPTION");
  }

  private Outcome scored(List<Check> checks) throws Exception {
    return world.ask(
        world
            .against(checks.get(0), checks.subList(1, checks.size()).toArray(Check[]::new))
            .requireScore(0.01));
  }

  @Test
  @Tag("nightly")
  void policies_that_hold_for_nobody_are_pruned_and_listed() throws Exception {
    world.execute(
        "CREATE ROLE %s".formatted(world.database.newName("idle")),
        "CREATE TABLE app.note (id int, tenant text)",
        "CREATE POLICY dead ON app.note USING (tenant = 'a' AND id > 0)",
        "GRANT SELECT ON app.note TO " + world.role);
    Outcome outcome =
        world.ask(
            Postgres.mutationOf("app.note")
                .forRoles(world.role)
                .against(grantee(world.role).may(SELECT).on("app.note"))
                .requireScore(0.01));
    assertThat(fact(outcome, "survivors")).as("row security is off").doesNotContain("\"dead\"");
    assertThat(fact(outcome, "pruned ones"))
        .contains(
            "drop policy: DROP POLICY \"dead\"", "using true", "check true", "flip", "narrow");
    world.execute("ALTER TABLE app.note ENABLE ROW LEVEL SECURITY");
    outcome =
        world.ask(
            Postgres.mutationOf("app.note")
                .forRoles(world.role)
                .against(grantee(world.role).may(SELECT).on("app.note"))
                .requireScore(0.01));
    assertThat(fact(outcome, "survivors"))
        .contains("USING (true)", "USING (NOT ")
        .as("nobody may write")
        .doesNotContain("WITH CHECK (true)");
    assertThat(fact(outcome, "pruned ones")).contains("check true", "check not", "narrow");
  }

  @Test
  void an_equal_condition_in_other_words_is_pruned() throws Exception {
    world.execute(
        "CREATE POLICY whole ON app.doc FOR SELECT USING (1 = 1 OR tenant = 'z')",
        "ALTER POLICY doc_read ON app.doc USING (true)");
    Outcome outcome =
        world.ask(world.against(grantee(world.role).may(SELECT).on("app.doc")).requireScore(0.01));
    assertThat(fact(outcome, "pruned ones"))
        .contains("using true: ALTER POLICY \"whole\"", "using false: ALTER POLICY \"doc_read\"");
    assertThat(fact(outcome, "survivors")).contains("ALTER POLICY \"doc_write\"");
  }

  @Test
  void a_database_that_is_not_marked_is_refused_whatever_the_session_says() throws Exception {
    String name = world.database.name();
    world.execute("ALTER DATABASE " + name + " RESET gatehouse.disposable");
    world.execute("ALTER ROLE " + world.database.account() + " SET gatehouse.disposable = 'yes'");
    try {
      assertThatThrownBy(() -> world.ask(world.against(enabled())))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("mutation.not-disposable")
          .hasMessageContaining("ALTER DATABASE \"" + name + "\" SET gatehouse.disposable = 'yes'");
      assertThat(refused(world.against(enabled())).toString()).contains("mutation.not-disposable");
    } finally {
      world.execute("ALTER ROLE " + world.database.account() + " RESET gatehouse.disposable");
      world.execute("ALTER DATABASE " + name + " SET gatehouse.disposable = 'yes'");
    }
  }

  @Test
  void it_is_refused_while_others_are_connected() throws Exception {
    try (Connection other = world.database.connect()) {
      assertThat(other.isValid(1)).isTrue();
      Outcome outcome = refused(world.against(enabled()));
      assertThat(outcome.status()).isEqualTo(INCONCLUSIVE);
      assertThat(outcome.findings().get(0).text())
          .contains(
              "mutation.in-use", "pg_terminate_backend(" + world.database.session(other) + ")");
    }
  }

  @Test
  void an_expectation_that_fails_anyway_is_refused_by_name() throws Exception {
    NamedCheck red = noRows("always red", "select 1");
    Outcome outcome = refused(world.against(enabled(), red));
    assertThat(outcome.status()).isEqualTo(INCONCLUSIVE);
    assertThat(outcome.findings().get(0).text())
        .contains("'always red' does not pass without a mutant", "mutation.baseline");
  }

  @Test
  void a_score_of_nothing_and_unknown_roles_are_refused() throws Exception {
    Mutation nothing = Postgres.mutationOf("nowhere.*").forRoles(world.role).against(enabled());
    assertThat(refused(nothing.requireScore(0.5)).toString()).contains("mutation.nothing");
    Mutation nobody = Postgres.mutationOf("app.*").forRoles("nobody at all").against(enabled());
    assertThat(refused(nobody).toString()).contains("there is no role 'nobody at all'");
    assertThatThrownBy(() -> nothing.requireScore(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> nothing.requireScore(1.01))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> nothing.requireScore(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private String state() throws Exception {
    try (Connection session = world.database.connect()) {
      return Queries.one(
              session,
              "SELECT (SELECT string_agg(p::text, chr(10) ORDER BY p::text) FROM pg_policy p),"
                  + " (SELECT string_agg(concat(oid, relacl, relrowsecurity, relforcerowsecurity),"
                  + " ' ' ORDER BY oid) FROM pg_class WHERE relname = 'doc'), (SELECT"
                  + " string_agg(d::text, ' ') FROM pg_default_acl d), (SELECT string_agg(n::text,"
                  + " ' ' ORDER BY oid) FROM pg_namespace n WHERE nspname !~ '^pg_'), (SELECT"
                  + " string_agg(r::text, ' ' ORDER BY oid) FROM pg_roles r WHERE rolname IN (?,"
                  + " ?)), (SELECT string_agg(d::text, ' ' ORDER BY id) FROM app.doc d)",
              world.role,
              world.owner)
          .toString();
    }
  }

  @Test
  void nothing_stays_after_all_mutants_and_after_a_lost_session() throws Exception {
    String before = state();
    world.ask(world.against(enabled()));
    assertThat(state()).as("all mutants").isEqualTo(before);
    AtomicInteger asked = new AtomicInteger();
    NamedCheck deadly =
        NamedCheck.of(
            "deadly",
            reading -> List.of("nothing"),
            reading -> {
              if (asked.getAndIncrement() > 5) {
                world.database.endSession(world.database.session(reading.connection()));
              }
              return Outcome.passed(reading.evidence());
            });
    assertThatThrownBy(() -> refused(world.against(deadly))).isInstanceOf(Exception.class);
    assertThat(state()).as("session lost in the midst of a mutant").isEqualTo(before);
  }

  @Test
  void an_expectation_that_ends_the_transaction_is_found_out() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    NamedCheck ending =
        NamedCheck.of(
            "ending",
            reading -> List.of("nothing"),
            reading -> {
              if (asked.getAndIncrement() == 1) {
                Queries.run(reading.connection(), "COMMIT");
              }
              return Outcome.passed(reading.evidence());
            });
    Outcome outcome = refused(world.against(ending));
    assertThat(outcome.findings().get(0).text()).contains("mutation.left", "drop this disposable");
  }

  @Test
  void a_locked_table_makes_its_mutants_inconclusive_and_the_others_go_on() throws Exception {
    world.execute(
        "CREATE TABLE app.other (id int)", "ALTER TABLE app.other ENABLE ROW LEVEL SECURITY");
    AtomicInteger asked = new AtomicInteger();
    try (Connection other = world.database.connect()) {
      other.setAutoCommit(false);
      Queries.run(other, "SET application_name = 'gatehouse'");
      NamedCheck locking =
          NamedCheck.of(
              "locking",
              reading -> List.of("nothing"),
              reading -> {
                if (asked.getAndIncrement() == 0) {
                  Queries.run(other, "LOCK TABLE app.other IN ACCESS SHARE MODE");
                  CompletableFuture.delayedExecutor(3, TimeUnit.SECONDS)
                      .execute(() -> ended(other));
                }
                return Outcome.passed(reading.evidence());
              });
      Outcome outcome =
          refused(
              Postgres.mutationOf("app.other")
                  .forRoles(world.role)
                  .against(locking, Postgres.rowSecurity().enabledOn("app.other"))
                  .requireScore(0.01));
      assertThat(outcome.proof()).as(outcome.toString()).isPresent();
      assertThat(fact(outcome, "inconclusive ones")).contains("55P03", "\"app\".\"other\"");
      assertThat(count(outcome, "killed")).isPositive();
    }
  }

  private static void ended(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void the_plan_names_tables_roles_score_and_what_each_expectation_reads() throws Exception {
    try (Connection session = world.target.dialect().openReading(world.target)) {
      List<String> lines =
          world.against(enabled()).requireScore(0.95).plan(new At(world.target, session));
      assertThat(String.join("\n", lines).replace(world.role, "app_rw"))
          .contains("app.* for app_rw", "a score of 0.95", "row security is on for app.*")
          .containsPattern("mutants now \\d+");
    }
  }
}
