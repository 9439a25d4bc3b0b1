package dev.gatehouse.dsl.tell;

import static dev.gatehouse.dsl.GatehouseTelling.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.JournalVerifier;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.Verification.Verdict;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.Desk;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes killed soon after one of their notices arrived, mostly before that was journaled.
 * {@code -Dtold.kills=200 -Dtold.seed=1} for more of them.
 */
@Tag("nightly")
@Timeout(7200)
class ToldAfterKillTest {
  private static final int KILLS = Integer.getInteger("told.kills", 2);
  private static final long SEED = Long.getLong("told.seed", 1);
  private static final int MOST_A_RUN = 4;

  @TempDir Path directory;
  private final Random random = new Random(SEED);
  private int killed;
  private int twice;

  @Test
  void each_notice_is_told_at_least_once_and_under_the_same_id() throws Exception {
    for (int round = 0; killed < KILLS; round++) {
      Path work = Files.createDirectory(directory.resolve("round-" + round));
      Desk.shop(work.resolve("shop.db"));
      try (Sink sink = new Sink()) {
        int kills = Math.min(KILLS - killed, 1 + random.nextInt(MOST_A_RUN));
        for (int kill = 0; kill < kills; kill++) {
          killed += killedAfter(work, sink, 1 + random.nextInt(2), random.nextInt(90)) ? 1 : 0;
        }
        Process last = start(work, sink);
        assertThat(last.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(last.exitValue()).as(Files.readString(work.resolve("said.txt"))).isZero();
        // what was left when it closed, on a machine that is busy
        Runner.journalingTo(work.resolve("journals"))
            .telling(webhook(Secret.of("hook", (sink.base() + "/hook").toCharArray())))
            .tell(ToldVictim.journal(work).orElseThrow(), Duration.ofMinutes(2));
        requireAllTold(work, sink);
      }
      // 200 take an hour where the machine is busy: what is proved so far
      System.out.println(
          "told.kills=" + killed + " told.seed=" + SEED + ": told twice " + twice + " notices");
    }
  }

  /** False where it ended before so many notices came. */
  private static boolean killedAfter(Path work, Sink sink, int notices, int millis)
      throws Exception {
    int before = sink.requests.size();
    Process process = start(work, sink);
    try {
      while (sink.requests.size() < before + notices && process.isAlive()) {
        Thread.sleep(1);
      }
      Thread.sleep(millis);
      boolean alive = process.isAlive();
      return process.destroyForcibly().waitFor() != 0 && alive;
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(Path work, Sink sink) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            Optional.ofNullable(System.getProperty("surefire.test.class.path"))
                .orElse(System.getProperty("java.class.path")),
            ToldVictim.class.getName(),
            work.toString(),
            sink.base() + "/hook")
        .redirectErrorStream(true)
        .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
        .redirectOutput(Redirect.appendTo(work.resolve("said.txt").toFile()))
        .start();
  }

  private void requireAllTold(Path work, Sink sink) throws IOException {
    Path journal = ToldVictim.journal(work).orElseThrow();
    List<Entry> entries = Journal.peek(journal);
    RunRecord record = RunRecord.of(entries).orElseThrow();
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.notices().pending()).isEmpty();
    String key = Signer.in(work.resolve("journals/keys")).publicKey();
    assertThat(
            JournalVerifier.verify(journal, JournalVerifier.Options.none().withPublicKey(key))
                .verdict())
        .isEqualTo(Verdict.VALID);

    Map<String, Map<String, Object>> told = new HashMap<>();
    for (Sink.Request request : sink.requests) {
      for (Map<String, Object> notice : request.notices()) {
        Map<String, Object> before = told.put((String) notice.get("id"), notice);
        if (before != null) {
          twice++;
          assertThat(notice).isEqualTo(before);
        }
      }
    }
    assertThat(told.keySet()).isEqualTo(wanted(entries, record.run()));
  }

  /** Whatever the journal ever had to be told, by what it says after each record. */
  private static Set<String> wanted(List<Entry> entries, String run) {
    Set<String> wanted = new TreeSet<>();
    RunRecord record = RunRecord.of(entries.subList(0, 2)).orElseThrow();
    for (Entry entry : entries.subList(2, entries.size())) {
      record.add(entry);
      record
          .notices()
          .pending()
          .values()
          .forEach(open -> open.forEach(seq -> wanted.add(run + ":" + seq + ":webhook")));
    }
    return wanted;
  }
}
