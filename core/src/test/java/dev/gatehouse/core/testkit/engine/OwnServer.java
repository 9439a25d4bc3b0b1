package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.testkit.fault.Signals;
import java.io.IOException;

/**
 * A server for one test alone. It may be frozen, restarted and crashed, which a server that all
 * tests share may not. Closing it ends it and removes its data; the end of this JVM does too.
 *
 * <p>One thread at a time.
 */
public final class OwnServer implements AutoCloseable {
  private final Server server;
  private final Launcher launcher;
  private final ServerProcess process;

  OwnServer(Server server) {
    Server.Started started = server.started().orElseThrow();
    this.server = server;
    this.launcher = started.launcher();
    this.process = started.process();
  }

  Server server() {
    return server;
  }

  /** A database or schema nobody has used. Its address stays the same after a restart. */
  public TestDatabase database() {
    return TestDatabase.create(server.product(), server);
  }

  /** An account that may do everything. */
  public Account admin() {
    return server.admin();
  }

  /** Where it listens, on 127.0.0.1; the same after a restart. */
  public int port() {
    return server.port();
  }

  /** SIGSTOP to all its processes: it holds its sockets and locks, and answers nobody. */
  public void freeze() throws IOException, InterruptedException {
    Signals.freezeAll(process.handle());
  }

  /** SIGCONT to all its processes: it goes on where it was. */
  public void thaw() throws IOException, InterruptedException {
    Signals.thawAll(process.handle());
  }

  /** Shuts it down in order, whoever is connected, and starts it again; returns when it answers. */
  public void restart() throws IOException {
    again(launcher.endSignal());
  }

  /**
   * SIGKILL to all its processes at once, without a word to anybody, and starts it again; returns
   * when it has recovered and answers.
   */
  public void crash() throws IOException, InterruptedException {
    // none of them may see another one die and do something about it
    freeze();
    Signals.kill(process.handle());
    again("KILL");
  }

  private void again(String signal) throws IOException {
    process.restart(signal);
    Launcher.silent(server, process)
        .ifPresent(
            last -> {
              throw new IllegalStateException(
                  "the server did not come back: %s\n%s"
                      .formatted(Launcher.tail(server.data().resolve(Launcher.LOG)), last));
            });
  }

  @Override
  public void close() {
    process.close();
  }
}
