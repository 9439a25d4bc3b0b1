package dev.gatehouse.core.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run did, in order, provably: an append-only log whose records are chained by hash, signed
 * at waits and at the end, and durable before the next effect and before the report.
 *
 * <p>Thread-safe. Needs no database privileges: it is a file outside the target. After the first
 * failed write or force every call that would write is refused with {@code journal.poisoned}; what
 * is on disk is found out by opening it again.
 *
 * @since 0.1
 */
public final class Journal implements AutoCloseable {
  /**
   * Format 1 knew no words of people, format 2 does not say who was told; both are read for ever,
   * and written no more.
   */
  static final long FORMAT = 3;

  static final long OLDEST_FORMAT = 1;
  private static final int LOOKS = 5;
  private static final long BETWEEN_LOOKS_MILLIS = 20;
  static final String HEADER = "FORMAT";
  static final String SEAL = "SEAL";
  static final String REPAIRED = "REPAIRED";

  /** How the line of a run's end ends: keys are sorted, and no text holds a bare quote. */
  private static final String END = "\"type\":\"CLOSED\"}\n";

  private static final Set<String> OWN = Set.of(HEADER, SEAL, REPAIRED);

  private final JournalWriter tape;
  private final Signer signer;
  private final List<Entry> entries;
  private List<Entry> snapshot = List.of();
  private Instant latest = Instant.MIN;
  private @Nullable Head head;
  private boolean closed;

  private Journal(JournalWriter tape, Signer signer, List<Entry> entries) {
    this.tape = tape;
    this.signer = signer;
    this.entries = new ArrayList<>(entries);
    for (Entry entry : entries) {
      if (!ownClock(entry.type())) {
        latest = entry.at();
      }
    }
  }

  /**
   * Begins a journal: writes and forces its first record, which names format and key. The storage
   * belongs to the journal from this call on; it is closed also when this refuses.
   *
   * @param storage empty, or all zeros
   * @throws Refusal {@code journal.not-empty} when something is in it; {@code journal.unreadable}
   *     or {@code journal.poisoned} when it cannot be read or written
   */
  public static Journal create(Storage storage, Signer signer) {
    return JournalRecovery.of(storage, signer).create();
  }

  /**
   * Opens a journal after checking every record, its chain and its seals. A last line that a crash
   * left unfinished is overwritten by a {@code REPAIRED} record that says how many bytes were
   * dropped. The storage belongs to the journal from this call on; it is closed also when this
   * refuses.
   *
   * @param signer the one the journal was created with
   * @throws Refusal {@code journal.corrupt} naming the first bad record and the kind; {@code
   *     journal.newer-format}; {@code journal.other-key}; {@code journal.not-a-journal}; {@code
   *     journal.unreadable} or {@code journal.poisoned} when it cannot be read or written
   */
  public static Journal open(Storage storage, Signer signer) {
    return JournalRecovery.of(storage, signer).open();
  }

  /**
   * The records of a journal that another process may have open, up to the first that is not in
   * good order. Enough to see which run it is of; what they prove is seen when it is opened.
   *
   * @throws IOException when the file cannot be read
   */
  public static List<Entry> peek(Path file) throws IOException {
    return List.copyOf(Chain.read(FileStorage.bytes(file)).entries());
  }

  /**
   * The records of a journal that another process may be writing now, for whoever only looks. A
   * last line that is not whole yet is left out and is no sign of anything; what is wrong before it
   * is never passed over, or an earlier state would be shown as the one of now. Signatures are not
   * verified: {@link JournalVerifier} does.
   *
   * @throws IOException when the file cannot be read
   * @throws Refusal {@code journal.corrupt} when another line is not in good order
   */
  public static List<Entry> view(Path file) throws IOException {
    for (int look = 1; ; look++) {
      Chain chain = Chain.read(FileStorage.bytes(file));
      Optional<Fault> wrong =
          chain.fault().filter(fault -> fault.kind() != JournalDefect.TORN_TAIL);
      if (wrong.isEmpty()) {
        return List.copyOf(chain.entries());
      }
      if (look == LOOKS || !rested()) {
        throw JournalRecovery.corrupt(wrong.get());
      }
    }
  }

  /** Who reads a file while lines are added may have the beginning of one from before it was. */
  private static boolean rested() {
    try {
      Thread.sleep(BETWEEN_LOOKS_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Whether it has the record of its run's end, by the text of its lines alone: for looking through
   * many.
   *
   * @throws IOException when the file cannot be read
   */
  public static boolean hasEnd(Path file) throws IOException {
    return new String(FileStorage.bytes(file), ISO_8859_1).contains(END);
  }

  static Journal on(JournalWriter tape, Signer signer, List<Entry> entries) {
    return new Journal(tape, signer, entries);
  }

  /** All records so far, those not forced yet included; unmodifiable, and not updated later. */
  public synchronized List<Entry> entries() {
    if (snapshot.size() != entries.size()) {
      snapshot = List.copyOf(entries);
    }
    return snapshot;
  }

  /** Whether nothing was written since it was signed. */
  public synchronized boolean sealed() {
    return !entries.isEmpty() && last().type().equals(SEAL);
  }

  /**
   * Writes a record. It is durable after {@link #force} only, or once another one is appended.
   *
   * @param at when it happened; a time before the last record's is written as that time, so that a
   *     clock set back does not make the journal look forged
   * @param epoch of the lease it is written under
   * @param type any but {@code FORMAT}, {@code SEAL} and {@code REPAIRED}
   * @param body as {@link Entry#body()}
   * @throws Refusal {@code journal.stale-epoch} when a later lease has written already; {@code
   *     journal.poisoned}
   * @throws IllegalArgumentException when type or body cannot be journaled
   */
  public synchronized Entry append(Instant at, long epoch, String type, Map<String, ?> body) {
    if (OWN.contains(type) || type.isBlank()) {
      throw new IllegalArgumentException("type '" + type + "' is the journal's own");
    }
    requireOpen();
    return write(at, epoch, type, body, 0);
  }

  /**
   * Makes all records durable.
   *
   * @throws Refusal {@code journal.poisoned}
   */
  public synchronized void force() {
    requireOpen();
    tape.force();
  }

  /**
   * Makes sure that what must be journaled after an effect will find room: at least 32 KiB behind
   * the last record are on disk. Call before every effect; it costs an fsync once in 32 KiB.
   *
   * @throws Refusal {@code journal.no-space} when there is none: start no effect; the room held so
   *     far is still there to journal the end of the run. {@code journal.poisoned}
   */
  public synchronized void reserve() {
    requireOpen();
    tape.reserve();
  }

  /**
   * Signs everything so far with a durable {@code SEAL} record; returns the last record when it is
   * a seal already.
   *
   * @throws Refusal as {@link #append}
   */
  public synchronized Entry seal(Instant at, long epoch) {
    requireOpen();
    Entry last = last();
    if (!last.type().equals(SEAL)) {
      Head signed = signed();
      last =
          write(
              at,
              epoch,
              SEAL,
              signed.run().isEmpty()
                  ? Map.of("seq", signed.seq(), "hash", signed.hash(), "sig", signed.sig())
                  : Map.of(
                      "seq",
                      signed.seq(),
                      "hash",
                      signed.hash(),
                      "sig",
                      signed.sig(),
                      "run",
                      signed.run()),
              0);
    }
    tape.force();
    return last;
  }

  /**
   * The signed state of the journal, {@code seq:hash:keyId:signature:run}, to be kept elsewhere:
   * the only proof that the journal's end was not cut. Makes all records durable first.
   *
   * @throws Refusal {@code journal.poisoned}
   */
  public synchronized String head() {
    requireOpen();
    return signed().text();
  }

  /**
   * Makes all records durable, gives the reserved room back and closes the storage. Closing twice
   * does nothing.
   *
   * @throws Refusal {@code journal.poisoned} when the records could not be made durable; {@code
   *     journal.unclosed} when they are safe and only giving back the room or closing failed
   */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      try {
        tape.close();
      } catch (IOException e) {
        throw JournalRecovery.unclosed(e);
      }
    }
  }

  /** Whether records of this type carry the journal's own clock instead of the run's. */
  static boolean ownClock(String type) {
    return type.equals(HEADER) || type.equals(REPAIRED);
  }

  /**
   * @param clearedTo position up to which what stands behind the line is overwritten with zeros
   */
  Entry write(Instant at, long epoch, String type, Map<String, ?> body, long clearedTo) {
    long before = entries.isEmpty() ? 0 : last().epoch();
    if (epoch < before) {
      throw JournalRecovery.staleEpoch(epoch, before);
    }
    Instant time = ownClock(type) || at.isAfter(latest) ? at : latest;
    String prev = entries.isEmpty() ? Line.NOTHING : last().hash();
    byte[] line = Line.of(entries.size(), time, epoch, type, body, prev);
    Map<String, Object> facts = Line.frozenMap(body);
    Entry entry = new Entry(entries.size(), time, epoch, type, facts, prev, Sha256.of(line));
    tape.append(line, clearedTo);
    entries.add(entry);
    latest = ownClock(type) ? latest : time;
    return entry;
  }

  private Entry last() {
    return entries.get(entries.size() - 1);
  }

  /** Signs only what is durable: a head of a record that a crash took would cry truncation. */
  private Head signed() {
    tape.force();
    Head current = head;
    if (current == null || current.seq() != last().seq()) {
      current = Head.of(last(), signer, Head.run(entries));
      head = current;
    }
    return current;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the journal is closed");
    }
  }
}
