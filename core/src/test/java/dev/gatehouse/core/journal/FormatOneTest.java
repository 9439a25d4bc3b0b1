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
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.core.tell.Delivery;
import dev.gatehouse.core.tell.Notice;
import dev.gatehouse.core.testkit.FakeDialect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs wrote before people's words were journaled is read for ever, and written no more. */
class FormatOneTest {
  /** As the last library that wrote format 1 wrote it, byte for byte. */
  private static final String WRITTEN =
      """
      {"at":"2026-11-29T23:09:53.068074131Z","body":{"format":1,"key":"MCowBQYDK2VwAyEAeQnk6FTN3oEEJh9XrBXH7xhndDJwpMPe6RPoLAoXKIU="},"epoch":0,"prev":"0000000000000000000000000000000000000000000000000000000000000000","seq":0,"type":"FORMAT"}
      {"at":"2026-11-21T10:00:00Z","body":{"database":"main","gates":[{"name":"first","steps":[{"class":"TRANSACTIONAL","name":"one","preview":["do one"],"reach":"TARGET","symbol":"~","undo":"undone by 'undo one'","undoPreview":["do undo one"]}]},{"name":"second","steps":[{"class":"HUMAN","name":"rack","preview":["is the disk in? (asked of: operator)"],"reach":"BESIDE","symbol":"?","undo":"nothing to undo: it is a question","undoPreview":[]}]}],"guards":[],"initiator":"ann","plan":"sha256:d3cc9373fc402ee8765bfd25835cee221b6e2926c4efe8778c2cc5aee7a2351b","product":"Fake","run":"20261121T100000Z-4fa0e86a","runbook":"old","server":"world-1","session":"","target":"world","version":"1"},"epoch":1,"prev":"270b6f3cdb8a78e1efbc450e18faae3d06219830252830d672aa977d99788fa4","seq":1,"type":"OPENED"}
      {"at":"2026-11-21T10:00:00Z","body":{"holder":"run 20261121T100000Z-4fa0e86a, process 29448, by ann"},"epoch":1,"prev":"01b8045d57bff885a1874d63f4880fed4452dcb004e67a71e041f8a316e6a376","seq":2,"type":"LEASED"}
      {"at":"2026-11-21T10:00:00Z","body":{"key":"20261121T100000Z-4fa0e86a/one","session":"session-1","step":"one","undo":false},"epoch":1,"prev":"94dffbd797cb109082a033981bebb948f99bc96393ce91cfd3fa1d76a21dc450","seq":3,"type":"INTENT"}
      {"at":"2026-11-21T10:00:00Z","body":{"evidence":{"facts":{"did":"one"},"takenAt":"2026-11-21T10:00:00Z"},"state":"SUCCEEDED","step":"one"},"epoch":1,"prev":"75e535e648ed0ae0af7e85821bd46aab0427c8f757c81ab29020bb3d0657eca4","seq":4,"type":"OUTCOME"}
      {"at":"2026-11-21T10:00:00Z","body":{"gate":"first"},"epoch":1,"prev":"8ccfa932b85e4ed889d0b87432729383e2295c4475fc6d51135e9b69edd65131","seq":5,"type":"GATE_OPENED"}
      {"at":"2026-11-21T10:00:00Z","body":{"reason":"is the disk in?","step":"rack"},"epoch":1,"prev":"35986703d67fcacced60ff469bb39b5a7d52b06d71f3bf0904c6a8eb31075758","seq":6,"type":"WAITING"}
      {"at":"2026-11-21T10:00:00Z","body":{"hash":"64815469393cc5d3676bd1b12de1d33597098f8a5add4a76bbaf3c2249dff1f3","run":"20261121T100000Z-4fa0e86a","seq":6,"sig":"Xne9kZH4LJ+KJybTUosV7od8nySBdQ6NbdpzIzAeJhB9QblvCP7WTToaU6dvQ94PnZ87XapdboghHk3ZcsOiDA=="},"epoch":1,"prev":"64815469393cc5d3676bd1b12de1d33597098f8a5add4a76bbaf3c2249dff1f3","seq":7,"type":"SEAL"}
      {"at":"2026-11-21T10:00:00Z","body":{"evidence":{"facts":{"role":"operator","said":"slot 3","who":"bob"},"takenAt":"2026-11-21T10:00:00Z"},"step":"rack","who":"bob","yes":true},"epoch":1,"prev":"d691617bafa48a4d6f554e92145107d741cc734e5479ee32c27f8caf2eb8b434","seq":8,"type":"ANSWERED"}
      {"at":"2026-11-21T10:00:00Z","body":{"gate":"second"},"epoch":1,"prev":"ec6233d9c260a65edde3db74b226230466db4cfd41bc62cb7777952b0507ffe6","seq":9,"type":"GATE_OPENED"}
      {"at":"2026-11-21T10:00:00Z","body":{"state":"SUCCEEDED"},"epoch":1,"prev":"55ac7170eb398a7f5fa174749215b0415a974f5dc1094abebd7dd793cb4c9a23","seq":10,"type":"CLOSED"}
      {"at":"2026-11-21T10:00:00Z","body":{"hash":"e90c1a72e466ad9ae0faa8ba076fbb2e8a27e8c27f2d1ae5800861a0bb947fa5","run":"20261121T100000Z-4fa0e86a","seq":10,"sig":"lTbYKY5bSpYT02TYLGQTWZFC3aWjRWgHna+5Af+dmXXA0+Z9izANzIHIAC1w+FwrUQ3/O3Ougy2/t5h/XH9iCg=="},"epoch":1,"prev":"e90c1a72e466ad9ae0faa8ba076fbb2e8a27e8c27f2d1ae5800861a0bb947fa5","seq":11,"type":"SEAL"}
      """;

  private static final String HEAD =
      "11:"
          + "8698c3aef8c4b5f7e54674ce83c5f98a24641e579b7e1f47f0497089f1aea87a:"
          + "1c2909b0acc180f62851333107b357cd:lrocFT6eMR98vj2EQaoSIc/USQeLyYnM9q+ZOk2ycVTESh83VA/cFJ56g29d6cSLiBqi7qcEeX9/eICO0M2IDw==:20261121T100000Z-4fa0e86a";

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
  private static void rewrite(Path journal, Signer key, int format) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(journal)) {
      String old = line.replace("\"format\":3", "\"format\":" + format);
      lines.add(format == 1 ? old.replaceAll("\"by\":\\[[^\\]]*\\],", "") : old);
    }
    Files.write(journal, Ledger.text(Ledger.rechained(lines, 0, key, true)));
  }

  @Test
  void what_was_written_by_the_old_library_is_read_and_verified() throws IOException {
    Path journal = Files.writeString(journals.resolve("old.journal"), WRITTEN);
    assertThat(
            JournalVerifier.verify(journal, JournalVerifier.Options.none().withHead(HEAD))
                .verdict())
        .isEqualTo(Verdict.VALID);
    RunRecord record = RunRecord.of(Journal.peek(journal)).orElseThrow();
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.initiator()).isEqualTo("ann");
    assertThat(record.said().initiators()).containsExactly("ann");
    assertThat(record.said().people()).isEmpty();
    assertThat(record.step("rack").orElseThrow().who()).isEqualTo("bob");
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
    rewrite(journal, key, 1);
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

  /** What a later library adds to it is read by this one; nobody was told of what stood before. */
  @Test
  void a_journal_of_format_two_resumes_and_tells() throws IOException {
    Signer key = Signer.in(journals.resolve("keys"));
    List<String> heard = new CopyOnWriteArrayList<>();
    Runner runner = Runner.journalingTo(journals);
    Path journal;
    try (Run run = runner.start(Plan.of(runbook(), world.target()))) {
      run.untilPeople();
      journal = run.journal();
    }
    world.crash();
    rewrite(journal, key, 2);
    try (Run run = runner.telling(ear(heard)).resume(runbook(), world.target(), journal)) {
      run.untilPeople();
      run.answer("rack", "ann", "operator", true, "slot 3");
      run.toEnd();
    }
    assertThat(heard).hasSize(2).first().isEqualTo("resumed");
    RunRecord record = RunRecord.of(Journal.peek(journal)).orElseThrow();
    assertThat(record.notices().pending()).isEmpty();
    assertThat(
            JournalVerifier.verify(
                    journal, JournalVerifier.Options.none().withPublicKey(key.publicKey()))
                .verdict())
        .isEqualTo(Verdict.VALID);
  }

  private static Channel ear(List<String> heard) {
    return new Channel() {
      @Override
      public String name() {
        return "ear";
      }

      @Override
      public Set<Occasion> occasions() {
        return EnumSet.of(Occasion.BEGAN, Occasion.RESUMED, Occasion.ENDED);
      }

      @Override
      public Delivery deliver(List<Notice> notices) {
        notices.forEach(one -> heard.add(one.text()));
        return Delivery.told();
      }
    };
  }
}
