package dev.gatehouse.dsl.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A web application with a maintenance mode, and a wire that can be cut: {@code GET /state}, {@code
 * POST /on}, {@code POST /off}. It honours {@code Idempotency-Key}.
 */
final class Web implements AutoCloseable {

  /** What it was sent. */
  record Request(String line, String head, String body) {
    @Nullable String header(String name) {
      return head.lines()
          .filter(
              one -> one.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":"))
          .map(one -> one.substring(name.length() + 1).strip())
          .findFirst()
          .orElse(null);
    }
  }

  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Set<String> keys = new HashSet<>();
  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Thread thread = new Thread(this::serve, "web");
  private int on;
  private volatile boolean state;

  /** Bytes of an answer to a POST that are sent before the wire is cut. */
  volatile int cutAt = Integer.MAX_VALUE;

  /** Milliseconds before a POST does what it says. */
  volatile int thinks;

  /** Milliseconds between two bytes of an answer to a POST. */
  volatile int pause;

  /** What a POST is answered with, and whether it does what it says. */
  volatile String answer = "200 OK";

  /** What is answered so: requests that begin so. All others with 200. */
  volatile String answered = "POST";

  volatile String more = "";
  volatile boolean works = true;

  Web() throws IOException {
    thread.setDaemon(true);
    thread.start();
  }

  String base() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  boolean on() {
    return state;
  }

  void set(boolean now) {
    state = now;
  }

  /** How often it was switched on. */
  int timesOn() {
    return on;
  }

  List<Request> posts() {
    return requests.stream().filter(one -> one.line().startsWith("POST")).toList();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket one = socket.accept()) {
        answer(one);
      } catch (IOException e) {
        // closed, or the other side went away
      }
    }
  }

  private void answer(Socket one) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(one.getInputStream(), StandardCharsets.ISO_8859_1));
    String line = in.readLine();
    if (line == null) {
      return;
    }
    StringBuilder head = new StringBuilder();
    int length = 0;
    for (String next = in.readLine(); next != null && !next.isEmpty(); next = in.readLine()) {
      head.append(next).append('\n');
      if (next.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(next.substring(15).strip());
      }
    }
    char[] body = new char[length];
    int read = 0;
    while (read < length) {
      read += in.read(body, read, length - read);
    }
    Request request = new Request(line, head.toString(), new String(body));
    requests.add(request);
    send(one.getOutputStream(), request);
  }

  private void send(OutputStream out, Request request) throws IOException {
    boolean post = request.line().startsWith("POST");
    if (post && works) {
      pause(thinks);
      work(request);
    }
    String content =
        request.line().startsWith("GET /state") ? "{\"enabled\":" + state + "}" : "{\"ok\":true}";
    String text =
        "HTTP/1.1 "
            + (request.line().startsWith(answered) ? answer : "200 OK")
            + "\r\nContent-Length: "
            + content.length()
            + "\r\n"
            + (post ? more : "")
            + "Connection: close\r\n\r\n"
            + content;
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int end = post ? Math.min(cutAt, bytes.length) : bytes.length;
    if (!post || pause == 0) {
      out.write(bytes, 0, end);
      out.flush();
      return;
    }
    for (int i = 0; i < end; i++) {
      out.write(bytes[i]);
      out.flush();
      pause(pause);
    }
  }

  private static void pause(int millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void work(Request request) {
    String key = request.header("Idempotency-Key");
    if (key != null && !keys.add(key)) {
      return;
    }
    state = request.line().startsWith("POST /on");
    on += state ? 1 : 0;
  }

  /** Length of a whole answer to a POST. */
  int length() {
    return ("HTTP/1.1 " + answer + "\r\nContent-Length: 11\r\n" + more).length()
        + "Connection: close\r\n\r\n{\"ok\":true}".length();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
