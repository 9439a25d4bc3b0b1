package dev.gatehouse.core.run;

import dev.gatehouse.core.journal.Event;
import dev.gatehouse.core.journal.StepState;
import dev.gatehouse.core.letter.Judge;
import dev.gatehouse.core.letter.Letter;
import dev.gatehouse.core.letter.Slip;
import dev.gatehouse.core.letter.Words;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what people put into the inbox, and journals it before it is taken out: what a crash leaves
 * there is known to have been read. What stops the run is heard while it is busy, too.
 */
final class Hearing {

  /** By the public name: it is what people set a level for. */
  private static final Logger LOG = LoggerFactory.getLogger("dev.gatehouse.core.run.Run");

  /** Beyond that many words that do not count, each is set aside without a record. */
  static final int REFUSED_TOLD = 500;

  private final RunContext run;
  private final Decisions decisions;
  private boolean first = true;
  private boolean deaf;

  Hearing(RunContext run, Decisions decisions) {
    this.run = run;
    this.decisions = decisions;
  }

  /** On the run's turn: everything. */
  void hear() {
    List<Slip> slips;
    try {
      slips = run.inbox().read();
    } catch (UncheckedIOException e) {
      unreadable(e);
      return;
    }
    slips.forEach(this::hear);
    first = false;
  }

  /** Beside an effect or a check: what stops it. */
  void hearStops() {
    try {
      run.inbox().stops().forEach(this::hearStop);
    } catch (UncheckedIOException e) {
      unreadable(e);
    }
  }

  /** One that does not count keeps nobody else from being heard. */
  private void hearStop(Slip slip) {
    try {
      ask(slip, believed(slip));
    } catch (Refusal later) {
      // told and journaled on the run's turn
    }
  }

  private void unreadable(UncheckedIOException e) {
    if (!deaf) {
      deaf = true;
      LOG.warn("letters cannot be read, nobody can stop run {} by one: {}", run.record().run(), e);
    }
  }

  private void hear(Slip slip) {
    Optional<Stop.Request> pending = run.stop().pending();
    if (pending.flatMap(Stop.Request::letter).filter(one -> same(one, slip)).isPresent()) {
      return;
    }
    if (first
        && slip.letter()
            .map(Letter::nonce)
            .flatMap(run.record().said()::letter)
            .filter(slip.digest()::equals)
            .isPresent()) {
      run.inbox().done(slip);
      return;
    }
    try {
      Judge.Believed who = believed(slip);
      if (slip.stops()) {
        refuseNeedless(slip, pending);
        ask(slip, who);
      } else if (!comesBeforeItsTime(slip)) {
        decide(slip, who);
        run.inbox().done(slip);
      }
    } catch (Refusal no) {
      refused(slip, no);
    }
  }

  /** What could not be told before a resume is asked again first; until then the letter lies. */
  private boolean comesBeforeItsTime(Slip slip) {
    return slip.letter().filter(one -> one.kind() == Letter.Kind.ACCEPT).isPresent()
        && run.record()
            .step(subject(slip))
            .filter(step -> step.state() == StepState.PENDING && step.since().isPresent())
            .isPresent();
  }

  private static boolean same(Slip one, Slip other) {
    return one.path().equals(other.path());
  }

  private Judge.Believed believed(Slip slip) {
    return run.judge().letter(slip, run.record(), run.journal()::entries, run.clock().instant());
  }

  private void refuseNeedless(Slip slip, Optional<Stop.Request> pending) {
    Letter.Kind kind = slip.letter().orElseThrow().kind();
    Stop.Mode mode = Stop.Mode.valueOf(kind.name());
    boolean stops = pending.filter(one -> one.mode().compareTo(mode) >= 0).isPresent();
    if (stops || (kind == Letter.Kind.ABORT && run.record().undoing())) {
      throw Words.stopping();
    }
  }

  private void ask(Slip slip, Judge.Believed who) {
    Letter letter = slip.letter().orElseThrow();
    run.stop()
        .ask(
            new Stop.Request(
                Stop.Mode.valueOf(letter.kind().name()),
                who.who(),
                letter.text(),
                Optional.of(slip),
                who.proof()));
  }

  private void decide(Slip slip, Judge.Believed who) {
    Letter letter = slip.letter().orElseThrow();
    run.points().accept(CrashPoint.RUN + ":letter.heard");
    Decisions.By by = new Decisions.By(who.who(), who.proof(), letter.at(), Optional.of(slip));
    String subject = letter.subject();
    switch (letter.kind()) {
      case YES, NO ->
          decisions.say(
              subject, by, letter.role(), letter.kind() == Letter.Kind.YES, letter.text());
      case CONFIRM -> decisions.confirm(subject, by);
      case ACCEPT -> decisions.accept(subject, by, letter.text());
      case RESOLVE -> decisions.resolve(subject, truth(letter), by, letter.text());
      default -> throw Words.refused("kind", "it stops nothing", "", letter.kind().name());
    }
  }

  private static ProbeResult.Kind truth(Letter letter) {
    for (ProbeResult.Kind kind :
        List.of(ProbeResult.Kind.APPLIED, ProbeResult.Kind.NOT_APPLIED, ProbeResult.Kind.PARTIAL)) {
      if (kind.name().equals(letter.truth())) {
        return kind;
      }
    }
    throw Words.refused(
        "truth", "that is no answer", "APPLIED, NOT_APPLIED or PARTIAL", letter.truth());
  }

  /** Obeys a request to stop: journaled, and then its letter is taken out. */
  void obeyed(Event event, Map<String, Object> body, Stop.Request asked) {
    Map<String, Object> told = new HashMap<>(body);
    asked
        .letter()
        .ifPresent(
            slip -> {
              told.put("letter", slip.letter().orElseThrow().nonce());
              told.put("digest", slip.digest());
              told.put("proof", asked.proof());
              told.put("original", slip.text());
            });
    run.journal().writeDurably(event, told);
    asked.letter().ifPresent(run.inbox()::done);
  }

  /** Loud, because whoever sent it believes to be heard. */
  private void refused(Slip slip, Refusal no) {
    Finding why = run.plan().scrubber().scrub(no.findings().get(0));
    LOG.warn("a letter to run {} does not count: {}", run.record().run(), why.text());
    int told = run.record().said().refused();
    if (told < REFUSED_TOLD) {
      run.journal().said(subject(slip), word(slip), no.findings());
    } else if (told == REFUSED_TOLD) {
      run.journal()
          .said(
              "",
              Map.of("who", "many", "kind", "LETTERS"),
              List.of(
                  Finding.of("word.many", "too many letters that do not count")
                      .withFound(REFUSED_TOLD + " so far")
                      .withFix("see what else lies in the directory 'refused' of the inbox")));
    }
    run.inbox().setAside(slip);
  }

  private static String subject(Slip slip) {
    return slip.letter().map(Letter::subject).orElse("");
  }

  private static Map<String, Object> word(Slip slip) {
    Map<String, Object> word = new HashMap<>();
    word.put("who", slip.letter().map(Letter::who).orElse(slip.owner()));
    word.put("role", slip.letter().map(Letter::role).orElse(""));
    word.put("kind", slip.letter().map(one -> one.kind().name()).orElse("LETTER"));
    word.put("file", slip.name());
    slip.letter().ifPresent(one -> word.put("letter", one.nonce()));
    word.put("digest", slip.digest());
    return word;
  }
}
