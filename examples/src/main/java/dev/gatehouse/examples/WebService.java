package dev.gatehouse.examples;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gatehouse.core.outcome.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Stands for somebody's web service, on a port of its own until it is closed. */
public final class WebService implements AutoCloseable {
  private static final String TOKEN = "Bearer example-of-a-token";

  private final HttpServer server;

  private WebService(HttpServer server) {
    this.server = server;
  }

  /**
   * What it answers.
   *
   * @param json empty for no body
   */
  public record Answer(int status, String json) {}

  /** What it does. */
  @FunctionalInterface
  public interface Behaviour {
    /**
     * Answers.
     *
     * @param asked method and path, as {@code GET /health}
     * @param known whether the token came with it
     */
    Answer to(String asked, boolean known);
  }

  /** One that does this. */
  public static WebService begin(Behaviour behaviour) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> say(exchange, behaviour));
    server.start();
    return new WebService(server);
  }

  private static void say(HttpExchange exchange, Behaviour behaviour) throws IOException {
    try (exchange) {
      Answer answer =
          behaviour.to(
              exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath(),
              TOKEN.equals(exchange.getRequestHeaders().getFirst("Authorization")));
      byte[] body = answer.json().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Where it is. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What its administrators send as {@code Authorization}. */
  public static Secret token() {
    return Secret.of("token of the service", TOKEN.toCharArray());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
