package dev.gatehouse.dsl.http;

import static dev.gatehouse.dsl.GatehouseOperations.http;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.dsl.Desk;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpGetTest {
  private HttpServer server;
  private Desk desk;
  private volatile int status = 200;
  private volatile String body = "";

  @BeforeEach
  void begin(@TempDir Path directory) throws Exception {
    desk = Desk.at(directory);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          if (status / 100 == 3) {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
          }
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void end() throws Exception {
    server.stop(0);
    desk.close();
  }

  private HttpGet state() {
    return http("http://127.0.0.1:" + server.getAddress().getPort()).get("/state");
  }

  private Status says(String answer, String field, String value) throws Exception {
    body = answer;
    return desk.ask(state().says(field, value)).status();
  }

  @Test
  void a_value_is_what_the_document_says() throws Exception {
    assertThat(says("{\"on\":true}", "on", "true")).isEqualTo(Status.PASSED);
    assertThat(says("{\"on\":\"true\"}", "on", "true")).isEqualTo(Status.PASSED);
    assertThat(says("{\"on\":false}", "on", "true")).isEqualTo(Status.FAILED);
    assertThat(says("{\"n\":1.50}", "n", "1.50")).isEqualTo(Status.PASSED);
    assertThat(says("{\"a\":{\"b/c\":[1,\"ä\"]}}", "/a/b~1c/1", "ä")).isEqualTo(Status.PASSED);
    assertThat(says("{\"a.b\":1,\"a\":{\"b\":2}}", "a.b", "1")).isEqualTo(Status.PASSED);
    assertThat(says("{\"x\":{\"on\":true},\"on\":false}", "on", "true")).isEqualTo(Status.FAILED);
  }

  @Test
  void what_does_not_answer_the_question_is_inconclusive() throws Exception {
    String[] answers = {
      "",
      " ",
      "null",
      "[]",
      "{}",
      "on",
      "<html>on true</html>",
      "{\"on\":{}}",
      "{\"on\":true",
      "{\"on\":true,\"on\":true}",
      "{\"on\":true} trailing",
      "{\"on\":true}{\"on\":true}",
      "{\"on\":true,\"more\":\"" + "x".repeat(70_000) + "\"}"
    };
    for (String answer : answers) {
      assertThat(says(answer, "on", "true")).as(answer).isEqualTo(Status.INCONCLUSIVE);
    }
    for (int other : new int[] {302, 401, 404, 500}) {
      status = other;
      assertThat(says("{\"on\":true}", "on", "true"))
          .as("status %s", other)
          .isEqualTo(Status.INCONCLUSIVE);
    }
  }

  @Test
  void a_status_is_what_it_is() throws Exception {
    status = 404;
    assertThat(desk.ask(state().hasStatus(404)).status()).isEqualTo(Status.PASSED);
    assertThat(desk.ask(state().hasStatus(204)).status()).isEqualTo(Status.FAILED);
    for (int silent : new int[] {302, 401, 403, 429}) {
      status = silent;
      assertThat(desk.ask(state().hasStatus(204)).status())
          .as("status %s", silent)
          .isEqualTo(Status.INCONCLUSIVE);
    }
    assertThat(desk.ask(state().hasStatus(429)).status()).isEqualTo(Status.PASSED);
    status = 503;
    assertThat(desk.ask(state().hasStatus(204)).status()).isEqualTo(Status.INCONCLUSIVE);
  }

  @Test
  void a_wrong_answer_is_told_with_what_was_expected() throws Exception {
    body = "{\"on\":false}";
    NamedCheck check = state().says("on", "true");
    Outcome outcome = desk.ask(check);

    assertThat(outcome.findings().get(0).text())
        .isEqualTo(
            """
            an endpoint does not answer as it should
              expected  status 2xx, and on is true: GET %1$s
              found     on is false
              fix       curl -i '%1$s'
              code      http.answer"""
                .formatted("http://127.0.0.1:" + server.getAddress().getPort() + "/state"));
    assertThat(check.plan(desk).get(0)).startsWith("GET http://127.0.0.1:");
    assertThatThrownBy(() -> state().says(" ", "x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nobody_there_is_inconclusive() throws Exception {
    HttpGet state = state();
    server.stop(0);
    assertThat(desk.ask(state.says("on", "true")).status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(desk.ask(state.hasStatus(404)).status()).isEqualTo(Status.INCONCLUSIVE);
  }
}
