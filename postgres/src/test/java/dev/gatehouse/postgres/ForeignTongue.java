package dev.gatehouse.postgres;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A server whose every word to people is in a language nobody here knows: on the way to the driver,
 * what lc_messages translates is replaced in each error and notice, and what it does not, such as
 * SQLSTATE and the name of the routine, stays.
 */
public final class ForeignTongue implements AutoCloseable {
  public static final String WORDS = "рџ 不允许 ژ";

  private final TestDatabase database;
  private final ServerSocket listening;
  private final List<Socket> sockets = new ArrayList<>();

  public ForeignTongue(TestDatabase database) throws IOException {
    this.database = database;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  public Target target() {
    return target(new Account(database.account(), database.secret()));
  }

  public Target target(Account account) {
    return Targets.at(
        "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable&gssEncMode=disable"
            .formatted(listening.getLocalPort(), database.name()),
        account);
  }

  /** What is done until a socket ends. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException ended) {
                return;
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = kept(listening.accept());
      Socket server = kept(new Socket(InetAddress.getLoopbackAddress(), database.port()));
      daemon(
          () -> {
            try (server) {
              client.getInputStream().transferTo(server.getOutputStream());
            }
          });
      daemon(
          () -> {
            try (client) {
              translate(server.getInputStream(), client);
            }
          });
    }
  }

  private Socket kept(Socket socket) throws IOException {
    synchronized (sockets) {
      sockets.add(socket);
    }
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void translate(InputStream from, Socket to) throws IOException {
    DataInputStream in = new DataInputStream(from);
    DataOutputStream out = new DataOutputStream(to.getOutputStream());
    while (true) {
      byte type = in.readByte();
      byte[] body = new byte[in.readInt() - 4];
      in.readFully(body);
      byte[] said = type == 'E' || type == 'N' ? foreign(body) : body;
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      DataOutputStream whole = new DataOutputStream(message);
      whole.writeByte(type);
      whole.writeInt(said.length + 4);
      whole.write(said);
      out.write(message.toByteArray());
    }
  }

  /** Severity, message, detail, hint and context are translated. */
  private static byte[] foreign(byte[] fields) throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int at = 0;
    while (fields[at] != 0) {
      int end = at;
      while (fields[end] != 0) {
        end++;
      }
      said.write(fields[at]);
      if ("SMDHW".indexOf(fields[at]) >= 0) {
        said.write(WORDS.getBytes(StandardCharsets.UTF_8));
      } else {
        said.write(fields, at + 1, end - at - 1);
      }
      said.write(0);
      at = end + 1;
    }
    said.write(0);
    return said.toByteArray();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    synchronized (sockets) {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
