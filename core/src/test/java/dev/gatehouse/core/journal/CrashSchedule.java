package dev.gatehouse.core.journal;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.SimulatedStorage;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** One random life of a journal: two processes, each ended by a crash or a close. */
final class CrashSchedule {
  private static final Signer SIGNER = Signer.ephemeral();
  private static final Instant AT = Instant.parse("2026-11-21T02:00:00Z");

  /** What went wrong in a life, or in many, and what was seen on the way. */
  record Tally(
      int lives, int lost, int twice, int foreign, int unlike, int refused, int repaired, int io) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0);

    Tally plus(Tally o) {
      return new Tally(
          lives + o.lives,
          lost + o.lost,
          twice + o.twice,
          foreign + o.foreign,
          unlike + o.unlike,
          refused + o.refused,
          repaired + o.repaired,
          io + o.io);
    }
  }

  private final Random random;
  private final Set<Long> attempted = new HashSet<>();
  private List<Entry> durable = List.of();
  private long counter;
  private int lost;
  private int twice;
  private int foreign;
  private int unlike;
  private int refused;
  private int repaired;
  private int io;

  CrashSchedule(long seed) {
    random = new Random(seed * 0x9e3779b97f4a7c15L);
  }

  Tally live() {
    SimulatedStorage disk = new SimulatedStorage();
    for (int process = 0; process < 2; process++) {
      disk = perhapsFailing(disk);
      // After a failed force the system's memory lies about the disk: it has to be mounted anew.
      boolean running = process(disk);
      SimulatedStorage left =
          running && random.nextInt(4) == 0 ? disk.kill() : disk.crash(random.nextLong());
      disk = examine(left);
    }
    return new Tally(1, lost, twice, foreign, unlike, refused, repaired, io);
  }

  private SimulatedStorage perhapsFailing(SimulatedStorage disk) {
    switch (random.nextInt(12)) {
      case 0 -> disk.failForce(1 + random.nextInt(6));
      case 1 -> disk.failWrite(1 + random.nextInt(8), SimulatedStorage.Failure.NO_SPACE);
      case 2 -> disk.failWrite(1 + random.nextInt(8), SimulatedStorage.Failure.IO_ERROR_ONCE);
      default -> {}
    }
    return disk;
  }

  /** Whether the journal is open and sound at its end. */
  private boolean process(SimulatedStorage disk) {
    try {
      Journal journal =
          durable.isEmpty() ? Journal.create(disk, SIGNER) : Journal.open(disk, SIGNER);
      durable = journal.entries();
      for (int i = random.nextInt(10); i > 0; i--) {
        act(journal);
      }
      if (random.nextInt(5) == 0) {
        journal.close();
        durable = journal.entries();
        return false;
      }
      return true;
    } catch (Refusal failed) {
      io++;
      return false;
    }
  }

  private void act(Journal journal) {
    // A seal costs milliseconds of signing and checking, and is one more forced line otherwise.
    switch (random.nextInt(20) > 0 ? 1 + random.nextInt(39) : random.nextInt(10)) {
      case 0 -> {
        journal.seal(AT, 1);
        durable = journal.entries();
      }
      case 1, 2, 3, 4 -> journal.reserve();
      case 5, 6, 7, 8, 9, 10, 11, 12, 13, 14 -> {
        journal.force();
        durable = journal.entries();
      }
      default -> {
        List<Entry> before = journal.entries();
        long number = counter++;
        attempted.add(number);
        journal.append(AT, 1, "STEP", Map.of("n", number, "text", "x".repeat(length())));
        durable = before;
      }
    }
  }

  private int length() {
    return switch (random.nextInt(200)) {
      case 0 -> 70_000;
      case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20 ->
          random.nextInt(3_000);
      default -> random.nextInt(100);
    };
  }

  private SimulatedStorage examine(SimulatedStorage left) {
    List<Entry> found;
    SimulatedStorage disk = left;
    try {
      found = Journal.open(disk, SIGNER).entries();
    } catch (Refusal refusal) {
      boolean neverBegun = refusal.findings().get(0).code().equals("journal.not-a-journal");
      refused += durable.isEmpty() && neverBegun ? 0 : 1;
      return new SimulatedStorage();
    }
    boolean kept =
        found.size() >= durable.size() && found.subList(0, durable.size()).equals(durable);
    lost += kept ? 0 : 1;
    Set<Object> seen = new HashSet<>();
    for (Entry entry : found) {
      if (entry.type().equals("STEP")) {
        twice += seen.add(entry.body().get("n")) ? 0 : 1;
        foreign += attempted.contains(entry.body().get("n")) ? 0 : 1;
      }
    }
    repaired += (int) found.stream().filter(e -> e.type().equals("REPAIRED")).count();
    SimulatedStorage again = disk.crash(random.nextLong());
    unlike += Journal.open(again, SIGNER).entries().equals(found) ? 0 : 1;
    durable = found;
    return again.crash(random.nextLong());
  }
}
