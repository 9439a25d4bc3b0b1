package dev.gatehouse.dsl.junit;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.note;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseAccess.accessTo;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.knownFindings;
import static dev.gatehouse.dsl.access.Privilege.INSERT;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.dsl.access.AccessMatrix;
import dev.gatehouse.dsl.access.GrantedAccess;
import dev.gatehouse.dsl.access.KnownFindings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The factory as JUnit executes it: which tests there are, and which are red. */
class DatabaseTestsTest {
  private static final AccessMatrix MATRIX =
      accessTo("shop.*")
          .is(
              grantee("app").may(SELECT, INSERT).on("shop.orders"),
              grantee("report").may(SELECT).on("shop.items"));

  private final GrantedAccess granted =
      new GrantedAccess(List.of("app", "report"), List.of("shop.items", "shop.orders"))
          .grant("app", "SELECT", "shop.orders")
          .grant("app", "INSERT", "shop.orders")
          .grant("report", "SELECT", "shop.items");

  private static Callable<Stream<DynamicNode>> factory = Stream::empty;

  /** What somebody's test class looks like; executed by the launcher only. */
  static class Sample {
    @TestFactory
    Stream<DynamicNode> access() throws Exception {
      return factory.call();
    }
  }

  /** Names of tests, and what became of each: ok, or the message. */
  private static Map<String, String> executed(Callable<Stream<DynamicNode>> made) {
    factory = made;
    Map<String, String> results = new LinkedHashMap<>();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(DiscoverySelectors.selectClass(Sample.class))
            .build();
    LauncherConfig quiet =
        LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();
    LauncherFactory.create(quiet).execute(request, new Told(results));
    return results;
  }

  /** Keeps what became of each test, and of what else was no success. */
  private static final class Told implements TestExecutionListener {
    private final Map<String, String> results;
    private @Nullable TestPlan plan;

    Told(Map<String, String> results) {
      this.results = results;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan started) {
      plan = started;
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      boolean ok = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
      if (test.isTest() || !ok) {
        String said = result.getThrowable().map(Throwable::getMessage).orElse("");
        results.put(name(test), ok ? "ok" : result.getStatus() + " " + said);
      }
    }

    private String name(TestIdentifier test) {
      String container =
          Objects.requireNonNull(plan)
              .getParent(test)
              .map(TestIdentifier::getDisplayName)
              .orElse("");
      boolean role = test.isTest() && !container.equals("access()");
      return (role ? container + " / " : "") + test.getDisplayName();
    }
  }

  private Map<String, String> cells() {
    return executed(() -> DatabaseTests.on(granted.target()).of(MATRIX));
  }

  private static Map<String, String> red(Map<String, String> results) {
    Map<String, String> red = new LinkedHashMap<>(results);
    red.values().removeIf("ok"::equals);
    return red;
  }

  @Test
  void a_matrix_is_one_test_for_each_cell_of_one_snapshot() {
    Map<String, String> results = new LinkedHashMap<>();
    factory = () -> DatabaseTests.on(granted.target()).of(MATRIX);
    results.putAll(executed(factory));
    assertThat(results)
        .containsOnlyKeys(
            "app / app on shop.items: nothing",
            "app / app on shop.orders: INSERT, SELECT",
            "app / app on future tables: nothing",
            "report / report on shop.items: SELECT",
            "report / report on shop.orders: nothing",
            "report / report on future tables: nothing");
    assertThat(red(results)).isEmpty();
    assertThat(granted.reads()).isEqualTo(1);
  }

  @Test
  void surplus_and_missing_are_red_in_their_own_cell_with_path_and_fix() {
    granted.grant("report", "DELETE", "shop.orders").revoke("app", "INSERT", "shop.orders");
    assertThat(red(cells()))
        .containsExactly(
            Map.entry(
                "app / app on shop.orders: INSERT, SELECT",
                """
                FAILED app may do less than it should with shop.orders
                  expected  app may do exactly INSERT, SELECT on shop.orders
                  found     INSERT: DENIED: app has no INSERT on shop.orders
                  fix       GRANT INSERT ON shop.orders TO app
                  code      privileges.missing"""),
            Map.entry(
                "report / report on shop.orders: nothing",
                """
                FAILED report may do more than it should with shop.orders
                  expected  report may do nothing on shop.orders
                  found     DELETE: report has DELETE on shop.orders
                  fix       REVOKE DELETE ON shop.orders FROM report
                  code      privileges.excess"""));
  }

  @Test
  void what_tables_to_come_will_give_is_red_in_a_cell_of_its_own() {
    granted.later("app", "DELETE", "shop");
    assertThat(red(cells())).containsOnlyKeys("app / app on future tables: nothing");
  }

  @Test
  void a_row_that_matches_nothing_is_a_red_test_and_the_other_cells_are_tested() {
    AccessMatrix vacuous =
        accessTo("shop.*")
            .is(
                grantee("nobody").may(SELECT).on("shop.*"),
                grantee("report").may(SELECT).on("shop.items"));
    Map<String, String> results = executed(() -> DatabaseTests.on(granted.target()).of(vacuous));
    assertThat(results).hasSize(4);
    assertThat(red(results)).containsOnlyKeys("there is no role 'nobody'");
    assertThat(red(results).get("there is no role 'nobody'"))
        .contains("fix       correct grantee(\"nobody\"), or create it first");
  }

  @Test
  void a_matrix_that_matches_nothing_at_all_is_red_and_no_empty_stream() {
    AccessMatrix nothing = accessTo("no.*").is(grantee("nobody").may(SELECT).on("no.*"));
    assertThat(red(executed(() -> DatabaseTests.on(granted.target()).of(nothing))))
        .containsOnlyKeys("there is no role 'nobody'", "no table is named like 'no.*'");
    AccessMatrix noTable = accessTo("no.*").is(grantee("app").may(SELECT).on("no.*"));
    assertThat(red(executed(() -> DatabaseTests.on(granted.target()).of(noTable))))
        .containsOnlyKeys("no table is named like 'no.*'");
  }

  @Test
  void known_findings_are_adopted_and_a_new_grant_is_red_in_exactly_its_cell(@TempDir Path work)
      throws Exception {
    granted.grant("report", "DELETE", "shop.orders").grant("app", "DELETE", "shop.items");
    KnownFindings known = knownFindings(work.resolve("known.txt"));
    Callable<Stream<DynamicNode>> adopted =
        () -> DatabaseTests.on(granted.target()).exceptKnown(known).of(MATRIX);
    assertThat(red(executed(adopted)).values())
        .singleElement()
        .asString()
        .contains("there is no file of known findings");

    assertThat(known.record(granted.target(), MATRIX)).isEqualTo(2);
    assertThat(executed(adopted))
        .containsOnly(
            Map.entry("app / app on shop.items: nothing (1 known)", "ok"),
            Map.entry("app / app on shop.orders: INSERT, SELECT", "ok"),
            Map.entry("app / app on future tables: nothing", "ok"),
            Map.entry("report / report on shop.items: SELECT", "ok"),
            Map.entry("report / report on shop.orders: nothing (1 known)", "ok"),
            Map.entry("report / report on future tables: nothing", "ok"));

    granted.grant("report", "UPDATE", "shop.items");
    assertThat(red(executed(adopted)))
        .containsOnlyKeys("report / report on shop.items: SELECT")
        .hasEntrySatisfying(
            "report / report on shop.items: SELECT",
            text -> assertThat(text).contains("UPDATE: report has UPDATE on shop.items"));
  }

  @Test
  void a_suite_that_records_writes_the_file_and_is_red(@TempDir Path work) throws Exception {
    granted.grant("report", "DELETE", "shop.orders");
    Path file = work.resolve("known.txt");
    Callable<Stream<DynamicNode>> suite =
        () -> DatabaseTests.on(granted.target()).exceptKnown(knownFindings(file)).of(MATRIX);
    System.setProperty(KnownFindings.RECORD, "true");
    try {
      Map<String, String> results = executed(suite);
      assertThat(results).hasSize(1);
      assertThat(red(results))
          .hasEntrySatisfying(
              "RECORDED, NOT TESTED: '" + MATRIX.name() + "'",
              text ->
                  assertThat(text)
                      .startsWith("FAILED ")
                      .contains("1 findings, written to " + file + " as known"));
    } finally {
      System.clearProperty(KnownFindings.RECORD);
    }
    assertThat(file).content().contains("| report | DELETE | shop.orders |");
    assertThat(red(executed(suite))).isEmpty();
  }

  @Test
  void known_findings_that_are_gone_are_a_skipped_test_or_a_red_one(@TempDir Path work)
      throws Exception {
    granted.grant("report", "DELETE", "shop.orders");
    KnownFindings known = knownFindings(work.resolve("known.txt"));
    known.record(granted.target(), MATRIX);
    granted.revoke("report", "DELETE", "shop.orders");
    String gone = "privileges.excess | report | DELETE | shop.orders | access to shop.*";
    assertThat(
            red(executed(() -> DatabaseTests.on(granted.target()).exceptKnown(known).of(MATRIX))))
        .containsExactly(
            Map.entry(
                "known findings that are gone: 1",
                "ABORTED delete these lines of " + work.resolve("known.txt") + ":\n" + gone));
    assertThat(
            red(
                executed(
                    () ->
                        DatabaseTests.on(granted.target())
                            .exceptKnown(known.strictly())
                            .of(MATRIX))))
        .hasEntrySatisfying(
            "known findings that are gone: 1",
            text -> assertThat(text).startsWith("FAILED known findings of").contains(gone));
    List<String> lines = Files.readAllLines(work.resolve("known.txt"));
    Files.write(work.resolve("known.txt"), lines.subList(0, 2));
    assertThat(executed(() -> DatabaseTests.on(granted.target()).exceptKnown(known).of(MATRIX)))
        .doesNotContainKey("known findings that are gone: 1");
  }

  @Test
  void a_runbook_is_one_test_for_each_step_and_only_what_does_not_hold_is_red() {
    granted.superuser("app");
    Map<String, String> results =
        executed(
            () ->
                DatabaseTests.on(granted.target())
                    .of(
                        runbook(
                            "r",
                            gate("A", note("one"), grantee("app").hasNoEscalation()),
                            gate("B", grantee("report").hasNoEscalation()))));
    assertThat(results.keySet())
        .containsExactly("A / one", "A / app has no escalation", "B / report has no escalation");
    assertThat(red(results))
        .containsExactly(
            Map.entry(
                "A / app has no escalation",
                """
                FAILED gate 'A' did not open: app can make itself or others more than they are
                  target    world (Fake 1)
                  expected  app has no escalation
                  found     app is a superuser: it may do everything
                  fix       ALTER ROLE app NOSUPERUSER
                  code      privileges.escalation"""));
  }

  @Test
  void a_gate_with_known_findings_is_red_for_new_ones_only(@TempDir Path work) {
    granted.superuser("app");
    KnownFindings known = knownFindings(work.resolve("known.txt"));
    known.record(granted.target(), grantee("app").hasNoEscalation());
    Callable<Stream<DynamicNode>> adopted =
        () ->
            DatabaseTests.on(granted.target())
                .exceptKnown(known)
                .of(
                    gate(
                        "A",
                        grantee("app").hasNoEscalation(),
                        grantee("report").hasNoEscalation()));
    assertThat(red(executed(adopted))).isEmpty();
    granted.superuser("report");
    assertThat(red(executed(adopted))).containsOnlyKeys("report has no escalation");
  }

  @Test
  void a_change_and_what_could_never_be_answered_are_refused_by_the_factory() {
    assertThat(
            red(
                executed(
                    () ->
                        DatabaseTests.on(granted.target())
                            .of(gate("A", inOneTransaction(sql("x")).cannotBeUndone("why"))))))
        .hasEntrySatisfying("access()", text -> assertThat(text).contains("is no check"));
    assertThat(
            red(
                executed(
                    () ->
                        DatabaseTests.on(granted.target())
                            .of(gate("A", note("n"), grantee("ap").hasNoEscalation())))))
        .hasEntrySatisfying("access()", text -> assertThat(text).contains("there is no role 'ap'"));
  }
}
