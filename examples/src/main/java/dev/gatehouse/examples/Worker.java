package dev.gatehouse.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The application of the sqlite-restore example: a process of its own that writes into the shop
 * five times a second until it is asked to stop, and the script that starts and stops it, as
 * applications have one.
 */
public final class Worker {

  /** Waits for what it did, so that its exit code can be believed. */
  private static final String SCRIPT =
      """
      #!/bin/sh
      # The shop's worker: worker start|stop|running|stopped. Exits 0 when it is done, or when it is so.
      cd "$(dirname "$0")" || exit 3
      running() { { read -r pid <worker.pid && kill -0 "$pid"; } 2>/dev/null; }
      stopped() { ! running; }
      await() {
        tries=400
        until "$1"; do
          tries=$((tries - 1))
          [ "$tries" -gt 0 ] || exit 3
          sleep 0.05
        done
      }
      case "$1" in
        start)
          running && exit 0
          rm -f worker.pid worker.stop
          %s work . </dev/null >>worker.log 2>&1 &
          await running ;;
        stop)
          : >worker.stop
          await stopped ;;
        running | stopped) "$1" ;;
        *) exit 3 ;;
      esac
      """;

  private Worker() {}

  /**
   * Writes the script into the directory of {@code shop.db}.
   *
   * @return the script
   */
  static Path install(Path directory) throws IOException {
    String java = ProcessHandle.current().info().command().orElse("java");
    String program =
        String.join(
            " ",
            quoted(java),
            "-XX:TieredStopAtLevel=1 -Xshare:auto -cp",
            quoted(System.getProperty("java.class.path")),
            Worker.class.getName());
    Path script = Files.writeString(directory.resolve("worker"), SCRIPT.formatted(program));
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /** {@code work DIRECTORY}: what the script starts. */
  public static void main(String... arguments) throws Exception {
    work(Path.of(arguments[1]).toAbsolutePath());
  }

  private static void work(Path directory) throws IOException, SQLException, InterruptedException {
    Path pid = directory.resolve("worker.pid");
    Path request = directory.resolve("worker.stop");
    String url = "jdbc:sqlite:" + directory.resolve("shop.db");
    try (Connection connection = DriverManager.getConnection(url)) {
      Files.writeString(pid, ProcessHandle.current().pid() + "\n");
      // Without its pid file nobody could find and stop it: it goes by itself.
      while (!Files.exists(request) && Files.exists(pid)) {
        tick(connection);
        Thread.sleep(200);
      }
    } finally {
      // After the connection: who sees no pid file may be sure that the database is not in use.
      Files.deleteIfExists(pid);
    }
  }

  private static void tick(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "insert into audit_logs (at, actor, action, detail) values"
              + " (strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), 'worker', 'tick', null)");
    } catch (SQLException e) {
      System.out.println(e.getMessage());
    }
  }
}
