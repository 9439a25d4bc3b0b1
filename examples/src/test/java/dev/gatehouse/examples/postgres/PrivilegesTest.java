package dev.gatehouse.examples.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.Product;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.examples.Workspace;
import dev.gatehouse.examples.engine.ThrowAwayServer;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.backup.PgTools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The grants that docs/postgresql.md shows are enough, and none of them is too much. */
class PrivilegesTest {
  private static final Pattern GRANTS =
      Pattern.compile("```sql\n(CREATE ROLE analyst_ro.*?)```", Pattern.DOTALL);

  private static final String DUPLICATE = "42710";

  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.of(Product.POSTGRES, "17");
  private final TestDatabase database = ThrowAwayServer.newDatabase(engine);
  private final String deployer = database.newName("deployer");

  @AfterEach
  void drop() {
    database.close();
  }

  private void asTheReadmeSays() throws Exception {
    String readme = Files.readString(Workspace.examples().resolve("../docs/postgresql.md"));
    Matcher block = GRANTS.matcher(readme);
    assertThat(block.find()).isTrue();
    for (String sql : block.group(1).split(";")) {
      if (!sql.isBlank()) {
        execute(
            sql.replace("deployer", deployer)
                .replace("DATABASE example", "DATABASE " + database.name())
                .replace("'...'", "'a password'"));
      }
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection admin = database.connect();
        Statement statement = admin.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      if (!DUPLICATE.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private Target production() {
    Path tools = Objects.requireNonNull(engine.tool("pg_restore").path().getParent());
    return Target.at(
        "production",
        database.jdbcUrl(),
        deployer,
        Secret.of("password", "a password".toCharArray()),
        Postgres.dialectWith(PgTools.at(tools)));
  }

  private Staging staged() throws Exception {
    Production.create(production());
    return Staging.after(Promotion.onStaging(Production.scripts()), production(), work);
  }

  private int promotion(Staging staging) throws Exception {
    var stage = new PostgresExamples.Stage(production(), work, false);
    return stage.run(
        Promotion.runbookFor(
            Production.scripts(),
            stage.vault(),
            stage.notices(),
            Files.writeString(work.resolve("ingest.percent"), "0"),
            Promotion.Pace.OF_THE_EXAMPLE,
            staging),
        Promotion.team(work));
  }

  @Test
  void without_one_of_them_a_promotion_is_refused_while_planning_and_with_all_it_succeeds()
      throws Exception {
    asTheReadmeSays();
    try (Staging staging = staged()) {
      execute("ALTER ROLE " + deployer + " NOCREATEDB");
      assertThatThrownBy(() -> promotion(staging))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("fix       ALTER ROLE " + deployer + " CREATEDB");
      execute("ALTER ROLE " + deployer + " CREATEDB");
      execute("REVOKE EXECUTE ON FUNCTION pg_switch_wal() FROM " + deployer);
      assertThatThrownBy(() -> promotion(staging))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("GRANT EXECUTE ON FUNCTION pg_create_restore_point(text)")
          .hasMessageContaining(" TO " + deployer);
      execute("GRANT EXECUTE ON FUNCTION pg_switch_wal() TO " + deployer);
      assertThat(promotion(staging)).isZero();
    }
    assertThat(Files.readString(work.resolve("notices.txt")))
        .contains("[BEGINS] database housekeeping")
        .contains("'promotion complete?' waits: ")
        .contains("SUCCEEDED");
  }

  @Test
  void without_create_on_the_database_its_schemas_cannot_be_made() throws Exception {
    asTheReadmeSays();
    execute("REVOKE CREATE ON DATABASE " + database.name() + " FROM " + deployer);
    assertThatThrownBy(this::staged)
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("permission denied for database");
  }
}
