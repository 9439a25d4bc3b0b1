package dev.gatehouse.mysql.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.access.AccessObject;
import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.dialect.GrantMethod.ClaimKind;
import dev.gatehouse.core.dialect.GrantMethod.DesiredState;
import dev.gatehouse.core.dialect.GrantMethod.GrantClaim;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.mysql.access.Settings.Patterns;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is refused by the grants alone, of versions too that not every build has. */
class GrantPlanningTest {

  @Test
  void what_a_partial_revoke_took_from_the_run_cannot_be_granted() {
    assertThat(refused(Map.of())).isEmpty();
    assertThat(refused(Map.of("other", Set.of("SELECT")))).isEmpty();
    assertThat(refused(Map.of("shop", Set.of("SELECT"))))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.code()).isEqualTo("grants.no-grant-option");
              assertThat(finding.found())
                  .contains("it lacks SELECT for: GRANT SELECT ON `shop`.`t` TO 'app'@'%'");
            });
  }

  private static List<Finding> refused(Map<String, Set<String>> restrictions) {
    Account own =
        new Account(0, "admin", "%", false, Set.of("SELECT", "GRANT OPTION"), restrictions);
    Account app = new Account(1, "app", "%", false, Set.of(), Map.of());
    Settings settings = new Settings(true, false, true, false, Patterns.FIRST, false, Map.of());
    GrantTables grants =
        new GrantTables(
            settings, List.of(own, app), List.of(), List.of(), List.of(), List.of(), List.of());
    List<Item> items =
        List.of(
            new Item(0, 0, Kind.DATABASE, "shop", "", "database", List.of(), Optional.empty()),
            new Item(1, 0, Kind.TABLE, "shop", "t", "table", List.of("a"), Optional.empty()));
    MySqlAccess access =
        new MySqlAccess(
            Snapshot.of("shop", "MySQL", grants, items, List.of(), List.of(), List.of()));
    GrantClaim claim =
        new GrantClaim(
            List.of("app@%"),
            ClaimKind.MAY,
            Set.of("SELECT"),
            List.of(AccessObject.table("shop.t")));
    return new GrantPlanning(access, own)
        .compute(before -> new DesiredState(List.of(claim), List.of(), List.of()))
        .outcome()
        .unfulfilled();
  }
}
