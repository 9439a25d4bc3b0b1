package dev.gatehouse.core.journal;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The journal held against what is known from elsewhere: heads and keys. */
final class Anchors {
  private final Chain chain;
  private final List<Entry> entries;
  private final List<Head> heads;
  private final List<String> keys;
  private final String key;

  Anchors(Chain chain, List<Head> heads, List<String> keys) {
    this.chain = chain;
    this.entries = chain.entries();
    this.heads = heads;
    this.keys = keys;
    this.key = String.valueOf(entries.get(0).body().get("key"));
  }

  /**
   * What contradicts the anchors.
   *
   * @param whole whether the chain has no fault but perhaps a torn tail, so that records beyond its
   *     end are missing and not merely behind the fault
   */
  List<Fault> faults(boolean whole) {
    List<Fault> faults = new ArrayList<>();
    if (!keys.isEmpty() && !keys.contains(key)) {
      faults.add(new Fault(0, JournalDefect.UNKNOWN_KEY, "it names key " + Signer.keyId(key)));
    }
    for (Head head : heads) {
      @Nullable Fault fault = fault(head, whole);
      if (fault != null) {
        faults.add(fault);
      }
    }
    return faults;
  }

  private @Nullable Fault fault(Head head, boolean whole) {
    if (!head.keyId().equals(Signer.keyId(key))) {
      return new Fault(
          0,
          JournalDefect.UNKNOWN_KEY,
          "it names key " + Signer.keyId(key) + ", the head is of " + head.keyId());
    }
    if (!head.signedBy(key)) {
      return new Fault(
          head.seq(),
          JournalDefect.BAD_SIGNATURE,
          "the head given for it was not signed by the key");
    }
    String run = Head.run(entries);
    if (!head.run().isEmpty() && !head.run().equals(run)) {
      return new Fault(
          0,
          JournalDefect.OTHER_RUN,
          (run.isEmpty() ? "it tells no run" : "it is of run " + run)
              + ", the head is of run "
              + head.run()
              + " under the same key: look for the journal of that run");
    }
    if (head.seq() < entries.size()) {
      return differing(head);
    }
    return whole ? missing(head) : null;
  }

  private @Nullable Fault differing(Head head) {
    if (entries.get((int) head.seq()).hash().equals(head.hash())) {
      return null;
    }
    // Signed on both sides: no forger, but the same key went on from an older state.
    return sealedFrom(head.seq())
        ? new Fault(
            head.seq(),
            JournalDefect.FORK,
            "the key has signed two different records of that number")
        : new Fault(
            head.seq(), JournalDefect.EDIT, "it, or one before it, is not the one of the head");
  }

  private boolean sealedFrom(long seq) {
    return vouched() > seq;
  }

  /** How many records from the start a seal of the journal's key stands behind. */
  private long vouched() {
    return entries.stream()
        .filter(entry -> entry.type().equals(Journal.SEAL) && entry.seq() > 0)
        .filter(
            seal ->
                seal.body().get("seq") instanceof Long at
                    && seal.body().get("hash") instanceof String hash
                    && seal.body().get("sig") instanceof String sig
                    && entries.get((int) seal.seq() - 1).hash().equals(hash)
                    && Head.signed(key, at, hash, JournalAudit.runOf(seal), sig))
        .mapToLong(Entry::seq)
        .max()
        .orElse(0);
  }

  private Fault missing(Head head) {
    int size = entries.size();
    return head.seq() == size && chain.restIsLine()
        ? new Fault(size, JournalDefect.EDIT, "its line is no record")
        : new Fault(
            size,
            JournalDefect.TRUNCATION,
            "the head is of record " + head.seq() + "; " + before());
  }

  /** Anybody can chain records anew: without a signature behind them they prove nothing. */
  private String before() {
    long vouched = vouched();
    return vouched == 0
        ? "nothing before is vouched for"
        : "of what stands before, a seal vouches for the first " + vouched + " records";
  }
}
