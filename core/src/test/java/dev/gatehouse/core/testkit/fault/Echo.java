package dev.gatehouse.core.testkit.fault;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A server that sends back what it gets, and tells what became of its connections. */
final class Echo implements AutoCloseable {
  private final ServerSocket door;
  private final Thread porter;
  private final AtomicInteger received = new AtomicInteger();
  private final List<String> ends = new CopyOnWriteArrayList<>();

  Echo() {
    try {
      door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    porter = new Thread(this::accept, "echo");
    porter.setDaemon(true);
    porter.start();
  }

  int port() {
    return door.getLocalPort();
  }

  int received() {
    return received.get();
  }

  /** How many connections have ended. */
  int ended() {
    return ends.size();
  }

  /**
   * How the n-th connection that ended did so.
   *
   * @param nth counted from 0, which is the one that proves the line
   */
  String awaitEnd(int nth) {
    return within(() -> ends.size() > nth) ? ends.get(nth) : "it did not end";
  }

  boolean await(int bytes) {
    return within(() -> received.get() >= bytes);
  }

  private static boolean within(BooleanSupplier condition) {
    long deadline = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    return condition.getAsBoolean();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Thread thread = new Thread(() -> echo(client), "echo of one");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void echo(Socket client) {
    byte[] buffer = new byte[8_192];
    String answered = "";
    try (client) {
      InputStream in = client.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        received.addAndGet(n);
        answered = answered.isEmpty() ? answer(client, buffer, n) : answered;
      }
      // A reset is told once: to whoever writes at that moment, or to whoever reads next.
      ends.add(answered.equals("reset") ? answered : "end");
    } catch (IOException e) {
      ends.add(kind(e));
    }
  }

  private static String kind(IOException e) {
    return String.valueOf(e.getMessage()).contains("reset") ? "reset" : e.toString();
  }

  /** What kept it from answering; empty when nothing did. */
  private static String answer(Socket client, byte[] bytes, int count) {
    try {
      client.getOutputStream().write(bytes, 0, count);
      return "";
    } catch (IOException e) {
      return kind(e);
    }
  }

  /** Nobody is there when this returns: who waits at a door lets one more in while it closes. */
  @Override
  public void close() throws IOException {
    door.close();
    try {
      porter.join(20_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
