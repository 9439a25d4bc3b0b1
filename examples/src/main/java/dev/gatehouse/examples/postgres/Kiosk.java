package dev.gatehouse.examples.postgres;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.restoreDrill;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseAccess.accessTo;
import static dev.gatehouse.dsl.GatehouseAccess.grantLeastPrivilege;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.dsl.access.GrantLeastPrivilege;
import dev.gatehouse.postgres.Postgres;
import dev.gatehouse.postgres.mutation.Mutation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Least privilege for one role, and how strong the checks are that look after it. */
public final class Kiosk {
  private Kiosk() {}

  /** Its tables, in a database that holds none of them; its roles where the server has none. */
  public static void create(Target target) throws SQLException, IOException {
    try (Connection connection = target.dialect().openWriting(target);
        Statement statement = connection.createStatement()) {
      for (String role : List.of("shop_owner", "app")) {
        statement.execute(
            "do $$ begin create role %s nologin; exception when duplicate_object then null; end $$"
                .formatted(role));
      }
      statement.execute(Files.readString(Production.scripts().resolve("kiosk/schema.sql")));
    }
  }

  static GrantLeastPrivilege grants() {
    return grantLeastPrivilege(grantee("app").mayOnly(SELECT, INSERT).on("shop.ks_*"))
        .withFutureTablesOf("shop_owner")
        .revokingLegacyWithin("shop.*");
  }

  /** What a mutant has to get past; the quick ones first. */
  static Mutation mutants() {
    var matrix =
        accessTo("shop.*")
            .is(grantee("app").may(SELECT, INSERT).on("shop.ks_*"))
            .closedTo(grantee("public"));
    var noOptions =
        noRows(
            "select 1 where has_table_privilege('app', 'shop.ks_order',"
                + " 'SELECT WITH GRANT OPTION, INSERT WITH GRANT OPTION')");
    var schemaClosed =
        noRows(
            """
            select 1 where has_schema_privilege('app', 'shop', 'CREATE')
              or has_schema_privilege('public', 'shop', 'CREATE, USAGE')
            """);
    var forced = Postgres.rowSecurity().forcedOn("shop.ks_*");
    var policies = Postgres.rowSecurity().policyFor(SELECT, INSERT).on("shop.ks_order");
    var noEscalation = grantee("app").hasNoEscalation();
    var separates =
        Postgres.rowSecurity()
            .on("shop.ks_order")
            .by("tenant")
            .actingAs("app")
            .separates("shop.tenant", "north", "south");
    return Postgres.mutationOf("shop.*")
        .forRoles("app")
        .against(matrix, noOptions, schemaClosed, forced, policies, noEscalation, separates)
        .requireScore(0.95);
  }

  /**
   * Grants, and measures on the scratch copy of a drill.
   *
   * @param vault for the backup
   */
  public static Runbook runbookFor(Path vault) {
    var dump = backUp(into(vault)).named("backup");
    return runbook(
        "Kiosk: least privilege",
        gate("Least privilege", grants().named("grants")),
        gate(
            "Checks are strong",
            dump,
            restoreDrill(dump).intoScratchDatabase().proving(mutants()).named("drill")));
  }
}
