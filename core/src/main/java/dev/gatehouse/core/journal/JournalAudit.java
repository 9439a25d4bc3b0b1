package dev.gatehouse.core.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a chain in good order can still be wrong about: seals, time, lease epochs. */
final class JournalAudit {

  private JournalAudit() {}

  /** The first fault in records that are chained in good order. */
  static Optional<Fault> fault(List<Entry> entries) {
    String key = String.valueOf(entries.get(0).body().get("key"));
    String run = Head.run(entries);
    Instant latest = Instant.MIN;
    for (int i = 1; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      Entry before = entries.get(i - 1);
      @Nullable Fault fault =
          entry.type().equals(Journal.SEAL) ? seal(entry, before, key, run) : null;
      if (fault != null) {
        return Optional.of(fault);
      }
      if (entry.epoch() < before.epoch()) {
        return Optional.of(
            new Fault(
                i,
                JournalDefect.FORK,
                "written under lease epoch " + entry.epoch() + " after " + before.epoch()));
      }
      if (!Journal.ownClock(entry.type())) {
        if (entry.at().isBefore(latest)) {
          return Optional.of(
              new Fault(
                  i, JournalDefect.CLOCK_REGRESS, "it is of " + entry.at() + ", after " + latest));
        }
        latest = entry.at();
      }
    }
    return Optional.empty();
  }

  private static @Nullable Fault seal(Entry seal, Entry sealed, String key, String run) {
    if (!(seal.body().get("seq") instanceof Long seq
        && seal.body().get("hash") instanceof String hash
        && seal.body().get("sig") instanceof String sig
        && Head.signed(key, seq, hash, runOf(seal), sig))) {
      return new Fault(
          seal.seq(), JournalDefect.BAD_SIGNATURE, "its signature is not one of the journal's key");
    }
    if (!runOf(seal).isEmpty() && !runOf(seal).equals(run)) {
      return new Fault(
          seal.seq(), JournalDefect.OTHER_RUN, "it seals run " + runOf(seal) + ", this is " + run);
    }
    return seq == sealed.seq() && hash.equals(sealed.hash())
        ? null
        : new Fault(sealed.seq(), JournalDefect.EDIT, "another record was sealed in its place");
  }

  /** Which run a seal is of; empty when it does not say. */
  static String runOf(Entry seal) {
    return seal.body().get("run") instanceof String run ? run : "";
  }
}
