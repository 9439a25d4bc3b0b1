package dev.gatehouse.dsl.tell;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.outcome.Secret;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An endpoint that is told, and answers as its path says. */
final class Sink implements AutoCloseable {
  /** What stands in each address, and nowhere else. */
  static final String CANARY = "canary-7f3a9c1e5b";

  record Request(String path, @Nullable String time, @Nullable String signature, String body) {
    Map<String, Object> json() {
      return Json.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    @SuppressWarnings("unchecked")
    List<Map<String, Object>> notices() {
      return (List<Map<String, Object>>) Objects.requireNonNull(json().get("notices"));
    }
  }

  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool(Sink::daemon);
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Where {@code /redirect} leads. */
  volatile String elsewhere = "";

  /** How {@code /switch} answers. */
  volatile int status = 200;

  Sink() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "sink");
    thread.setDaemon(true);
    return thread;
  }

  /** Address of a path, with a canary in it. */
  Secret at(String path) {
    return Secret.of("webhook " + path, (base() + path + "?token=" + CANARY).toCharArray());
  }

  String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Request> of(String path) {
    return requests.stream().filter(one -> one.path().equals(path)).toList();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = exchange.getRequestURI().getPath();
    requests.add(
        new Request(
            path,
            exchange.getRequestHeaders().getFirst("Gatehouse-Timestamp"),
            exchange.getRequestHeaders().getFirst("Gatehouse-Signature"),
            body));
    switch (path) {
      case "/hang" -> pause(60_000);
      case "/drip" -> drip(exchange);
      case "/busy" -> {
        exchange.getResponseHeaders().set("Retry-After", "3600");
        status(exchange, 429);
      }
      case "/redirect" -> {
        exchange.getResponseHeaders().set("Location", elsewhere);
        status(exchange, 307);
      }
      case "/plain-only" -> status(exchange, body.startsWith("{") ? 400 : 200);
      case "/gone" -> status(exchange, 404);
      case "/switch" -> status(exchange, status);
      default -> status(exchange, 200);
    }
  }

  private static void status(HttpExchange exchange, int code) throws IOException {
    exchange.sendResponseHeaders(code, -1);
    exchange.close();
  }

  private void drip(HttpExchange exchange) throws IOException {
    exchange.sendResponseHeaders(200, 60);
    try (OutputStream out = exchange.getResponseBody()) {
      for (int i = 0; i < 60 && !pause(1_000); i++) {
        out.write('.');
        out.flush();
      }
    }
  }

  private boolean pause(long millis) {
    try {
      return closed.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
