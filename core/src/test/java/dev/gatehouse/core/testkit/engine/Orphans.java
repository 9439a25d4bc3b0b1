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

/** What a killed JVM leaves of the server it started, and how a JVM without one speaks. */
public final class Orphans {
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  /** What stood while the JVM lived and what stands after it was killed. */
  public record Remains(
      boolean answeredBefore, boolean processStands, boolean portAnswers, boolean dataStands) {}

  private Orphans() {}

  /** Starts a JVM that starts a server, kills the JVM with SIGKILL, and looks for 30 s at most. */
  public static Remains afterKill(EngineUnderTest engine) throws IOException, InterruptedException {
    Process jvm = new ProcessBuilder(command(engine)).redirectErrorStream(true).start();
    try (BufferedReader said = jvm.inputReader()) {
      String line = said.readLine();
      while (line != null && !line.startsWith("HOLDS ")) {
        line = said.readLine();
      }
      if (line == null) {
        throw new IOException("the JVM started no server");
      }
      String[] facts = line.split(" ", 4);
      // a server in a container is no process of ours
      Optional<ProcessHandle> server = ProcessHandle.of(Long.parseLong(facts[1]));
      int port = Integer.parseInt(facts[2]);
      Path data = Path.of(facts[3]);
      boolean answered =
          answers(port)
              && server.isPresent() == (Long.parseLong(facts[1]) > 0)
              && Files.exists(data);
      jvm.toHandle().destroyForcibly();
      jvm.waitFor();
      long end = System.nanoTime() + PATIENCE_NANOS;
      while (System.nanoTime() < end && (stands(server) || Files.exists(data))) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      return new Remains(answered, stands(server), answers(port), Files.exists(data));
    } finally {
      jvm.destroyForcibly();
    }
  }

  private static boolean stands(Optional<ProcessHandle> server) {
    return server.map(ProcessHandle::isAlive).orElse(false);
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

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
