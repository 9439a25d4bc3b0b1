package dev.gatehouse.postgres.probe;

import static dev.gatehouse.core.outcome.Status.FAILED;
import static dev.gatehouse.core.outcome.Status.INCONCLUSIVE;
import static dev.gatehouse.core.outcome.Status.PASSED;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseAccess.actingAs;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.DELETE;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static dev.gatehouse.dsl.access.Privilege.TRUNCATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.Sampled;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.postgres.ForeignTongue;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.Targets;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ways in which who checks deceives itself: with each of them a naive check is green, and ours is
 * not. More of them stand in {@link ActingAsTest}: mistyped statements, words that say denied, a
 * login that becomes another role.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class CheckerTrapsTest {
  private static final Map<EngineUnderTest, TenantWorld> WORLDS = new HashMap<>();

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres(CheckerTrapsTest.class);
  }

  private final TenantWorld world;

  CheckerTrapsTest(EngineUnderTest engine) {
    world = WORLDS.computeIfAbsent(engine, TenantWorld::new);
  }

  @BeforeEach
  void a_green_world() throws Exception {
    world.green();
  }

  @AfterAll
  static void close() {
    WORLDS.values().forEach(TenantWorld::close);
    WORLDS.clear();
  }

  private static void is(Outcome outcome, Status status, String code) {
    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(status);
    assertThat(outcome.findings().get(0).code()).isEqualTo(code);
  }

  private static void isGreen(Outcome outcome) {
    assertThat(outcome.status()).as(outcome.toString()).isEqualTo(PASSED);
  }

  @Test
  void a_superuser_is_no_probe() throws Exception {
    world.execute("ALTER ROLE " + world.role + " SUPERUSER");
    is(world.ask(actingAs(world.role).can(SELECT).on("app.doc")), INCONCLUSIVE, "probe.superuser");
    is(world.ask(world.separates()), FAILED, "rowsecurity.bypass");
  }

  @Test
  void a_role_that_cannot_be_assumed_is_not_rejected_from_anything() throws Exception {
    Account other = world.database.newAccount("other");
    world.execute(
        "ALTER ROLE " + other.name() + " BYPASSRLS",
        "GRANT USAGE ON SCHEMA app TO " + other.name(),
        "GRANT SELECT ON app.doc TO " + other.name());
    Target weak = Targets.of(world.database, other);
    for (Check check :
        List.of(actingAs(world.role).isDenied(TRUNCATE).on("app.doc"), world.separates())) {
      is(At.ask(weak, check), INCONCLUSIVE, "probe.role-not-assumed");
    }
  }

  @Test
  void a_table_that_is_not_there_is_refused_and_not_protected() {
    for (Check check :
        List.of(
            actingAs(world.role).isDenied(SELECT).on("app.dok"),
            grantee(world.role).mayNot(SELECT).on("app.dok"),
            Postgres.rowSecurity().enabledOn("app.dok"),
            Postgres.rowSecurity()
                .on("app.dok")
                .actingAs(world.role)
                .separates("app.tenant", "A", "B"))) {
      assertThatThrownBy(() -> world.ask(check))
          .as(check.name())
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("app.dok");
    }
  }

  @Test
  void a_pattern_that_matches_nothing_is_refused_and_an_empty_one_is_no_pattern() {
    for (Check check :
        List.of(
            actingAs(world.role).isDenied(SELECT).on("{apq,apr}.*"),
            grantee(world.role).mayNot(SELECT).on("{apq,apr}.*"),
            grantee("nobody_like_*").mayNot(SELECT).on("app.*"),
            Postgres.rowSecurity().forcedOn("{apq,apr}.*"))) {
      assertThatThrownBy(() -> world.ask(check)).as(check.name()).isInstanceOf(Refusal.class);
    }
    assertThatThrownBy(() -> Postgres.rowSecurity().enabledOn(" "))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Postgres.rowSecurity().on(""))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** What is said in braces is the same everywhere. */
  @Test
  void one_language_of_patterns_is_understood_by_privileges_probes_and_row_security()
      throws Exception {
    String pattern = "{app,other}.d*";
    isGreen(world.ask(grantee(world.role).mayNot(TRUNCATE).on(pattern)));
    isGreen(world.ask(actingAs(world.role).isDenied(TRUNCATE).on(pattern)));
    isGreen(world.ask(Postgres.rowSecurity().forcedOn(pattern)));
  }

  /** An English word in an error is what naive probes look for. */
  @Test
  void a_server_that_speaks_another_language_changes_no_answer() throws Exception {
    try (ForeignTongue foreign = new ForeignTongue(world.database)) {
      heard(foreign.target());
      NamedCheck separates = world.separates();
      isGreen(At.ask(foreign.target(), actingAs(world.role).can(SELECT).on("app.doc")));
      isGreen(At.ask(foreign.target(), actingAs(world.role).isDenied(TRUNCATE).on("app.doc")));
      isGreen(
          At.ask(
              foreign.target(),
              actingAs(world.role).isDenied(sql("insert into app.doc values (9, 'A')"))));
      isGreen(At.ask(foreign.target(), grantee(world.role).mayNot(TRUNCATE).on("app.doc")));
      Outcome here = world.ask(separates);
      Outcome there = At.ask(foreign.target(), separates);
      isGreen(there);
      assertThat(tried(there)).isEqualTo(tried(here)).contains("rejected");

      world.execute("GRANT TRUNCATE ON app.doc TO " + world.role);
      is(
          At.ask(foreign.target(), actingAs(world.role).isDenied(TRUNCATE).on("app.doc")),
          FAILED,
          "probe.allowed");
      is(At.ask(foreign.target(), separates), FAILED, "rowsecurity.truncate");
      is(
          At.ask(
              foreign.target(world.database.newAccount("plain")),
              actingAs(world.role).isDenied(DELETE).on("app.doc")),
          INCONCLUSIVE,
          "probe.role-not-assumed");
    }
  }

  private static String tried(Outcome outcome) {
    return outcome.proof().orElseThrow().facts().getOrDefault("tried", "");
  }

  private static void heard(Target target) throws Exception {
    try (Connection session = target.dialect().openReading(target)) {
      assertThatThrownBy(() -> Queries.run(session, "SELECT nothing"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining(ForeignTongue.WORDS)
          .hasMessageNotContaining("does not exist");
    }
  }

  /** It turns what a policy hides into an error: a probe that dies of it has tried nothing. */
  @Test
  void row_security_that_is_off_for_the_database_or_the_role_changes_no_answer() throws Exception {
    String database = "ALTER DATABASE " + world.database.name();
    try {
      List<String> all =
          List.of(
              database + " SET row_security = off",
              "ALTER ROLE " + world.role + " SET row_security = off",
              "ALTER ROLE "
                  + world.role
                  + " IN DATABASE "
                  + world.database.name()
                  + " SET row_security = off");
      for (int i : Sampled.Few.of(2, all.size()).toArray()) {
        world.execute(all.get(i));
        isGreen(world.ask(world.separates()));
        isGreen(world.ask(actingAs(world.role).can(SELECT).on("app.doc")));
        world.execute("CREATE POLICY hole ON app.doc FOR SELECT USING (true)");
        is(world.ask(world.separates()), FAILED, "rowsecurity.exposed");
        world.execute("DROP POLICY hole ON app.doc");
      }
    } finally {
      world.execute(database + " RESET row_security");
    }
  }
}
