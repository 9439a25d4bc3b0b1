package dev.gatehouse.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * An application that keeps writing, some 50 times a second: each transaction moves an amount
 * between two purchases and adds a row, so that their sum tells a torn copy.
 */
final class Writer implements AutoCloseable {
  private final Thread thread;
  private final AtomicInteger commits = new AtomicInteger();
  private final CountDownLatch running = new CountDownLatch(3);
  private volatile boolean stop;

  private Writer(Path file) {
    thread =
        new Thread(
            () -> {
              try (Connection connection = Databases.open(file)) {
                Queries.run(connection, "PRAGMA busy_timeout = 10000");
                Queries.run(connection, "PRAGMA synchronous = OFF");
                while (!stop) {
                  commit(connection);
                  LockSupport.parkNanos(10_000_000);
                }
              } catch (SQLException e) {
                throw new IllegalStateException(e);
              }
            });
  }

  static Writer on(Path file) throws InterruptedException {
    Writer writer = new Writer(file);
    writer.thread.start();
    writer.running.await();
    return writer;
  }

  int commits() {
    return commits.get();
  }

  private void commit(Connection connection) throws SQLException {
    int turn = commits.get();
    Queries.run(connection, "BEGIN IMMEDIATE");
    Queries.run(
        connection, "UPDATE purchase SET amount = amount - 1 WHERE id = " + (turn % 100 + 1));
    Queries.run(
        connection, "UPDATE purchase SET amount = amount + 1 WHERE id = " + (turn * 7 % 100 + 1));
    Queries.run(connection, "INSERT INTO customer (name) VALUES ('new')");
    Queries.run(connection, "COMMIT");
    commits.incrementAndGet();
    running.countDown();
  }

  @Override
  public void close() {
    stop = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
