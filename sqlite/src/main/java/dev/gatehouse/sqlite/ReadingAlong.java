package dev.gatehouse.sqlite;

import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Reads content on other threads while this one does something else. Closing it stops them, and
 * waits until none uses its connection any more.
 */
final class ReadingAlong implements AutoCloseable {
  private final ContentReader reader;
  private final List<Runnable> cancellers = new ArrayList<>();
  private final List<Future<?>> helpers = new ArrayList<>();
  private final ExecutorService threads;
  private volatile boolean stopped;

  private ReadingAlong(ContentReader reader, int threads) {
    this.reader = reader;
    this.threads =
        Executors.newFixedThreadPool(
            Math.max(1, threads),
            work -> {
              Thread thread = new Thread(work, "gatehouse-content");
              thread.setDaemon(true);
              return thread;
            });
  }

  static ReadingAlong begin(ContentReader reader, List<Connection> connections)
      throws SQLException {
    ReadingAlong along = new ReadingAlong(reader, connections.size());
    try {
      for (Connection connection : connections) {
        along.cancellers.add(Driver.canceller(connection));
        along.helpers.add(along.threads.submit(() -> along.work(connection)));
      }
      return along;
    } catch (SQLException | RuntimeException e) {
      along.close();
      throw e;
    }
  }

  /** Reads what is left together with the others. */
  Content finish(Connection own, Progress progress) throws Exception {
    cancellers.add(Driver.canceller(own));
    progress.interruptibleBy(this::interrupt);
    progress.continuing();
    while (reader.readPiece(own)) {
      progress.continuing();
    }
    for (Future<?> helper : helpers) {
      try {
        helper.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
    progress.continuing();
    return reader.content();
  }

  private boolean work(Connection connection) throws SQLException {
    boolean more = true;
    while (!stopped && more) {
      more = reader.readPiece(connection);
    }
    return more;
  }

  private void interrupt() {
    stopped = true;
    cancellers.forEach(Runnable::run);
  }

  @Override
  public void close() {
    threads.shutdown();
    boolean interrupted = false;
    while (!threads.isTerminated()) {
      interrupt();
      try {
        threads.awaitTermination(10, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
