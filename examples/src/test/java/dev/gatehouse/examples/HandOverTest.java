package dev.gatehouse.examples;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.fromCatalogue;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.restore;
import static dev.gatehouse.dsl.Gatehouse.rowCount;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.followUp;
import static dev.gatehouse.dsl.GatehouseOperations.incident;
import static dev.gatehouse.dsl.GatehouseOperations.person;
import static java.time.Duration.ofDays;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.People;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.report.HandOverText;
import dev.gatehouse.core.report.Reports;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.sqlite.Sqlite;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

/** A scripted incident on a real database, and what is handed over after it. */
class HandOverTest {
  @TempDir Path work;
  private Target shop;
  private Instant good;

  @BeforeEach
  void have_an_incident() throws Exception {
    Path file = work.resolve("shop.db");
    execute(file, "create table orders(id integer primary key)", "insert into orders values (1)");
    shop = Sqlite.file("shop", file);
    Runner.journalingTo(work.resolve("backups"))
        .run(Plan.of(runbook("Backup", gate("Backup", backUp(into(work.resolve("vault"))))), shop));
    good = Instant.now();
    execute(
        file, "drop table orders", "create table gate(open int)", "insert into gate values (1)");
  }

  private static void execute(Path file, String... statements) throws Exception {
    try (var connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    }
  }

  private static Change change(String name, String statement) {
    return inOneTransaction(sql(statement)).named(name).cannotBeUndone("a test");
  }

  private Runbook book() {
    Change shut = change("shut the shop", "update gate set open = 0");
    Change open = change("open the shop", "create table opened(at int)");
    return runbook(
            "Restore",
            gate("Shut", shut),
            gate(
                "Restored",
                restore(fromCatalogue(Vault.at(work.resolve("vault"))).at(good)).named("restore")),
            gate("Open", rowCount("orders").is(1), open))
        .respondingTo(incident(good, good).exposing("shop_app"))
        .closedToUsers(shut, open)
        .owing(followUp("blameless review").by("incident commander").within(ofDays(3)));
  }

  private static Instant at(List<Entry> entries, String type, String step) {
    return entries.stream()
        .filter(entry -> entry.type().equals(type) && step.equals(entry.body().get("step")))
        .findFirst()
        .orElseThrow()
        .at();
  }

  @Test
  void the_figures_are_those_of_the_incident() throws Exception {
    Path journal;
    RunRecord record;
    Reports.Written written;
    try (Run run = Runner.journalingTo(work.resolve("journals")).start(Plan.of(book(), shop))) {
      record = run.toEnd();
      journal = run.journal();
      written = Reports.write(work.resolve("reports"), record, run.head());
    }
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    List<Entry> entries = Journal.peek(journal);
    long recovery = Duration.between(good, at(entries, "OUTCOME", "restore")).toMillis();
    Instant due = record.last().plus(ofDays(3));
    assertThat(written.json())
        .content()
        .contains(
            "\"incidentBegan\": \"" + good + "\"",
            "\"recoveryMillis\": " + recovery + ",",
            "\"begun\": \"" + at(entries, "INTENT", "restore") + "\"",
            "\"closedFrom\": \"" + at(entries, "INTENT", "shut the shop") + "\"",
            "\"closedUntil\": \"" + at(entries, "OUTCOME", "open the shop") + "\"",
            "\"due\": \"" + due + "\"");
    String text = HandOverText.of(record);
    assertThat(text)
        .contains("RTO       ", " from the begin of the incident to the restored target\n")
        .contains("shop_app: exposed in the incident")
        .contains("owed      'blameless review', by incident commander, until ");
    assertThat(written.checklist()).content().contains("## Hand-over\n", "```mermaid\ngantt\n");
    assertThat(written.junit()).content().contains("<testsuites name=\"Restore\" tests=\"8\"");
    assertThat(parsed(written.html()).getElementsByTagName("details").getLength()).isEqualTo(4);
    assertThat(parsed(written.html()).getElementsByTagName("svg").getLength()).isEqualTo(1);

    String directory = work.resolve("journals").toString();
    String id = Mailbox.of(journal).record().run() + "#1";
    assertThat(obligations(due.minusSeconds(1), 0, directory))
        .isEqualTo(
            "open     'blameless review', by incident commander, until "
                + text.lines().reduce((first, last) -> last).orElseThrow().split("until ")[1]
                + "  "
                + journal
                + "  "
                + id);
    assertThat(obligations(due.plusSeconds(1), 2, directory)).startsWith("OVERDUE  'blameless");
    byte[] before = Files.readAllBytes(journal);
    assertThat(obligations(due, 0, directory, "--close", id, "--by", "ida", "--text", "held"))
        .startsWith("closed   'blameless review', by ida at ")
        .endsWith(": held");
    assertThat(obligations(due.plusSeconds(1), 0, directory)).startsWith("closed   'blameless");
    assertThat(Files.readAllBytes(journal)).isEqualTo(before);
    assertThatThrownBy(() -> obligations(due, 0, directory, "--close", id, "--by", "ivo"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("obligations.closed");
    obligations(due, 3, directory, "--close", id + "9", "--by", "ida");
    Path closed = Path.of(directory).resolve("obligations.closed.jsonl");
    String line = Files.readString(closed);
    for (String broken : List.of(line + line, line.strip(), line.substring(3), "{}\n" + line)) {
      Files.writeString(closed, broken);
      assertThat(obligations(due, 3, directory)).as(broken).contains("obligations.broken");
    }
    Files.delete(closed);
    assertThat(obligations(due.plusSeconds(1), 2, directory)).startsWith("OVERDUE  'blameless");
    Files.writeString(
        journal, Files.readString(journal).replace("blameless review", "blameless preview"));
    assertThat(obligations(due.plusSeconds(1), 3, directory)).startsWith("UNKNOWN  " + journal);
  }

  @Test
  void a_run_that_goes_on_owes_nothing_yet_and_a_directory_without_journals_says_nothing()
      throws Exception {
    try (Run run = Runner.journalingTo(work.resolve("journals")).start(Plan.of(book(), shop))) {
      assertThat(obligations(Instant.now(), 0, work.resolve("journals").toString()))
          .isEqualTo("not yet  " + run.journal() + ": owed when the run has ended");
    }
    assertThatThrownBy(() -> Obligations.run(List.of(work.toString()), Instant.now()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no journal in " + work + ": name their directory");
  }

  @Test
  void reports_that_find_no_place_do_not_change_how_a_run_ended() throws Exception {
    Path file = Files.writeString(work.resolve("reports"), "in the way");
    try (Run run = Runner.journalingTo(work.resolve("journals")).start(Plan.of(book(), shop))) {
      RunRecord record = run.toEnd();
      assertThat(
              heard(
                  () -> {
                    Show.end(run, record, file);
                    return 0;
                  },
                  0))
          .startsWith("reports    NOT WRITTEN to " + file)
          .contains("journal    " + run.journal());
      assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    }
  }

  @Test
  void what_nobody_owes_and_what_has_not_begun_is_refused_and_all_is_part_of_the_plan() {
    Runbook peopled = book().decidedBy(People.of(person("ada").as("dba")));
    assertThatThrownBy(() -> Plan.of(peopled, shop))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            nobody owes 'blameless review'
              expected  somebody who is, or has the role, incident commander
              found     none of the people of this runbook
              fix       give somebody the role: person("name").as("incident commander")
              code      follow-up.nobody\
            """);
    Instant later = Instant.now().plusSeconds(600);
    assertThatThrownBy(() -> Plan.of(book().respondingTo(incident(later, good)), shop))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("code      incident.future");
    assertThatThrownBy(() -> incident(good, later))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("it would restore the damage");
    Plan plan = Plan.of(book(), shop);
    assertThat(plan.digest())
        .isEqualTo(Plan.of(book(), shop).digest())
        .isNotEqualTo(
            Plan.of(book().respondingTo(incident(good, good.minusSeconds(1))), shop).digest())
        .isNotEqualTo(
            Plan.of(book().owing(followUp("rotate it").by("dba").within(ofDays(1))), shop)
                .digest());
    assertThat(plan.full())
        .contains("\nhand-over\n  answers to the incident that began ")
        .contains("\n  users are shut out from 'shut the shop' until 'open the shop'\n")
        .contains("\n  'blameless review', by incident commander, within 3d00h00m of the end\n");
  }

  private static String obligations(Instant now, int exit, String... arguments) throws Exception {
    return heard(() -> Obligations.run(List.of(arguments), now), exit);
  }

  private static String heard(Callable<Integer> command, int exit) throws Exception {
    PrintStream out = System.out;
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    System.setOut(new PrintStream(heard, true, StandardCharsets.UTF_8));
    try {
      assertThat(command.call()).isEqualTo(exit);
    } finally {
      System.setOut(out);
    }
    return heard.toString(StandardCharsets.UTF_8).strip();
  }

  private static Document parsed(Path page) throws Exception {
    return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(page.toFile());
  }
}
