package dev.gatehouse.core.journal;

import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a journal, read from the start until something is wrong.
 *
 * <p>At most one line is written between two forces, so power loss can harm the last line only: a
 * bad line with any good one behind it was not made by a crash.
 */
final class Chain {
  private static final int TRIES = 64;

  private final byte[] bytes;
  private final List<Entry> entries = new ArrayList<>();
  private final int last;
  private int end;

  private Chain(byte[] bytes) {
    this.bytes = bytes;
    int used = bytes.length;
    while (used > 0 && bytes[used - 1] == 0) {
      used--;
    }
    this.last = used;
  }

  static Chain read(byte[] bytes) {
    Chain chain = new Chain(bytes);
    while (chain.advance()) {}
    return chain;
  }

  /** Records in good order, up to the first that is not. */
  List<Entry> entries() {
    return entries;
  }

  /** Position behind the last good line. */
  int end() {
    return end;
  }

  /** Bytes behind the good lines, not counting the zeros held in reserve. */
  int rest() {
    return last - end;
  }

  /** Whether the bytes behind the good lines hold the end of a line. */
  boolean restIsLine() {
    return lineFeed(end) >= 0;
  }

  /** The version of a newer format than this reader knows. */
  Optional<Long> newerFormat() {
    if (!entries.isEmpty() || !restIsLine()) {
      return Optional.empty();
    }
    byte[] first = line(0);
    boolean edited =
        pieces(0).stream().anyMatch(e -> e.seq() == 1 && !e.prev().equals(Sha256.of(first)));
    return edited ? Optional.empty() : format(first).filter(version -> version > Journal.FORMAT);
  }

  /**
   * What is wrong behind the good lines; {@link JournalDefect#TORN_TAIL} is the only kind a crash
   * makes.
   */
  Optional<Fault> fault() {
    if (rest() == 0) {
      return Optional.empty();
    }
    List<Entry> good = pieces(end);
    if (good.isEmpty()) {
      return fault(
          entries.size(),
          JournalDefect.TORN_TAIL,
          rest() + " bytes behind the last record are no record");
    }
    Optional<Entry> here = restIsLine() ? Line.read(line(end)) : Optional.empty();
    return here.isPresent()
        ? misplaced(here.get(), good)
        : fault(
            entries.size(), JournalDefect.EDIT, "its line is no record, and good ones follow it");
  }

  private Optional<Fault> misplaced(Entry found, List<Entry> good) {
    long expected = entries.size();
    String name = "record " + found.seq();
    if (found.prev().equals(lastHash()) && found.seq() != expected) {
      return fault(
          expected, JournalDefect.EDIT, "it follows the record before it under another number");
    }
    if (found.seq() > expected) {
      return good.stream().anyMatch(e -> e.seq() == expected)
          ? fault(expected, JournalDefect.REORDER, name + " stands in its place")
          : fault(expected, JournalDefect.GAP, "it is missing, " + name + " follows");
    }
    if (found.seq() < expected) {
      return entries.get((int) found.seq()).hash().equals(found.hash())
          ? fault(expected, JournalDefect.REORDER, name + " stands in its place, a second time")
          : fault(found.seq(), JournalDefect.FORK, "a second, different " + name + " exists");
    }
    if (expected == 0) {
      return fault(0, JournalDefect.EDIT, "it does not say that this is a journal");
    }
    if (good.stream().anyMatch(e -> e.hash().equals(found.prev()))) {
      return fault(
          expected - 1, JournalDefect.FORK, "a second, different record of that number exists");
    }
    boolean intact =
        good.size() < 2
            || good.get(1).seq() != expected + 1
            || good.get(1).prev().equals(found.hash());
    return fault(
        intact ? expected - 1 : expected,
        JournalDefect.EDIT,
        "the hash of its line is not the one the next record holds");
  }

  private boolean advance() {
    int feed = lineFeed(end);
    if (feed < 0) {
      return false;
    }
    Optional<Entry> next = Line.read(Arrays.copyOfRange(bytes, end, feed)).filter(this::follows);
    next.ifPresent(
        entry -> {
          entries.add(entry);
          end = feed + 1;
        });
    return next.isPresent();
  }

  private boolean follows(Entry next) {
    if (next.seq() != entries.size()) {
      return false;
    }
    boolean headed =
        !entries.isEmpty()
            || (next.type().equals(Journal.HEADER)
                && next.body().get("format") instanceof Long format
                && format >= Journal.OLDEST_FORMAT
                && format <= Journal.FORMAT
                && next.body().get("key") instanceof String);
    return headed && next.prev().equals(lastHash());
  }

  private String lastHash() {
    return entries.isEmpty() ? Line.NOTHING : entries.get(entries.size() - 1).hash();
  }

  /** Everything from that position on that is a record by itself, wherever in a line it begins. */
  private List<Entry> pieces(int from) {
    List<Entry> found = new ArrayList<>();
    for (int feed = lineFeed(from); feed >= 0; feed = lineFeed(from)) {
      @Nullable Entry piece = piece(from, feed);
      if (piece != null) {
        found.add(piece);
      }
      from = feed + 1;
    }
    return found;
  }

  private @Nullable Entry piece(int from, int feed) {
    int tries = 0;
    // Bounded, so that a line made of beginnings cannot keep a verifier busy for days.
    for (int at = from; at < feed && tries < TRIES; at++) {
      if (bytes[at] == '{' && beginsAt(at)) {
        tries++;
        Optional<Entry> entry = Line.read(Arrays.copyOfRange(bytes, at, feed));
        if (entry.isPresent()) {
          return entry.get();
        }
      }
    }
    return null;
  }

  private boolean beginsAt(int at) {
    int to = at + Line.BEGINNING.length;
    return to <= bytes.length
        && Arrays.equals(bytes, at, to, Line.BEGINNING, 0, Line.BEGINNING.length);
  }

  private byte[] line(int from) {
    return Arrays.copyOfRange(bytes, from, lineFeed(from));
  }

  private int lineFeed(int from) {
    for (int at = from; at < last; at++) {
      if (bytes[at] == '\n') {
        return at;
      }
    }
    return -1;
  }

  private static Optional<Long> format(byte[] line) {
    try {
      return Json.parse(line).get("body") instanceof Map<?, ?> body
              && body.get("format") instanceof Long version
          ? Optional.of(version)
          : Optional.empty();
    } catch (Refusal notJson) {
      return Optional.empty();
    }
  }

  private static Optional<Fault> fault(long seq, JournalDefect kind, String text) {
    return Optional.of(new Fault(seq, kind, text));
  }
}
