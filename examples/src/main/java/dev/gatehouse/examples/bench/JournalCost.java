package dev.gatehouse.examples.bench;

import dev.gatehouse.core.journal.Journal;
import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.journal.Storage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What it costs to journal an empty step in a gate of its own: intent, outcome, gate opened. */
final class JournalCost {
  private static final int STEPS = 100;

  /** A file storage that counts. */
  private static final class Counting implements Storage {
    private final Storage file;
    private int forces;
    private long written;

    Counting(Storage file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public byte[] read() throws IOException {
      return file.read();
    }

    @Override
    public void write(long position, byte[] bytes) throws IOException {
      written = bytes.length;
      file.write(position, bytes);
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void force() throws IOException {
      forces++;
      file.force();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private JournalCost() {}

  static void measure(Path work, Table table) throws IOException {
    Path directory = Files.createDirectory(work.resolve("journal"));
    Path plain = directory.resolve("plain");
    List<Double> ours = new ArrayList<>();
    List<Double> peers = new ArrayList<>();
    Counting storage = new Counting(Storage.open(directory.resolve("run.journal")));
    try (Journal journal = Journal.create(storage, Signer.ephemeral());
        RandomAccessFile file = new RandomAccessFile(plain.toFile(), "rw")) {
      step(journal); // so that there is a line whose size the peer can take
      int before = storage.forces;
      // Taken in turns, each first in every other one: a busy moment of the disk, and what the
      // other side left to be written, fall on both alike.
      for (int i = 0; i < STEPS; i++) {
        byte[] line = new byte[(int) storage.written];
        if (i % 2 == 0) {
          ours.add(seconds(() -> step(journal)));
          peers.add(seconds(() -> threeSyncs(file, line)));
        } else {
          peers.add(seconds(() -> threeSyncs(file, line)));
          ours.add(seconds(() -> step(journal)));
        }
      }
      table.pair(
          "journaling an empty step, against three writes with fsync",
          new Table.Pair(Table.median(ours), Table.median(peers)),
          1.2);
      double forces = (storage.forces - before) / (double) STEPS;
      // One more for each 32 KiB that is reserved ahead is not the step's own.
      table.figure("forces for that step, rounded", "", Math.rint(forces), 3);
    }
    Files.delete(plain);
    Files.delete(directory.resolve("run.journal"));
    Files.delete(directory);
  }

  private static void step(Journal journal) {
    journal.reserve();
    for (String type : List.of("INTENT", "OUTCOME", "GATE_OPENED")) {
      journal.append(Instant.now(), 1, type, Map.of("step", "Backup taken", "state", "SUCCEEDED"));
      journal.force();
    }
  }

  private static void threeSyncs(RandomAccessFile file, byte[] line) throws IOException {
    for (int n = 0; n < 3; n++) {
      file.write(line);
      file.getFD().sync();
    }
  }

  private interface Work {
    void go() throws IOException;
  }

  private static double seconds(Work work) throws IOException {
    long begin = System.nanoTime();
    work.go();
    return (System.nanoTime() - begin) / 1e9;
  }
}
