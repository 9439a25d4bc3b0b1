package dev.gatehouse.dsl.access;

import static dev.gatehouse.dsl.Gatehouse.evaluate;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.Gatehouse.verify;
import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.GatehouseAccess.knownFindings;
import static dev.gatehouse.dsl.access.Privilege.SELECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.core.run.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownFindingsTest {
  private static final AccessCheck CLAIM = grantee("app").mayOnly(SELECT).on("shop.*");

  @TempDir private Path directory = Path.of("");
  private Path file = Path.of("");
  private final GrantedAccess access =
      new GrantedAccess(List.of("app", "report"), List.of("shop.items", "shop.orders"))
          .grant("app", "SELECT", "shop.orders")
          .grant("app", "UPDATE", "shop.orders")
          .grant("app", "DELETE", "shop.items");
  private final Target target = access.target();

  @BeforeEach
  void name() {
    file = directory.resolve("known-findings.txt");
  }

  private KnownFindings known() {
    return knownFindings(file);
  }

  private Outcome ask(Check check) {
    return evaluate(check, target);
  }

  private static String fact(Outcome outcome, String name) {
    return outcome.proof().flatMap(proof -> proof.fact(name)).orElse("");
  }

  @Test
  void what_is_recorded_is_one_sorted_line_for_each_finding_and_fails_no_more() throws IOException {
    assertThat(known().record(target, CLAIM)).isEqualTo(2);

    assertThat(file)
        .hasContent(
            """
            # gatehouse known findings 1
            # wrong, known, and to be mended: delete lines that are, let record(...) write new ones
            privileges.excess | app | DELETE | shop.items | app may only SELECT on shop.*
            privileges.excess | app | UPDATE | shop.orders | app may only SELECT on shop.*
            """);
    Outcome outcome = ask(known().leftOutOf(CLAIM));
    assertThat(outcome.status()).isEqualTo(Status.PASSED);
    assertThat(fact(outcome, "known findings"))
        .isEqualTo(
            "2: app DELETE shop.items (privileges.excess); app UPDATE shop.orders (privileges.excess)");
    byte[] before = Files.readAllBytes(file);
    known().record(target, CLAIM);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void a_new_finding_fails_and_it_alone_is_told() {
    known().record(target, CLAIM);
    access.create("shop.prices").grant("app", "INSERT", "shop.prices");
    assertThatThrownBy(() -> verify(known().leftOutOf(CLAIM), target))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            'app may only SELECT on shop.*' does not hold: app may do more than it should with shop.prices
              target    world (Fake 1)
              expected  app may only SELECT on shop.*
              found     INSERT: app has INSERT on shop.prices
              fix       REVOKE INSERT ON shop.prices FROM app
              code      privileges.excess""");
  }

  @Test
  void a_finding_that_is_known_in_part_fails_and_says_which_part() {
    known().record(target, CLAIM);
    access.grant("app", "INSERT", "shop.orders");
    assertThat(ask(known().leftOutOf(CLAIM)).findings())
        .singleElement()
        .extracting(Finding::found)
        .asString()
        .contains("INSERT: app has INSERT on shop.orders")
        .endsWith("\nof these known: app UPDATE shop.orders");
  }

  @Test
  void the_same_privilege_by_another_check_is_known_and_of_another_role_is_not() {
    known().record(target, CLAIM);
    assertThat(ask(known().leftOutOf(grantee("*").mayOnly(SELECT).on("shop.*"))).status())
        .isEqualTo(Status.PASSED);
    access.grant("report", "DELETE", "shop.items");
    assertThat(ask(known().leftOutOf(grantee("*").mayOnly(SELECT).on("shop.*"))).status())
        .isEqualTo(Status.FAILED);
  }

  @Test
  void what_is_gone_is_told_and_fails_only_where_that_is_strict() {
    known().record(target, CLAIM);
    access.revoke("app", "DELETE", "shop.items");
    Outcome outcome = ask(known().leftOutOf(CLAIM));
    assertThat(outcome.status()).isEqualTo(Status.PASSED);
    assertThat(fact(outcome, "known findings gone"))
        .isEqualTo("privileges.excess | app | DELETE | shop.items | app may only SELECT on shop.*");
    assertThatThrownBy(() -> verify(known().strictly().leftOutOf(CLAIM), target))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            'app may only SELECT on shop.*' does not hold: known findings of 'app may only SELECT on shop.*' are gone
              target    world (Fake 1)
              expected  only what is still so in %s
              found     privileges.excess | app | DELETE | shop.items | app may only SELECT on shop.*
              fix       delete these lines of %s
              code      known.gone"""
                .formatted(file, file));
    known().record(target, CLAIM);
    assertThat(ask(known().strictly().leftOutOf(CLAIM)).status()).isEqualTo(Status.PASSED);
  }

  @Test
  void recording_one_check_leaves_what_is_known_of_others() throws IOException {
    access.superuser("report");
    known().record(target, CLAIM, grantee("report").hasNoEscalation());
    access.revoke("app", "DELETE", "shop.items");
    known().record(target, known().leftOutOf(CLAIM));
    assertThat(Files.readString(file))
        .contains("privileges.escalation | report | report is a superuser |  | report has no")
        .contains("app | UPDATE")
        .doesNotContain("app | DELETE");
    assertThatCode(
            () ->
                verify(
                    runbook(
                        "all",
                        gate("a", known().strictly().leftOutOf(CLAIM)),
                        gate("b", known().leftOutOf(grantee("report").hasNoEscalation()))),
                    target))
        .doesNotThrowAnyException();
  }

  @Test
  void a_gate_is_recorded_whole_and_one_with_a_change_is_refused() {
    Gate gate = gate("A", known().leftOutOf(CLAIM), grantee("report").mayOnly(SELECT).on("shop.*"));
    access.grant("report", "UPDATE", "shop.items");
    assertThat(known().record(target, gate)).isEqualTo(3);
    assertThatThrownBy(
            () ->
                known()
                    .record(
                        target, gate("B", CLAIM, inOneTransaction(sql("x")).cannotBeUndone("why"))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is no check");
  }

  @Test
  void nothing_is_written_but_by_record_and_a_missing_file_is_refused_while_planning() {
    assertThatThrownBy(() -> Plan.of(runbook("r", gate("g", known().leftOutOf(CLAIM))), target))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            step 'app may only SELECT on shop.*' of gate 'g': there is no file of known findings
              expected  a file %s
              found     none
              fix       record it first: run the tests with -Dgatehouse.known.record=true, or knownFindings("%s").record(target, check)
              code      known.missing"""
                .formatted(file, file));
    assertThat(file).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "privileges.excess | app | UPDATE | shop.orders | x\n",
        "# gatehouse known findings 2\n",
        "# gatehouse known findings 1\n<<<<<<< HEAD\n",
        "# gatehouse known findings 1\nprivileges.excess | app | UPDATE | shop.orders\n",
        "# gatehouse known findings 1\n | app | UPDATE | shop.orders | x\n",
        "# gatehouse known findings 1\nprivileges.excess |  |  |  | x\n",
        "# gatehouse known findings 1\nprivileges.excess | a\\p | UPDATE | shop.orders | x\n",
        "# gatehouse known findings 1\nprivileges.excess | a\\u00g1 | UPDATE | shop.orders | x\n",
      })
  void a_damaged_file_is_refused_with_the_way_back(String text) throws IOException {
    Files.writeString(file, text);
    assertThatThrownBy(() -> ask(known().leftOutOf(CLAIM)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(file + " is no file of known findings")
        .hasMessageContaining("fix       git checkout " + file)
        .hasMessageContaining("code      known.damaged");
    assertThatThrownBy(() -> known().record(target, CLAIM)).isInstanceOf(Refusal.class);
    assertThat(file).hasContent(text);
  }

  @Test
  void order_comments_blank_lines_and_line_ends_of_other_machines_do_not_matter()
      throws IOException {
    known().record(target, CLAIM);
    List<String> lines = Files.readAllLines(file);
    Files.writeString(
        file,
        String.join("\r\n", lines.get(0), "# why: ticket 7", lines.get(3), "", lines.get(2), ""));
    assertThat(ask(known().strictly().leftOutOf(CLAIM)).status()).isEqualTo(Status.PASSED);
  }

  @Test
  void names_that_would_break_a_line_are_recognised_again() throws IOException {
    String role = " a | b\\u0041\\ \n\u202e\"' ";
    String table = "shop.\"a | | b\r\t\u0000\"";
    GrantedAccess odd =
        new GrantedAccess(List.of(role), List.of(table)).grant(role, "UPDATE", table);
    AccessCheck claim = grantee(role).mayOnly(SELECT).on("shop.*").named("x | y\nz");
    known().record(odd.target(), claim);
    assertThat(Files.readAllLines(file))
        .hasSize(3)
        .last()
        .isEqualTo(
            "privileges.excess |  a \\u007c b\\\\u0041\\\\ \\u000a\\u202e\"'  | UPDATE |"
                + " shop.\"a \\u007c \\u007c b\\u000d\\u0009\\u0000\" | x \\u007c y\\u000az");
    assertThat(evaluate(known().strictly().leftOutOf(claim), odd.target()).status())
        .isEqualTo(Status.PASSED);
  }

  @Test
  void all_findings_are_known_and_not_only_those_that_a_report_has_room_for() {
    List<String> tables = IntStream.range(0, 300).mapToObj(i -> "shop.t%03d".formatted(i)).toList();
    GrantedAccess large = new GrantedAccess(List.of("app"), tables);
    tables.forEach(table -> large.grant("app", "UPDATE", table));
    assertThat(evaluate(CLAIM, large.target()).findings()).hasSize(51);
    assertThat(known().record(large.target(), CLAIM)).isEqualTo(300);
    assertThat(evaluate(known().leftOutOf(CLAIM), large.target()).status())
        .isEqualTo(Status.PASSED);
    large.grant("app", "DELETE", "shop.t299");
    assertThat(evaluate(known().leftOutOf(CLAIM), large.target()).findings()).hasSize(1);
  }

  @Test
  void what_could_not_be_told_and_what_has_no_name_is_never_known() {
    Check unclear =
        NamedCheck.of(
            "unclear",
            reading -> List.of(),
            reading -> Outcome.inconclusive(Finding.of("x", "no data").withFix("look")));
    assertThatThrownBy(() -> known().record(target, unclear))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("what could not be told cannot be known");
    Check nameless =
        NamedCheck.of(
            "nameless",
            reading -> List.of(),
            reading -> Outcome.failed(Finding.of("x", "wrong").withFix("fix"), reading.evidence()));
    assertThatThrownBy(() -> known().record(target, CLAIM, nameless))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a finding has no names to recognise it by");
    assertThat(file).doesNotExist();
    known().record(target, CLAIM);
    assertThat(ask(known().leftOutOf(unclear)).status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(ask(known().leftOutOf(nameless)).status()).isEqualTo(Status.FAILED);
  }

  @Test
  void what_cannot_be_written_is_refused_and_leaves_the_file_as_it_was() throws IOException {
    assertThatThrownBy(
            () -> knownFindings(directory.resolve("no/such/file.txt")).record(target, CLAIM))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("fix       mkdir -p '" + directory.resolve("no/such") + "'");
    Files.createDirectory(file);
    assertThatThrownBy(() -> known().record(target, CLAIM))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("is no file of known findings");
  }

  @Test
  void what_is_known_belongs_to_the_plan_so_that_no_run_goes_on_with_another_list()
      throws IOException {
    known().record(target, CLAIM);
    String before = Plan.of(runbook("r", gate("g", known().leftOutOf(CLAIM))), target).digest();
    Files.write(file, Files.readAllLines(file).subList(0, 3));
    assertThat(Plan.of(runbook("r", gate("g", known().leftOutOf(CLAIM))), target).digest())
        .isNotEqualTo(before);
  }
}
