package dev.gatehouse.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Where containers cannot serve they decline, with the reason and in time. */
class ContainersTest {
  private static final String NEVER = "";
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void no_daemon_declines() {
    assertThat(declined(List.of(), Optional.empty()))
        .isEqualTo("Testcontainers: no Docker daemon here");
    assertThat(declined(List.of(URI.create("unix:///no/such.sock")), Optional.empty()))
        .isEqualTo("Testcontainers: no Docker daemon answers within 2 s at unix:///no/such.sock");
  }

  @Test
  void an_address_that_is_none_declines() {
    for (String named : List.of("tcp://no-such-host.invalid:2375", "tcp:///", "what")) {
      assertThat(declined(List.of(URI.create(named)), Optional.empty()))
          .isEqualTo("Testcontainers: no Docker daemon answers within 2 s at " + named);
    }
  }

  @Test
  void a_daemon_that_does_not_answer_declines_after_two_seconds() throws IOException {
    try (ServerSocket daemon = daemon(request -> NEVER)) {
      long began = System.nanoTime();
      assertThat(declined(at(daemon), Optional.empty()))
          .isEqualTo("Testcontainers: no Docker daemon answers within 2 s at " + at(daemon).get(0));
      assertThat(seconds(began)).isBetween(2.0, 20.0);
    }
  }

  @Test
  void something_else_that_listens_is_no_daemon() throws IOException {
    try (ServerSocket daemon = daemon(request -> "220 mail ready\r\n\r\n")) {
      assertThat(declined(at(daemon), Optional.empty())).contains("no Docker daemon answers");
    }
  }

  @Test
  void an_image_that_does_not_come_declines_at_the_limit() throws IOException {
    try (ServerSocket daemon =
        daemon(
            request ->
                request.contains("/_ping")
                    ? answer(200, "OK")
                    : request.startsWith("POST") ? NEVER : answer(404, "{}"))) {
      long began = System.nanoTime();
      assertThat(declined(at(daemon), Optional.empty()))
          .isEqualTo(
              "Testcontainers: no image postgres:7.1, and none pulled within 1 s: no answer within 1 s");
      assertThat(seconds(began)).isBetween(1.0, 20.0);
    }
  }

  @Test
  void an_image_nobody_has_declines_with_what_the_daemon_says() throws IOException {
    try (ServerSocket daemon =
        daemon(
            request ->
                request.contains("/_ping")
                    ? answer(200, "OK")
                    : request.startsWith("POST")
                        ? answer(
                            200, "{\"status\":\"Pulling\"}\r\n{\"error\":\"manifest unknown\"}")
                        : answer(404, "{\"message\":\"No such image\"}"))) {
      assertThat(declined(at(daemon), Optional.empty()))
          .isEqualTo(
              "Testcontainers: no image postgres:7.1, and none pulled within 1 s: manifest unknown");
    }
  }

  @Test
  void an_obstacle_declines_before_anything_is_pulled() throws IOException {
    List<String> asked = new ArrayList<>();
    try (ServerSocket daemon =
        daemon(
            request -> {
              asked.add(request);
              return answer(200, "OK");
            })) {
      assertThat(declined(at(daemon), Optional.of("no, for a reason")))
          .isEqualTo("Testcontainers: no, for a reason");
      assertThat(asked).singleElement().asString().contains("/_ping");
    }
  }

  private static String declined(List<URI> hosts, Optional<String> obstacle) {
    List<String> declined = new ArrayList<>();
    assertThat(new Containers(hosts, SECOND, obstacle).server(Product.POSTGRES, "7.1", declined))
        .isEmpty();
    assertThat(declined).hasSize(1);
    return declined.get(0);
  }

  private static List<URI> at(ServerSocket daemon) {
    return List.of(URI.create("tcp://127.0.0.1:" + daemon.getLocalPort()));
  }

  private static double seconds(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  private static String answer(int status, String body) {
    return "HTTP/1.0 " + status + " x\r\n\r\n" + body;
  }

  /** Speaks as a daemon would, or keeps silent, until it is closed. */
  private static ServerSocket daemon(UnaryOperator<String> answers) throws IOException {
    ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              while (!socket.isClosed()) {
                try (Socket client = socket.accept()) {
                  byte[] request = new byte[4096];
                  int length = client.getInputStream().read(request);
                  String said =
                      answers.apply(
                          new String(request, 0, Math.max(length, 0), StandardCharsets.US_ASCII));
                  if (said.equals(NEVER)) {
                    client.getInputStream().transferTo(OutputStream.nullOutputStream());
                  } else {
                    client.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
                  }
                } catch (IOException e) {
                  if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                  }
                }
              }
            },
            "daemon");
    thread.setDaemon(true);
    thread.start();
    return socket;
  }
}
