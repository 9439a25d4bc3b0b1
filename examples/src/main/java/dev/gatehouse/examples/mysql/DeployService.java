package dev.gatehouse.examples.mysql;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gatehouse.core.outcome.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * Stands for GitHub with one workflow that deploys, and that nobody has started: what {@code
 * workflow(...)} asks of it, and only with its token.
 */
public final class DeployService implements AutoCloseable {
  private static final String TOKEN = "Bearer example-of-a-token";

  private final HttpServer server;
  private volatile String state = "active";

  private DeployService(HttpServer server) {
    this.server = server;
  }

  /** On a port of its own, until it is closed. */
  public static DeployService begin() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    DeployService service = new DeployService(server);
    server.createContext("/repos/acme/shop/actions/workflows/deploy.yml", service::answer);
    server.start();
    return service;
  }

  /** As {@code https://api.github.com} would be. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What is sent as {@code Authorization}. */
  public Secret token() {
    return Secret.of("token of the deploy service", TOKEN.toCharArray());
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    boolean changes = exchange.getRequestMethod().equals("PUT");
    if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      say(exchange, 401, "{}");
    } else if (changes && path.endsWith("/disable")) {
      state = "disabled_manually";
      say(exchange, 204, "");
    } else if (changes && path.endsWith("/enable")) {
      state = "active";
      say(exchange, 204, "");
    } else if (path.endsWith("/runs")) {
      say(exchange, 200, "{\"total_count\":0,\"workflow_runs\":[]}");
    } else {
      say(exchange, 200, "{\"state\":\"" + state + "\"}");
    }
  }

  private static void say(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
