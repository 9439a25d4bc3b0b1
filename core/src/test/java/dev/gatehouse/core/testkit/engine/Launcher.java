package dev.gatehouse.core.testkit.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Starts a server from an installation: template copied, TLS on, loopback only, a random port. */
abstract class Launcher {
  private static final String WITHOUT_TLS = "ssl=off";
  static final String LOG = "server.log";
  private static final int ATTEMPTS = 3;
  private static final int START_SECONDS = 120;
  private static final int POLL_MILLISECONDS = 50;

  final Installation installation;

  /** As {@code name=value}, after those every server has. */
  final List<String> settings;

  /** Given the data directory before the first start. */
  final Consumer<Path> finish;

  Launcher(Installation installation, List<String> settings, Consumer<Path> finish) {
    this.installation = installation;
    this.settings = settings;
    this.finish = finish;
  }

  static Server start(Installation installation) {
    return start(installation, List.of(), data -> {});
  }

  /** One that differs from the others, by its settings or by what stands in its data directory. */
  static Server start(Installation installation, List<String> settings, Consumer<Path> finish) {
    Launcher launcher =
        installation.product() == Product.POSTGRES
            ? new PostgresLauncher(installation, settings, finish)
            : new MySqlLauncher(installation, settings, finish);
    return launcher.start();
  }

  /** A data directory nobody has used yet, and the account in it. */
  abstract Account prepare(Path run);

  abstract List<String> command(Path run, int port);

  abstract String home();

  /** Ends it at once: its data is thrown away. */
  abstract String killSignal();

  /** Ends it in order, whoever is connected. */
  abstract String endSignal();

  private Server start() {
    String said = "";
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Path run = Cache.serverDirectory(installation.product().key() + "-" + installation.version());
      Account admin = prepared(run);
      int port = freePort();
      Path log = run.resolve(LOG);
      ServerProcess process =
          ServerProcess.start(
              command(run, port), installation.environment(), log, run, killSignal());
      Server server =
          new Server(
              installation.product(),
              "127.0.0.1",
              port,
              admin,
              home(),
              !settings.contains(WITHOUT_TLS),
              Optional.of(new Server.Started(this, process)),
              run,
              installation.servedBy());
      Optional<String> silent = silent(server, process);
      if (silent.isEmpty()) {
        return server;
      }
      boolean ended = !process.runsAfter(0);
      said = tail(log) + "\n" + silent.get();
      process.close();
      if (!ended) {
        break; // another port, which is what another attempt brings, would not help
      }
    }
    throw new IllegalStateException("the server did not start: " + said);
  }

  private Account prepared(Path run) {
    try {
      return prepare(run);
    } catch (RuntimeException e) {
      Cache.delete(run);
      throw e;
    }
  }

  /** Nothing when it lets us in, else what it said last. */
  static Optional<String> silent(Server server, ServerProcess process) {
    ServerSql sql = ServerSql.of(server.product());
    long end = System.nanoTime() + START_SECONDS * 1_000_000_000L;
    String last = "";
    while (System.nanoTime() < end && process.runsAfter(POLL_MILLISECONDS)) {
      try (Connection connection = sql.connect(server, server.home(), server.admin())) {
        if (connection.isValid(5)) {
          return Optional.empty();
        }
      } catch (SQLException e) {
        last = String.valueOf(e.getMessage());
      }
    }
    return Optional.of(last);
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String tail(Path log) {
    try {
      String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
      return text.substring(Math.max(0, text.length() - 1_500)).strip();
    } catch (IOException e) {
      return "no log at " + log;
    }
  }
}
