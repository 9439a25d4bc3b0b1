package dev.gatehouse.examples.bench;

import dev.gatehouse.core.dialect.Target;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Optional;

/**
 * What client and server compute, in seconds: unlike time on the wall it says the same on a busy
 * machine. Of Linux, from {@code /proc}: this process, those it started that have ended, and the
 * server with all of its processes.
 *
 * @param postmaster the server's first process
 */
record CpuSeconds(long postmaster) {
  private static final Path PROC = Path.of("/proc");

  /** Ticks of /proc in a second, on every Linux that Java runs on. */
  private static final double TICKS = 100;

  private static final int PARENT = 1;

  /** utime and stime, of itself and of ended children. Source: proc(5), /proc/pid/stat. */
  private static final int FIRST = 11;

  private static final int COUNT = 4;

  /** Empty where the server is no process of this machine, or this account may not ask for it. */
  static Optional<CpuSeconds> of(Target target) {
    try (Connection session = target.dialect().openWriting(target);
        Statement statement = session.createStatement();
        ResultSet file = statement.executeQuery("select pg_read_file('postmaster.pid')")) {
      file.next();
      long pid = Long.parseLong(file.getString(1).lines().findFirst().orElse("").strip());
      Path name = PROC.resolve(pid + "/comm");
      return Files.exists(name) && Files.readString(name).startsWith("postgres")
          ? Optional.of(new CpuSeconds(pid))
          : Optional.empty();
    } catch (SQLException | IOException | NumberFormatException notHere) {
      return Optional.empty();
    }
  }

  /** All so far; only differences mean something. */
  double spent() throws IOException {
    String server = String.valueOf(postmaster);
    long ended = ofEndedChildren(stat(server));
    while (true) {
      long ticks = ticks(stat("self")) + ofChildren();
      String[] now = stat(server);
      // What ends meanwhile is in neither, or in both.
      if (ofEndedChildren(now) == ended) {
        return (ticks + ticks(now)) / TICKS;
      }
      ended = ofEndedChildren(now);
    }
  }

  private long ofChildren() throws IOException {
    long ticks = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : all) {
        String[] stat = stat(String.valueOf(process.getFileName()));
        if (stat.length > 0 && Long.parseLong(stat[PARENT]) == postmaster) {
          ticks += ticks(stat);
        }
      }
    }
    return ticks;
  }

  private static long ofEndedChildren(String... stat) {
    return Arrays.stream(stat).skip(FIRST + 2).limit(2).mapToLong(Long::parseLong).sum();
  }

  private static long ticks(String... stat) {
    return Arrays.stream(stat).skip(FIRST).limit(COUNT).mapToLong(Long::parseLong).sum();
  }

  /** Behind the name of the program, which may hold anything; none when it has ended meanwhile. */
  private static String[] stat(String process) throws IOException {
    try {
      String text = Files.readString(PROC.resolve(process).resolve("stat"));
      return text.substring(text.lastIndexOf(')') + 2).split(" ");
    } catch (NoSuchFileException ended) {
      return new String[0];
    } catch (IOException ended) {
      if (String.valueOf(ended.getMessage()).contains("No such process")) {
        return new String[0];
      }
      throw ended;
    }
  }
}
