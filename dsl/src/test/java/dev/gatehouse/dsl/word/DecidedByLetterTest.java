package dev.gatehouse.dsl.word;

import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.GatehouseOperations.approval;
import static dev.gatehouse.dsl.GatehouseOperations.one;
import static dev.gatehouse.dsl.GatehouseOperations.waitTimer;
import static dev.gatehouse.dsl.word.Assembly.change;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.letter.Mailbox;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Tick;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who accepts, confirms and resolves: people of the runbook, each of them, who started the run as
 * well, and nobody else; and only what they could see.
 */
class DecidedByLetterTest {
  private static final String REFUSED =
      """
      nobody of that name may decide about this run
        expected  [ada, bob, carol, mallory, nora]
        found     eve
        fix       have one of those say it, or name them in decidedBy(...) and resume the run
        code      word.who\
      """;

  @TempDir Path directory;
  Assembly all;
  private String problem = "no idea";

  @BeforeEach
  void assemble() throws Exception {
    all = new Assembly(directory);
  }

  private NamedCheck unsure() {
    return NamedCheck.of(
        "unsure",
        reading -> List.of("looks"),
        reading -> Outcome.inconclusive(Finding.of("test.unsure", problem).withFix("none")));
  }

  private Mailbox eve(Run run) {
    return Mailbox.of(run.journal())
        .withClock(all.clock)
        .as("eve")
        .signedBy(all.keys.computeIfAbsent("eve", who -> Signer.ephemeral()));
  }

  private static String lastRefused(Run run) {
    return Assembly.entries(run).stream()
        .filter(entry -> entry.type().equals("SAID"))
        .reduce((one, later) -> later)
        .map(entry -> dev.gatehouse.core.journal.RecordCodec.findings(entry.body()).get(0).text())
        .orElse("");
  }

  @Test
  void what_could_not_be_told_is_accepted_by_people_of_the_runbook_alone() {
    try (Run run = all.start(unsure(), change("one"))) {
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      eve(run).accept("unsure", "it is fine");
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(lastRefused(run)).isEqualTo(REFUSED);
      assertThatThrownBy(() -> run.accept("unsure", "eve", "")).hasMessageContaining("word.who");
      assertThatThrownBy(() -> run.accept("unsure", "cron", "")).hasMessageContaining("word.who");
      // ada has a key: nobody vouches for her
      assertThatThrownBy(() -> run.accept("unsure", "ada", "")).hasMessageContaining("word.sig");
      assertThat(all.done()).isEmpty();
      // who started it, in no role: it is told by name, and is no approval
      all.of(run, "mallory").accept("unsure", "it is fine");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(all.done()).containsExactly("one");
    }
  }

  @Test
  void what_is_accepted_is_what_was_seen() {
    Run first = all.start(unsure(), change("one"));
    first.advance();
    first.close();
    all.of(first, "nora").accept("unsure", "it is fine");
    problem = "half of the rows are gone";
    try (Run second = all.resume(first, unsure(), change("one"))) {
      second.advance();
      assertThat(second.advance()).isInstanceOf(Tick.NeedsInput.class);
      assertThat(lastRefused(second))
          .startsWith("what 'unsure' could not tell is not what was accepted")
          .contains("expected  half of the rows are gone")
          .contains("found     no idea")
          .endsWith("code      word.head");
      assertThat(all.done()).isEmpty();
      all.of(second, "nora").accept("unsure", "it is known");
      assertThat(second.advance()).isInstanceOf(Tick.Done.class);
    }
  }

  /** What it did, nobody can tell; only people can. */
  private static Step doubtful() {
    return ChangeWithoutUndo.of(
            "doubtful",
            reading ->
                new Effect.External() {
                  @Override
                  public Evidence apply(EffectContext working) throws Exception {
                    throw new java.io.IOException("the line is dead");
                  }

                  @Override
                  public ProbeResult probe(CheckContext looking, String key) {
                    return new ProbeResult(Kind.UNKNOWN, "nothing shows it", looking.evidence());
                  }

                  @Override
                  public List<String> preview() {
                    return List.of("does something");
                  }

                  @Override
                  public boolean touchesTarget() {
                    return false;
                  }
                })
        .cannotBeUndone("test");
  }

  @Test
  void a_doubt_is_resolved_by_people_of_the_runbook_alone() {
    try (Run run = all.start(doubtful(), change("one"))) {
      Tick tick = run.advance();
      for (int i = 0; i < 5 && run.record().state() != RunState.IN_DOUBT; i++) {
        tick = run.advance();
      }
      assertThat(tick).isInstanceOf(Tick.NeedsInput.class);
      assertThat(state(run, "doubtful")).isEqualTo(StepState.IN_DOUBT);
      eve(run).resolve("doubtful", Kind.APPLIED, "seen");
      run.advance();
      assertThat(lastRefused(run)).isEqualTo(REFUSED);
      assertThatThrownBy(() -> run.resolve("doubtful", Kind.APPLIED, "eve", "seen"))
          .hasMessageContaining("word.who");
      assertThat(state(run, "doubtful")).isEqualTo(StepState.IN_DOUBT);
      all.of(run, "mallory").resolve("doubtful", Kind.APPLIED, "seen");
      assertThat(run.advance()).isInstanceOf(Tick.Done.class);
      assertThat(all.done()).containsExactly("one");
    }
  }

  private static StepState state(Run run, String step) {
    return run.record().step(step).orElseThrow().state();
  }

  /** The one before was another attempt, and what became of that is no news of this one. */
  @Test
  void what_is_said_of_one_attempt_resolves_no_other() throws Exception {
    try (Run run = all.start(doubtful(), change("one"))) {
      for (int i = 0; i < 6 && run.record().state() != RunState.IN_DOUBT; i++) {
        run.advance();
      }
      Path inbox = run.journal().resolveSibling(run.journal().getFileName() + ".inbox");
      Path kept = directory.resolve("kept");
      all.of(run, "nora").resolve("doubtful", Kind.APPLIED, "seen");
      try (var files = java.nio.file.Files.list(inbox)) {
        Path letter =
            files.filter(file -> file.toString().endsWith(".letter")).findFirst().orElseThrow();
        kept = java.nio.file.Files.move(letter, directory.resolve(letter.getFileName()));
      }
      all.of(run, "nora").resolve("doubtful", Kind.NOT_APPLIED, "looked better");
      for (int i = 0; i < 6; i++) {
        run.advance();
      }
      assertThat(Assembly.count(run, "INTENT")).isEqualTo(2);
      assertThat(state(run, "doubtful")).isEqualTo(StepState.IN_DOUBT);
      java.nio.file.Files.move(kept, inbox.resolve(kept.getFileName()));
      run.advance();
      assertThat(Assembly.refused(run)).containsExactly("word.head");
      assertThat(state(run, "doubtful")).isEqualTo(StepState.IN_DOUBT);
    }
  }

  @Test
  void a_guard_is_confirmed_by_people_of_the_runbook_for_the_alarm_they_saw() throws Exception {
    var book =
        all.book(
                change("alarm"),
                waitTimer(ofMinutes(2)),
                change("one"),
                approval("go?").by(one("senior engineer")).validFor(ofHours(1)))
            .guardedBy(
                Guard.of(noRows("quiet", "select 1 from done where what = 'alarm'"), ofSeconds(10))
                    .onFailure(Guard.Reaction.CONFIRM));
    try (Run run = all.runner().start(Plan.of(book, all.shop, all.clock))) {
      run.advance();
      all.clock.advance(ofMinutes(1));
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      eve(run).confirm("quiet", "");
      run.advance();
      assertThat(lastRefused(run)).isEqualTo(REFUSED);
      Path inbox = run.journal().resolveSibling(run.journal().getFileName() + ".inbox");
      all.of(run, "nora").confirm("quiet", "seen");
      Path kept;
      try (var files = java.nio.file.Files.list(inbox)) {
        Path letter =
            files.filter(file -> file.toString().endsWith(".letter")).findFirst().orElseThrow();
        kept = java.nio.file.Files.move(letter, directory.resolve(letter.getFileName()));
      }
      all.beside("delete from done");
      all.clock.advance(ofMinutes(2));
      run.advance();
      all.beside("insert into done values ('alarm')");
      all.clock.advance(ofMinutes(1));
      assertThat(run.advance()).isInstanceOf(Tick.NeedsInput.class);
      java.nio.file.Files.move(kept, inbox.resolve(kept.getFileName()));
      run.advance();
      assertThat(Assembly.refused(run)).containsExactly("word.who", "word.head");
      assertThat(run.record().trippedGuards().get("quiet").confirmed()).isFalse();
    }
  }
}
