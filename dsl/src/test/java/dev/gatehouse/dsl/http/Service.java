package dev.gatehouse.dsl.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Answers a GET with the document of that path; what else comes is told, and done by the test. */
final class Service implements AutoCloseable {
  final Map<String, String> documents = new ConcurrentHashMap<>();
  final List<String> requests = new CopyOnWriteArrayList<>();
  final List<String> tokens = new CopyOnWriteArrayList<>();

  /** What a request that changes something does. */
  volatile Consumer<String> work = line -> {};

  /** What happens once a GET of that path is answered. */
  volatile Consumer<String> asked = path -> {};

  /** Whether such a request gets no answer, after its work. */
  volatile boolean silent;

  /** What such a request is answered with, without its work, unless it is 200. */
  volatile int status = 200;

  /** What the ETag of a document begins with, such as {@code "}; none where it is empty. */
  volatile String tag = "";

  private final HttpServer server;

  Service() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString();
    tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
    if (exchange.getRequestMethod().equals("GET")) {
      String document = documents.get(path);
      tag(path).ifPresent(now -> exchange.getResponseHeaders().set("ETag", now));
      asked.accept(path);
      send(exchange, document == null ? 404 : 200, document == null ? "{}" : document);
      return;
    }
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String line = exchange.getRequestMethod() + " " + path + (body.isEmpty() ? "" : " " + body);
    requests.add(line);
    String wanted = exchange.getRequestHeaders().getFirst("If-Match");
    if (wanted != null && !tag(path).filter(wanted::equals).isPresent()) {
      send(exchange, 412, "{}");
      return;
    }
    if (status == 200) {
      work.accept(line);
    }
    if (silent) {
      exchange.close();
    } else {
      send(exchange, status, "{}");
    }
  }

  private Optional<String> tag(String path) {
    String document = documents.getOrDefault(path, "");
    return tag.isEmpty() ? Optional.empty() : Optional.of(tag + document.hashCode() + '"');
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
