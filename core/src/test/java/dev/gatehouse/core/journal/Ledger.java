package dev.gatehouse.core.journal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gatehouse.core.testkit.SimulatedStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A sealed journal as lines to tamper with, and the head somebody kept of it. */
record Ledger(List<String> lines, String head, Signer signer) {
  static final Instant AT = Instant.parse("2026-11-21T02:00:00Z");

  Ledger {
    lines = List.copyOf(lines);
  }

  static Ledger random(Random random, Signer signer) {
    SimulatedStorage disk = new SimulatedStorage();
    Journal journal = Journal.create(disk, signer);
    return continued(journal, disk, random, signer, 6 + random.nextInt(8));
  }

  /** The same journal set back to its first records, and continued beyond by the same key. */
  Ledger rewoundTo(int records, Random random) {
    SimulatedStorage disk = new SimulatedStorage(text(lines.subList(0, records)));
    Journal journal = Journal.open(disk, signer);
    return continued(journal, disk, random, signer, lines.size());
  }

  private static Ledger continued(
      Journal journal, SimulatedStorage disk, Random random, Signer signer, int more) {
    for (int i = 0; i < more; i++) {
      Map<String, Object> body =
          Map.of("step", "step " + i, "n", (long) random.nextInt(1000), "list", List.of("a", true));
      journal.append(AT.plusSeconds(i), 1, "OUTCOME", body);
      if (random.nextInt(6) == 0) {
        journal.seal(AT.plusSeconds(i), 1);
      }
    }
    journal.append(AT.plusSeconds(more), 1, "END", Map.of());
    journal.seal(AT.plusSeconds(more), 1);
    String head = journal.head();
    try {
      byte[] bytes = disk.read();
      journal.close();
      String text = new String(bytes, UTF_8).replace("\0", "");
      return new Ledger(Arrays.asList(text.split("\n")), head, signer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] bytes() {
    return text(lines);
  }

  static byte[] text(List<String> lines) {
    return (String.join("\n", lines) + "\n").getBytes(UTF_8);
  }

  /** The line with something else in its body. */
  String edited(int line) {
    Entry entry = entry(lines.get(line));
    Map<String, Object> body = new LinkedHashMap<>(entry.body());
    body.put("forged", "yes");
    return text(entry, body, entry.prev());
  }

  /** All lines chained anew from that one on, seals made to fit; signed with a key or left. */
  static List<String> rechained(List<String> lines, int from, Signer key, boolean sign) {
    List<String> chained = new ArrayList<>(lines.subList(0, from));
    for (int i = from; i < lines.size(); i++) {
      Entry entry = entry(lines.get(i));
      Map<String, Object> body = new LinkedHashMap<>(entry.body());
      String prev = Line.NOTHING;
      if (i == 0) {
        body.put("key", key.publicKey());
      } else {
        Entry before = entry(chained.get(i - 1));
        prev = before.hash();
        if (entry.type().equals("SEAL")) {
          body.put("seq", before.seq());
          body.put("hash", before.hash());
          if (sign) {
            body.put(
                "sig",
                Head.of(before, key, Head.run(chained.stream().map(Ledger::entry).toList())).sig());
          }
        }
      }
      chained.add(text(entry, body, prev));
    }
    return chained;
  }

  static Entry entry(String line) {
    return Line.read(line.getBytes(UTF_8)).orElseThrow();
  }

  private static String text(Entry entry, Map<String, Object> body, String prev) {
    return new String(
        Line.of(entry.seq(), entry.at(), entry.epoch(), entry.type(), body, prev), UTF_8);
  }
}
