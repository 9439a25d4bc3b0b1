package dev.gatehouse.core.journal;

import static dev.gatehouse.core.testkit.Steps.human;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.Verification.Verdict;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.FakeDialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs wrote before people's words were journaled is read for ever, and written no more. */
class FormatOneTest {
  @TempDir Path journals;
  private final FakeDialect world = new FakeDialect();

  private Change change(String name) {
    return transactional(name, world).undoneBy(transactional("undo " + name, world));
  }

  private Runbook runbook() {
    Change rack = human("rack", "is the disk in?", "operator").nothingToUndo("it is a question");
    return new Runbook(
        "old",
        List.of(
            new Gate("first", List.of(change("one"))),
            new Gate("second", List.of(rack, change("two")))),
        List.of());
  }

  /** The same records as format 1 has them: another number at the head, and no people. */
  private static void rewrite(Path journal, Signer key) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(journal)) {
      lines.add(
          line.replace("\"format\":2", "\"format\":1").replaceAll("\"by\":\\[[^\\]]*\\],", ""));
    }
    Files.write(journal, Ledger.text(Ledger.rechained(lines, 0, key, true)));
  }

  @Test
  void a_journal_of_format_one_verifies_and_resumes() throws IOException {
    Signer key = Signer.in(journals.resolve("keys"));
    Runner runner = Runner.journalingTo(journals);
    Path journal;
    try (Run run = runner.start(Plan.of(runbook(), world.target()))) {
      run.untilPeople();
      journal = run.journal();
    }
    world.crash();
    rewrite(journal, key);
    assertThat(new String(Files.readAllBytes(journal), UTF_8))
        .contains("\"format\":1")
        .doesNotContain("\"by\"");
    assertThat(JournalVerifier.verify(journal, JournalVerifier.Options.none()).verdict())
        .isEqualTo(Verdict.UNANCHORED);

    try (Run run = runner.resume(runbook(), world.target(), journal)) {
      assertThat(run.record().initiator()).isEqualTo(System.getProperty("user.name"));
      run.untilPeople();
      run.answer("rack", "ann", "operator", true, "slot 3");
      assertThat(run.toEnd().state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(
              JournalVerifier.verify(journal, JournalVerifier.Options.none().withHead(run.head()))
                  .verdict())
          .isEqualTo(Verdict.VALID);
    }
    assertThat(world.effects).containsExactly("one", "two");
  }
}
