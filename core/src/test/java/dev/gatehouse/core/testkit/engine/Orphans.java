package dev.gatehouse.core.testkit.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a killed JVM leaves of the servers it started, and how a JVM without one speaks. */
public final class Orphans {
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  /** What stood while the JVM lived, and whether any of it stands after it was killed. */
  public record Remains(
      boolean answeredBefore, boolean processStands, boolean portAnswers, boolean dataStands) {}

  /**
   * @param processes of the server; none for one in a container, which has none of ours
   */
  private record Held(List<ProcessHandle> processes, int port, Path data) {

    static Held of(String line) {
      String[] facts = line.split(" ", 4);
      long pid = Long.parseLong(facts[1]);
      List<ProcessHandle> processes =
          ProcessHandle.of(pid).stream()
              .flatMap(server -> Stream.concat(Stream.of(server), server.descendants()))
              .toList();
      if (pid > 0 && processes.isEmpty()) {
        throw new IllegalStateException("there is no process " + pid);
      }
      return new Held(processes, Integer.parseInt(facts[2]), Path.of(facts[3]));
    }

    boolean runs() {
      return processes.stream().anyMatch(ProcessHandle::isAlive);
    }

    boolean answers() {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return socket.isConnected();
      } catch (IOException e) {
        return false;
      }
    }

    boolean hasData() {
      return Files.exists(data);
    }
  }

  private Orphans() {}

  /** Starts a JVM that starts servers, kills the JVM with SIGKILL, and looks for 30 s at most. */
  public static Remains afterKill(EngineUnderTest engine) throws IOException, InterruptedException {
    Process jvm = new ProcessBuilder(command(engine)).redirectErrorStream(true).start();
    try (BufferedReader said = jvm.inputReader()) {
      List<Held> servers = new ArrayList<>();
      StringBuilder all = new StringBuilder();
      for (String line = said.readLine(); !"WAITS".equals(line); line = said.readLine()) {
        if (line == null) {
          throw new IOException("the JVM started no server: " + all);
        }
        all.append(line).append('\n');
        if (line.startsWith("HOLDS ")) {
          servers.add(Held.of(line));
        }
      }
      boolean answered = servers.stream().allMatch(each -> each.answers() && each.hasData());
      jvm.toHandle().destroyForcibly();
      jvm.waitFor();
      long end = System.nanoTime() + PATIENCE_NANOS;
      while (System.nanoTime() < end
          && servers.stream().anyMatch(each -> each.runs() || each.hasData())) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      return new Remains(
          answered && !servers.isEmpty(),
          servers.stream().anyMatch(Held::runs),
          servers.stream().anyMatch(Held::answers),
          servers.stream().anyMatch(Held::hasData));
    } finally {
      jvm.destroyForcibly();
    }
  }

  private static List<String> command(EngineUnderTest engine) {
    // Surefire hides the class path in the manifest of a jar
    String classes =
        Optional.ofNullable(System.getProperty("surefire.test.class.path"))
            .orElse(System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String property :
        List.of("engines.directory", "engines.setpriv", "engines.docker", "java.io.tmpdir")) {
      Optional.ofNullable(System.getProperty(property))
          .ifPresent(value -> command.add("-D" + property + "=" + value));
    }
    command.addAll(
        List.of("-cp", classes, Holder.class.getName(), engine.product().key(), engine.asked()));
    return command;
  }
}
