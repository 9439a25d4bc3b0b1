package dev.gatehouse.core.testkit.fault;

import dev.gatehouse.core.testkit.fault.Line.Cut;
import dev.gatehouse.core.testkit.fault.Line.How;
import dev.gatehouse.core.testkit.fault.Line.Way;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** One connection through a {@link Proxy}: a thread each way. */
final class Link {
  private final Proxy proxy;
  private final Map<Way, Pump> pumps = new EnumMap<>(Way.class);
  private final AtomicBoolean cut = new AtomicBoolean();
  private volatile boolean silent;

  Link(Proxy proxy, Socket client, Socket server) throws IOException {
    this.proxy = proxy;
    // Nagle's algorithm would put slices together again.
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
    pumps.put(Way.TO_SERVER, new Pump(Way.TO_SERVER, client, server));
    pumps.put(Way.TO_CLIENT, new Pump(Way.TO_CLIENT, server, client));
  }

  void begin() {
    cutIfDue();
    pumps.values().forEach(Thread::start);
  }

  long delivered(Way way) {
    return pump(way).delivered.get();
  }

  long pieces(Way way) {
    return pump(way).pieces.get();
  }

  /** Cuts it, once, when the line's cut has been reached. */
  void cutIfDue() {
    proxy
        .line()
        .cut()
        .filter(due -> pump(due.way()).passed.get() >= due.at())
        .filter(due -> cut.compareAndSet(false, true))
        .ifPresent(this::cut);
  }

  private void cut(Cut due) {
    Pump pump = pump(due.way());
    if (due.how() == How.SILENCE) {
      silent = true;
    } else if (due.how() == How.END) {
      pump.end();
    } else {
      // what is not yet acknowledged would be thrown away with the connection
      Unsent.await(pump.sink);
      reset();
    }
  }

  private void reset() {
    pumps.values().forEach(pump -> reset(pump.sink));
  }

  /** Closes by RST. */
  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException alreadyGone) {
      return;
    }
  }

  void close() throws InterruptedException {
    reset();
    for (Pump pump : List.copyOf(pumps.values())) {
      pump.interrupt();
      pump.join(5_000);
    }
  }

  private Pump pump(Way way) {
    Pump pump = pumps.get(way);
    if (pump == null) {
      throw new IllegalStateException("there are two ways");
    }
    return pump;
  }

  private final class Pump extends Thread {
    final Way way;
    final Socket source;
    final Socket sink;
    final InputStream in;
    final OutputStream out;

    /** Counted before it is written: whoever has received a byte finds it counted. */
    final AtomicLong delivered = new AtomicLong();

    /** Counted once it is written: a cut may come now. */
    final AtomicLong passed = new AtomicLong();

    final AtomicLong pieces = new AtomicLong();
    volatile boolean ended;

    Pump(Way way, Socket source, Socket sink) throws IOException {
      super("proxy " + way);
      setDaemon(true);
      this.way = way;
      this.source = source;
      this.sink = sink;
      in = source.getInputStream();
      out = sink.getOutputStream();
    }

    @Override
    public void run() {
      byte[] buffer = new byte[8_192];
      try {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          handOn(buffer, n);
        }
        if (!silent) {
          end();
        }
      } catch (IOException gone) {
        if (!silent) {
          reset();
        }
      } catch (InterruptedException closing) {
        reset();
      }
    }

    /** What comes after a cut is read and thrown away, as by a network. */
    private void handOn(byte[] bytes, int count) throws IOException, InterruptedException {
      int from = 0;
      while (from < count) {
        Line line = proxy.line();
        int wanted = line.piece(count - from);
        TimeUnit.NANOSECONDS.sleep(line.nanosBefore(wanted));
        long room = proxy.line().room(way, passed.get());
        int piece = (int) Math.min(wanted, room);
        if (silent || ended || piece <= 0) {
          return;
        }
        pieces.incrementAndGet();
        delivered.addAndGet(piece);
        out.write(bytes, from, piece);
        passed.addAndGet(piece);
        from += piece;
        cutIfDue();
      }
    }

    /** FIN to the receiver; both sockets are closed once both ways have ended. */
    void end() {
      ended = true;
      try {
        sink.shutdownOutput();
        if (pumps.values().stream().allMatch(pump -> pump.ended)) {
          source.close();
          sink.close();
        }
      } catch (IOException alreadyGone) {
        return;
      }
    }
  }
}
