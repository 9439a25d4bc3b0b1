package dev.gatehouse.core.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opentest4j.TestAbortedException;

/**
 * A pgbouncer of the distribution in front of a server, which logs everybody in as the admin. Needs
 * Debian's packages: its tests are left out where there are none.
 */
public final class PgBouncer implements AutoCloseable {
  private static final int START_MILLIS = 30_000;

  private final ServerProcess process;
  private final int port;

  private PgBouncer(ServerProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it.
   *
   * @param mode {@code session} or {@code transaction}
   * @param size how many sessions it keeps for a database
   */
  public static PgBouncer before(EngineUnderTest engine, String mode, int size) {
    List<String> declined = new ArrayList<>();
    Optional<PackageRoot> root = PackageRoot.of(List.of("pgbouncer"), declined);
    if (root.isEmpty()) {
      String missing =
          "pgbouncer is nowhere to be had: "
              + declined
              + "; -Dengines.optional=true leaves its tests out";
      throw Boolean.getBoolean("engines.optional")
          ? new TestAbortedException(missing)
          : new IllegalStateException(missing);
    }
    try {
      int port = Launcher.freePort();
      Path run = Files.createDirectories(Cache.runDirectory("pgbouncer"));
      Path settings = run.resolve("pgbouncer.ini");
      Files.writeString(
          settings,
          """
          [databases]
          * = host=127.0.0.1 port=%d user=%s password=%s
          [pgbouncer]
          listen_addr = 127.0.0.1
          listen_port = %d
          unix_socket_dir =
          auth_type = any
          pool_mode = %s
          default_pool_size = %d
          ignore_startup_parameters = extra_float_digits
          server_tls_sslmode = prefer
          """
              .formatted(
                  engine.port(),
                  engine.admin().name(),
                  engine.admin().secret().reveal(String::new),
                  port,
                  mode,
                  size));
      OrdinaryUser user = OrdinaryUser.find();
      user.own(run);
      List<String> command = new ArrayList<>(user.prefix());
      command.addAll(List.of(root.get().wrapper("pgbouncer").toString(), settings.toString()));
      Path log = run.resolve("log");
      ServerProcess process = ServerProcess.start(command, Map.of(), log, run, "TERM");
      PgBouncer started = new PgBouncer(process, port);
      started.awaitDoor(log);
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitDoor(Path log) throws IOException {
    long deadline = System.nanoTime() + START_MILLIS * 1_000_000L;
    while (process.runsAfter(50) && System.nanoTime() < deadline) {
      try (Socket door = new Socket()) {
        door.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
        return;
      } catch (IOException notYet) {
        // asked again
      }
    }
    String said = Files.exists(log) ? Files.readString(log) : "";
    close();
    throw new IllegalStateException("pgbouncer did not start: " + said);
  }

  /** Where it listens, on 127.0.0.1, unencrypted. */
  public int port() {
    return port;
  }

  @Override
  public void close() {
    process.close();
  }
}
