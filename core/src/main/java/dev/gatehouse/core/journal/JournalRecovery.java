package dev.gatehouse.core.journal;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The way into a journal: what may be begun, continued, repaired, and what is refused. */
final class JournalRecovery {
  private final Storage storage;
  private final Signer signer;

  private JournalRecovery(Storage storage, Signer signer) {
    this.storage = storage;
    this.signer = signer;
  }

  static JournalRecovery of(Storage storage, Signer signer) {
    return new JournalRecovery(storage, signer);
  }

  Journal create() {
    return closingOnRefusal(
        () -> {
          Chain chain = Chain.read(storage.read());
          if (!chain.entries().isEmpty() || chain.rest() > 0) {
            throw notEmpty(chain);
          }
          Journal journal = Journal.on(new JournalWriter(storage, 0), signer, List.of());
          Map<String, Object> body = Map.of("format", Journal.FORMAT, "key", signer.publicKey());
          journal.write(Instant.now(), 0, Journal.HEADER, body, 0);
          journal.reserve();
          return journal;
        });
  }

  Journal open() {
    return closingOnRefusal(
        () -> {
          Chain chain = Chain.read(storage.read());
          requireJournal(chain);
          Optional<Fault> fault = chain.fault();
          boolean torn = fault.isPresent() && fault.get().kind() == JournalDefect.TORN_TAIL;
          if (fault.isPresent() && !torn) {
            throw corrupt(fault.get());
          }
          requireKey(chain.entries().get(0));
          JournalAudit.fault(chain.entries())
              .ifPresent(
                  found -> {
                    throw corrupt(found);
                  });
          JournalWriter tape = new JournalWriter(storage, chain.end());
          Journal journal = Journal.on(tape, signer, chain.entries());
          if (torn) {
            repair(journal, chain);
          }
          journal.force();
          return journal;
        });
  }

  /**
   * One write over the torn bytes, not a cut and then a record: a crash in between must not leave a
   * journal that looks as if nothing had been dropped.
   */
  private void repair(Journal journal, Chain chain) {
    long epoch = chain.entries().get(chain.entries().size() - 1).epoch();
    long dropped = chain.rest();
    journal.write(
        Instant.now(), epoch, Journal.REPAIRED, Map.of("dropped", dropped), chain.end() + dropped);
  }

  private Journal closingOnRefusal(Work work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw closing(unreadable(e));
    } catch (RuntimeException e) {
      throw closing(e);
    }
  }

  private RuntimeException closing(RuntimeException refusal) {
    try {
      storage.close();
    } catch (IOException e) {
      refusal.addSuppressed(e);
    }
    return refusal;
  }

  private interface Work {
    Journal run() throws IOException;
  }

  private static void requireJournal(Chain chain) {
    Optional<Long> newer = chain.newerFormat();
    if (newer.isPresent()) {
      throw refusal(
          "journal.newer-format",
          "the journal was written by a newer Gatehouse",
          "format " + Journal.FORMAT,
          "format " + newer.get(),
          "resume the run with the version that began it",
          null);
    }
    Optional<JournalDefect> kind = chain.fault().map(Fault::kind);
    if (chain.entries().isEmpty()
        && kind.orElse(JournalDefect.TORN_TAIL) == JournalDefect.TORN_TAIL) {
      throw refusal(
          "journal.not-a-journal",
          "this is not a journal",
          "a first record of type " + Journal.HEADER,
          chain.rest() == 0 ? "nothing" : chain.rest() + " bytes of something else",
          "name the journal of the run; if its creation was cut short, no effect was started and"
              + " the file may be removed",
          null);
    }
  }

  private void requireKey(Entry header) {
    String key = String.valueOf(header.body().get("key"));
    if (!key.equals(signer.publicKey())) {
      throw refusal(
          "journal.other-key",
          "the journal is signed by another key",
          "key " + Signer.keyId(key),
          "key " + signer.keyId(),
          "resume with the signing.key the run was begun with",
          null);
    }
  }

  private static Refusal notEmpty(Chain chain) {
    return refusal(
        "journal.not-empty",
        "there is something where a new journal should begin",
        "an empty file",
        chain.entries().isEmpty()
            ? chain.rest() + " bytes of something else"
            : "a journal of " + chain.entries().size() + " records",
        "name a new file, or resume the run that is recorded there",
        null);
  }

  static Refusal corrupt(Fault fault) {
    return refusal(
        "journal.corrupt",
        "the journal is corrupt at record " + fault.seq() + ": " + fault.kind(),
        "every record as it was written",
        fault.text(),
        "resume from an unaltered copy of the journal; nothing was run and nothing was changed",
        null);
  }

  private static Refusal unreadable(IOException e) {
    return refusal(
        "journal.unreadable",
        "the journal cannot be read",
        "",
        String.valueOf(e.getMessage()),
        "repair the storage the journal is on, then try again",
        e);
  }

  static Refusal unclosed(IOException e) {
    return refusal(
        "journal.unclosed",
        "every record is safe, but the journal could not be trimmed and closed",
        "",
        String.valueOf(e.getMessage()),
        "repair the storage the journal is on; the journal can be verified and opened as it is",
        e);
  }

  static Refusal staleEpoch(long epoch, long last) {
    return refusal(
        "journal.stale-epoch",
        "another runner has taken over this run",
        "lease epoch " + last + " or later",
        "lease epoch " + epoch,
        "stop this runner; the one that holds the lease goes on",
        null);
  }

  private static Refusal refusal(
      String code,
      String headline,
      String expected,
      String found,
      String fix,
      @Nullable Throwable cause) {
    Finding finding =
        Finding.of(code, headline).withExpected(expected).withFound(found).withFix(fix);
    return cause == null ? new Refusal(finding) : new Refusal(finding, cause);
  }
}
