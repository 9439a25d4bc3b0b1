package dev.gatehouse.core.journal;

import dev.gatehouse.core.journal.Verification.Verdict;
import dev.gatehouse.core.model.Person;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Checks a journal offline, from the file alone: nothing is written, no database is asked. It may
 * be open meanwhile.
 *
 * <p>Thread-safe.
 *
 * @since 0.1
 */
public final class JournalVerifier {

  /**
   * What is known from elsewhere.
   *
   * @param heads heads that marker rows, reports or approvals show
   * @param publicKeys keys a journal may be signed with; empty: any
   * @param artifacts directory that files named in records are looked up in; empty: not checked
   * @since 0.1
   */
  public record Options(List<String> heads, List<String> publicKeys, Optional<Path> artifacts) {
    public Options {
      heads = List.copyOf(heads);
      publicKeys = List.copyOf(publicKeys);
    }

    /** Nothing is known from elsewhere: at best the answer is {@link Verdict#UNANCHORED}. */
    public static Options none() {
      return new Options(List.of(), List.of(), Optional.empty());
    }

    /** One more head. */
    public Options withHead(String head) {
      List<String> more = new ArrayList<>(heads);
      more.add(head);
      return new Options(more, publicKeys, artifacts);
    }

    /**
     * One more key the journal may be signed with.
     *
     * @param publicKey one line of Base64, or PEM as {@code signing.pub} has it
     * @throws IllegalArgumentException when it is no Ed25519 public key: a journal is not invalid
     *     because of that
     */
    public Options withPublicKey(String publicKey) {
      List<String> more = new ArrayList<>(publicKeys);
      more.add(Person.publicKey(publicKey));
      return new Options(heads, more, artifacts);
    }

    /** Files named in records are looked up in that directory. */
    public Options withArtifacts(Path directory) {
      return new Options(heads, publicKeys, Optional.of(directory));
    }
  }

  private JournalVerifier() {}

  /**
   * Checks the file.
   *
   * <p>Each word of people that counted is held against the letter they signed and the key that the
   * runbook named for them then; the explanation tells how many. A word the host vouched for is
   * nobody's but the host's.
   *
   * <p>It is valid when nothing is wrong and it is anchored: by a head, which proves all records up
   * to the head's; or by a known key that signed the seal at its very end. A journal cut at an
   * earlier seal is told from a whole one by a head only.
   *
   * @throws Refusal {@code journal.head} when a head given is not the text of one
   */
  public static Verification verify(Path file, Options options) {
    try {
      return verify(FileStorage.bytes(file), options);
    } catch (IOException e) {
      return Verification.of(Verdict.UNREADABLE, 0, "cannot read the file: " + e);
    }
  }

  static Verification verify(byte[] bytes, Options options) {
    List<Head> heads = options.heads().stream().map(Head::parse).toList();
    Chain chain = Chain.read(bytes);
    Optional<Long> newer = chain.newerFormat();
    if (newer.isPresent()) {
      return Verification.of(
          Verdict.UNREADABLE, 0, "format " + newer.get() + ": verify it with a newer Gatehouse");
    }
    Optional<Fault> broken = chain.fault();
    List<Entry> entries = chain.entries();
    if (entries.isEmpty() && (broken.isEmpty() || broken.get().kind() == JournalDefect.TORN_TAIL)) {
      return Verification.of(Verdict.UNREADABLE, 0, "it holds no record of a journal");
    }
    // In the order in which one of two faults of the same record explains it better.
    List<Fault> faults = new ArrayList<>();
    broken.filter(fault -> fault.kind() != JournalDefect.TORN_TAIL).ifPresent(faults::add);
    boolean whole = faults.isEmpty();
    WordAudit words = WordAudit.of(entries);
    if (!entries.isEmpty()) {
      Optional<Fault> inside = JournalAudit.fault(entries);
      inside.filter(fault -> fault.kind() == JournalDefect.BAD_SIGNATURE).ifPresent(faults::add);
      faults.addAll(new Anchors(chain, heads, options.publicKeys()).faults(whole));
      inside.ifPresent(faults::add);
      faults.addAll(words.faults());
      options.artifacts().ifPresent(dir -> faults.addAll(ArtifactCheck.faults(entries, dir)));
    }
    broken.ifPresent(faults::add);
    return faults.stream()
        .min(Comparator.comparingLong(Fault::seq))
        .map(fault -> Verification.invalid(entries.size(), fault))
        .orElseGet(() -> anchored(entries, heads, options).saying(words.text()));
  }

  private static Verification anchored(List<Entry> entries, List<Head> heads, Options options) {
    int size = entries.size();
    if (!heads.isEmpty()) {
      long last = heads.stream().mapToLong(Head::seq).max().orElseThrow();
      return Verification.of(
          Verdict.VALID, size, size + " records; anchored by a head up to record " + last);
    }
    boolean sealed = entries.get(size - 1).type().equals(Journal.SEAL);
    if (sealed && !options.publicKeys().isEmpty()) {
      return Verification.of(
          Verdict.VALID, size, size + " records; sealed at the end by a known key");
    }
    return Verification.of(
        Verdict.UNANCHORED,
        size,
        size
            + " records that follow each other, and nothing outside of the file vouches for them: "
            + (sealed ? "neither a head nor a key was given" : "its last record is not a seal")
            + "; give a head from a marker row, report or approval");
  }
}
