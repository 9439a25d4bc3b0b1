package dev.gatehouse.core.testkit.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Docker daemon, asked with a limit for each question: a client library may wait for minutes
 * where there is none, or for an image nobody delivers.
 *
 * @param host as in {@code DOCKER_HOST}: {@code unix:///path} or {@code tcp://host:port}
 */
record DockerDaemon(URI host) {
  private static final Duration SHORT = Duration.ofSeconds(10);
  private static final Pattern CONTAINER = Pattern.compile("\"Id\":\"([0-9a-f]{64})\"");
  private static final Pattern REASON =
      Pattern.compile("\"(?:error|message)\":\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** Status and body of an answer. */
  private record Answer(int status, String body) {}

  /** Where Testcontainers looks, in its order. */
  static List<URI> usual() {
    return Optional.ofNullable(System.getenv("DOCKER_HOST"))
        .map(named -> List.of(URI.create(named)))
        .orElseGet(
            () ->
                Stream.of(
                        Path.of("/var/run/docker.sock"),
                        Path.of(
                            Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR")).orElse("/run"),
                            "docker.sock"),
                        Path.of(System.getProperty("user.home"), ".docker/run/docker.sock"))
                    .filter(Files::exists)
                    .map(socket -> URI.create("unix://" + socket))
                    .toList());
  }

  boolean answers(Duration limit) {
    try {
      return ask("GET", "/_ping", limit).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  boolean has(String image) {
    try {
      return ask("GET", "/images/" + image + "/json", SHORT).status() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Nothing when the image is here afterwards, else why it is not. */
  Optional<String> pull(String image, Duration limit) {
    String[] name = image.split(":", 2);
    String said;
    try {
      String path = "/images/create?fromImage=" + name[0] + "&tag=" + name[1];
      said =
          REASON
              .matcher(ask("POST", path, limit).body())
              .results()
              .map(found -> found.group(1).replace("\\\"", "\""))
              .findFirst()
              .orElse("the daemon did not say why");
    } catch (IOException e) {
      // the daemon ends a pull whose client is gone
      said = String.valueOf(e.getMessage());
    }
    return has(image) ? Optional.empty() : Optional.of(said);
  }

  /** All that carry a label, whatever their state. */
  List<String> containers(String label) throws IOException {
    String filter = URLEncoder.encode("{\"label\":[\"" + label + "\"]}", StandardCharsets.UTF_8);
    Answer answer = ask("GET", "/containers/json?all=true&filters=" + filter, SHORT);
    if (answer.status() != 200) {
      throw new IOException(answer.body());
    }
    return CONTAINER
        .matcher(answer.body())
        .results()
        .map((MatchResult found) -> found.group(1))
        .toList();
  }

  /** With its volumes, whatever runs in it. */
  void remove(String container) throws IOException {
    ask("DELETE", "/containers/" + container + "?force=true&v=true", SHORT);
  }

  private Answer ask(String method, String path, Duration limit) throws IOException {
    Executor later = CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS);
    long began = System.nanoTime();
    boolean unix = "unix".equals(host.getScheme());
    try (SocketChannel channel =
        unix ? SocketChannel.open(StandardProtocolFamily.UNIX) : SocketChannel.open()) {
      later.execute(() -> close(channel));
      channel.connect(address(unix));
      // 1.0: the daemon closes behind its answer and sends no chunks
      String request =
          method + " " + path + " HTTP/1.0\r\nHost: docker\r\nContent-Length: 0\r\n\r\n";
      ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      String text =
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      if (!text.matches("(?s)HTTP/1\\.\\d \\d{3}.*?\r\n\r\n.*")) {
        throw new IOException("no Docker daemon: " + text.lines().findFirst().orElse("nothing"));
      }
      return new Answer(
          Integer.parseInt(text.substring(9, 12)), text.substring(text.indexOf("\r\n\r\n") + 4));
    } catch (IOException e) {
      boolean late = System.nanoTime() - began >= limit.toNanos();
      throw late ? new IOException("no answer within " + limit.toSeconds() + " s", e) : e;
    }
  }

  private SocketAddress address(boolean unix) {
    return unix
        ? UnixDomainSocketAddress.of(host.getPath())
        : new InetSocketAddress(host.getHost(), host.getPort() < 0 ? 2375 : host.getPort());
  }

  private static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // it was closed already
    }
  }

  @Override
  public String toString() {
    return host.toString();
  }
}
