package dev.gatehouse.examples;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The application of the sqlite-restore example: a process of its own that writes into the shop
 * five times a second. {@code Worker start|stop|running|stopped DIRECTORY}.
 */
public final class Worker {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Path directory;

  private Worker(Path directory) {
    this.directory = directory;
  }

  /** Exits 0 when it is done, or when it is so. */
  public static void main(String... arguments) throws Exception {
    Worker worker = new Worker(Path.of(arguments[1]));
    boolean done =
        switch (arguments[0]) {
          case "start" -> worker.start();
          case "stop" -> worker.stop();
          case "running" -> worker.process().isPresent();
          case "stopped" -> worker.process().isEmpty();
          case "work" -> worker.work();
          default -> false;
        };
    System.exit(done ? 0 : 3);
  }

  private Path pid() {
    return directory.resolve("worker.pid");
  }

  private Path request() {
    return directory.resolve("worker.stop");
  }

  /** The living process that the pid file names. */
  private Optional<ProcessHandle> process() throws IOException {
    if (!Files.exists(pid())) {
      return Optional.empty();
    }
    return ProcessHandle.of(Long.parseLong(Files.readString(pid()).strip()))
        .filter(ProcessHandle::isAlive);
  }

  private boolean start() throws IOException, InterruptedException {
    if (process().isPresent()) {
      return true;
    }
    Files.deleteIfExists(request());
    Files.deleteIfExists(pid());
    File log = directory.resolve("worker.log").toFile();
    new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-cp",
            System.getProperty("java.class.path"),
            Worker.class.getName(),
            "work",
            directory.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
        .start()
        .getOutputStream()
        .close();
    return await(true);
  }

  private boolean stop() throws IOException, InterruptedException {
    Files.writeString(request(), "stop");
    return await(false);
  }

  private boolean await(boolean running) throws IOException, InterruptedException {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (process().isPresent() != running) {
      if (Instant.now().isAfter(deadline)) {
        return false;
      }
      Thread.sleep(50);
    }
    return true;
  }

  private boolean work() throws IOException, SQLException, InterruptedException {
    String url = "jdbc:sqlite:" + directory.resolve("shop.db") + "?busy_timeout=5000";
    try (Connection connection = DriverManager.getConnection(url)) {
      Files.writeString(pid(), String.valueOf(ProcessHandle.current().pid()));
      while (!Files.exists(request())) {
        try (Statement statement = connection.createStatement()) {
          statement.executeUpdate(
              "insert into audit_logs (at, actor, action, detail) values"
                  + " (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 'worker', 'tick', null)");
        } catch (SQLException e) {
          System.out.println(e.getMessage());
        }
        Thread.sleep(200);
      }
    } finally {
      Files.deleteIfExists(pid());
    }
    return true;
  }
}
