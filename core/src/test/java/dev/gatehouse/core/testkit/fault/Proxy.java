package dev.gatehouse.core.testkit.fault;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A TCP proxy on 127.0.0.1 that counts what it hands on, and can be a bad line: see {@link Line}.
 * Drivers are pointed at {@link #port()} instead of the server's.
 *
 * <p>Thread-safe. Closing it resets what is still open and ends all its threads.
 */
public final class Proxy implements AutoCloseable {
  private final ServerSocket door;
  private final int server;
  private final List<Link> links = new CopyOnWriteArrayList<>();
  private final Thread porter;
  private volatile Line line = Line.CLEAN;

  private Proxy(ServerSocket door, int server) {
    this.door = door;
    this.server = server;
    porter = new Thread(this::accept, "proxy to " + server);
    porter.setDaemon(true);
  }

  /** A proxy to that port of 127.0.0.1, on a clean line. */
  public static Proxy to(int server) throws IOException {
    Proxy proxy = new Proxy(new ServerSocket(0, 50, loopback()), server);
    proxy.porter.start();
    return proxy;
  }

  /** Where it listens, on 127.0.0.1. */
  public int port() {
    return door.getLocalPort();
  }

  /**
   * From now on the line is like that, for connections that are open too: one past its cut is cut
   * at once.
   */
  public Proxy set(Line weather) {
    line = weather;
    links.forEach(Link::cutIfDue);
    return this;
  }

  /** How the line is. */
  Line line() {
    return line;
  }

  /** Bytes handed on that way, over all connections. */
  public long delivered(Line.Way way) {
    return links.stream().mapToLong(link -> link.delivered(way)).sum();
  }

  /** Bytes handed on that way by each connection, in the order in which they were made. */
  public List<Long> deliveredEach(Line.Way way) {
    return links.stream().map(link -> link.delivered(way)).toList();
  }

  /** Pieces handed on that way, over all connections. */
  public long pieces(Line.Way way) {
    return links.stream().mapToLong(link -> link.pieces(way)).sum();
  }

  /** How many connections were made through it. */
  public int connections() {
    return links.size();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        try {
          Socket upstream = new Socket();
          upstream.connect(new InetSocketAddress(loopback(), server));
          Link link = new Link(this, client, upstream);
          links.add(link);
          link.begin();
        } catch (IOException nobodyThere) {
          Link.reset(client);
        }
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }

  @Override
  public void close() throws IOException {
    door.close();
    try {
      porter.join(5_000);
      for (Link link : links) {
        link.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
