package dev.gatehouse.core.letter;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.SignedWord;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.journal.Storage;
import dev.gatehouse.core.model.EffectClass;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * How a person, or a service on a person's behalf, speaks to a run that another process drives: it
 * puts a letter beside the journal. What can be seen to be in vain is refused here, to the sender;
 * what counts is decided by the run, and journaled.
 *
 * <p>Immutable and thread-safe. Needs to read the journal and to write the directory it is in, by
 * the account that runs the run.
 *
 * @since 0.1
 */
public final class Mailbox {
  private static final Duration VALID = Duration.ofHours(24);

  /** Who stopped a run that nobody drove is obeyed whenever somebody goes on with it. */
  private static final Duration STOPS_FOR = Duration.ofDays(36_500);

  private static final long LOOK_MILLIS = 20;

  private final Path journal;
  private final InstantSource clock;
  private final String who;
  private final Optional<Signer> signer;

  private Mailbox(Path journal, InstantSource clock, String who, Optional<Signer> signer) {
    this.journal = journal;
    this.clock = clock;
    this.who = who;
    this.signer = signer;
  }

  /** To the run of that journal; the sender is the account of the operating system. */
  public static Mailbox of(Path journal) {
    return new Mailbox(
        journal,
        InstantSource.system(),
        System.getProperty("user.name", "unknown"),
        Optional.empty());
  }

  /** The same, in the name of that person. */
  public Mailbox as(String person) {
    return new Mailbox(journal, clock, person, signer);
  }

  /** The same, signing with the person's key. */
  public Mailbox signedBy(Signer key) {
    return new Mailbox(journal, clock, who, Optional.of(key));
  }

  /** The same by another clock. */
  public Mailbox withClock(InstantSource other) {
    return new Mailbox(journal, other, who, signer);
  }

  /**
   * What the journal says of its run now. It may be open elsewhere.
   *
   * @throws Refusal {@code journal.unreadable} when it cannot be read, or holds no run
   */
  public RunRecord record() {
    return RunRecord.of(entries()).orElseThrow(() -> unreadable("no run in it"));
  }

  private List<Entry> entries() {
    try {
      return Journal.view(journal);
    } catch (IOException e) {
      throw unreadable(String.valueOf(e));
    }
  }

  private Refusal unreadable(String found) {
    return new Refusal(
        Finding.of("journal.unreadable", "the journal cannot be read")
            .withExpected("the journal of a run: " + journal)
            .withFound(found)
            .withFix("name the file that the run told: 'journal' in its last lines"));
  }

  /**
   * Agrees to what a step asks.
   *
   * @param role in which
   * @param text what the step asks to be typed, or a remark
   * @throws Refusal {@code word.early} when the step is not asked yet, {@code word.step} when it is
   *     not asked any more, {@code run.ended}
   */
  public Receipt yes(String step, String role, String text) {
    requireAsked(step, true);
    return put(Letter.Kind.YES, step, role, "", text);
  }

  /** Declines what a step asks: one is enough to fail it. Refusals as {@link #yes}. */
  public Receipt no(String step, String role, String why) {
    requireAsked(step, false);
    return put(Letter.Kind.NO, step, role, "", why);
  }

  /** Stops the run and undoes what it did; anybody may. */
  public Receipt abort(String why) {
    return put(Letter.Kind.ABORT, "", "", "", why);
  }

  /** Stops the run at once; nothing more is touched. */
  public Receipt panic(String why) {
    return put(Letter.Kind.PANIC, "", "", "", why);
  }

  /** Stops the run before its next effect; whoever drives it may go on. */
  public Receipt pause(String why) {
    return put(Letter.Kind.PAUSE, "", "", "", why);
  }

  /** Goes on in spite of a guard that asked for it. */
  public Receipt confirm(String guard, String why) {
    return put(Letter.Kind.CONFIRM, guard, "", "", why);
  }

  /** Accepts that a check could not tell. */
  public Receipt accept(String step, String why) {
    return put(Letter.Kind.ACCEPT, step, "", "", why);
  }

  /** Says what became of a step in doubt. */
  public Receipt resolve(String step, ProbeResult.Kind truth, String evidence) {
    return put(Letter.Kind.RESOLVE, step, "", truth.name(), evidence);
  }

  private void requireAsked(String name, boolean yes) {
    RunRecord record = record();
    StepRecord step =
        record
            .step(name)
            .orElseThrow(
                () ->
                    Words.refused(
                        "step",
                        "the run has no step '" + name + "'",
                        record.steps().stream().map(StepRecord::name).toList().toString(),
                        name));
    boolean human = step.line().effectClass() == EffectClass.HUMAN;
    boolean asked =
        !step.needs().isEmpty() || (human && !record.undoing() && step.asked() != Long.MAX_VALUE);
    if (!asked && step.asked() == Long.MAX_VALUE) {
      throw Words.refused(
          "early",
          "'" + name + "' is not asked yet",
          "said when gate '" + step.gate() + "' is reached",
          "the run is at " + at(record));
    }
    if (!asked && record.undoing()) {
      throw Words.asksNoMore(name);
    }
    if (yes && !asked) {
      throw Words.refused("step", "'" + name + "' is not asked any more", "", "" + step.state());
    }
  }

  private static String at(RunRecord record) {
    return record.steps().stream()
        .filter(step -> !step.state().done())
        .findFirst()
        .map(step -> "'" + step.name() + "'")
        .orElse("its end");
  }

  private Receipt put(Letter.Kind kind, String subject, String role, String truth, String text) {
    List<Entry> entries = entries();
    RunRecord record = RunRecord.of(entries).orElseThrow(() -> unreadable("no run in it"));
    requireOpen(record);
    Instant now = clock.instant();
    Letter letter =
        new Letter(
            kind,
            record.run(),
            record.plan(),
            record.outline().fingerprint().identity(),
            Judge.head(entries.get(entries.size() - 1)),
            subject,
            who,
            role,
            truth,
            text,
            now,
            now.plus(kind.stops() ? STOPS_FOR : VALID),
            nonce());
    byte[] bytes = signer.map(letter::signedBy).orElseGet(letter::unsigned);
    Optional<Finding> foreseen =
        new Judge(record.said().people())
            .foreseen(letter, SignedWord.read(bytes), System.getProperty("user.name", "unknown"));
    try {
      Inbox.of(journal).put(letter, bytes);
      boolean driven = Storage.isHeld(journal);
      // It may have ended since it was looked at, be it by this letter: looked at again first.
      RunRecord since = record();
      Receipt receipt = receipt(letter.nonce(), driven, foreseen);
      if (!receipt.read()) {
        requireOpen(since);
      }
      return receipt;
    } catch (IOException e) {
      throw new Refusal(
          Finding.of("letter.unwritable", "the letter cannot be put beside the journal")
              .withExpected("a directory that this account may write")
              .withFound(String.valueOf(e))
              .withFix(
                  "send it by the account that runs the run; where its disk is full, make room"),
          e);
    }
  }

  private static void requireOpen(RunRecord record) {
    if (record.state().closed()) {
      throw new Refusal(
          Finding.of("run.ended", "the run has ended; nothing can be decided about it")
              .withFound("ended as " + record.state() + " at " + record.last())
              .withFix("plan and run the runbook again"));
    }
  }

  /**
   * What became of a letter, after that time at most, or as soon as it is known.
   *
   * @throws Refusal {@code run.ended} when the run ended without having read it: nobody ever will
   * @throws InterruptedException when the thread is interrupted meanwhile
   */
  public Receipt await(Receipt sent, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    Receipt now = receipt(sent.nonce(), sent.driven(), sent.foreseen());
    while (!now.read() && System.nanoTime() - end < 0) {
      RunRecord record = record();
      Thread.sleep(LOOK_MILLIS);
      now = receipt(sent.nonce(), sent.driven(), sent.foreseen());
      if (!now.read()) {
        requireOpen(record);
      }
    }
    return now;
  }

  private Receipt receipt(String nonce, boolean driven, Optional<Finding> foreseen) {
    for (Entry entry : entries()) {
      if (nonce.equals(entry.body().get("letter"))) {
        boolean counts =
            !entry.type().equals("SAID") || Boolean.TRUE.equals(entry.body().get("counts"));
        List<Finding> findings = counts ? List.of() : RecordCodec.findings(entry.body());
        return new Receipt(nonce, driven, true, findings.stream().findFirst(), Optional.empty());
      }
    }
    return new Receipt(nonce, driven, false, Optional.empty(), foreseen);
  }

  private static String nonce() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
