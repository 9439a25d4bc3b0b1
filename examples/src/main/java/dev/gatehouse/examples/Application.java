package dev.gatehouse.examples.postgres;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gatehouse.core.outcome.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * The web application before the database: {@code GET /health}, {@code GET /api/maintenance},
 * {@code POST /api/maintenance/enable} and {@code /disable}, the last two with its token alone.
 */
final class Application implements AutoCloseable {
  private static final String TOKEN = "Bearer example-of-a-token";

  private final HttpServer server;
  private volatile boolean maintenance;
  private volatile long delay;

  private Application(HttpServer server) {
    this.server = server;
  }

  static Application begin() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Application application = new Application(server);
    server.createContext("/", application::answer);
    server.start();
    return application;
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What its administrators send as {@code Authorization}. */
  Secret token() {
    return Secret.of("token of the application", TOKEN.toCharArray());
  }

  /** As one does that is in trouble. */
  void answerAfter(long milliseconds) {
    delay = milliseconds;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
    switch (asked) {
      case "GET /health", "GET /api/maintenance" -> say(exchange, 200);
      case "POST /api/maintenance/enable" -> set(exchange, true);
      case "POST /api/maintenance/disable" -> set(exchange, false);
      default -> say(exchange, 404);
    }
  }

  private void set(HttpExchange exchange, boolean on) throws IOException {
    boolean known = TOKEN.equals(exchange.getRequestHeaders().getFirst("Authorization"));
    if (known) {
      maintenance = on;
    }
    say(exchange, known ? 200 : 401);
  }

  private void say(HttpExchange exchange, int status) throws IOException {
    byte[] body = ("{\"enabled\":" + maintenance + "}").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
