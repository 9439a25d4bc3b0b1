package dev.gatehouse.dsl.operation;

import static dev.gatehouse.dsl.Gatehouse.value;
import static dev.gatehouse.dsl.GatehouseOperations.responseTime;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.dsl.Desk;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ResponseTimeTest {
  private static final Duration LIMIT = Duration.ofMillis(500);

  @TempDir Path directory = Path.of("");

  private final CountDownLatch over = new CountDownLatch(1);
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final String base;

  ResponseTimeTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    base = "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @BeforeEach
  void begin() {
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          if (path.equals("/never")) {
            await();
          }
          exchange.sendResponseHeaders(path.equals("/down") ? 503 : 200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write('x');
            body.flush();
            if (path.equals("/endless")) {
              await();
            }
          }
        });
    server.start();
  }

  private void await() {
    try {
      over.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void end() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private Outcome ask(String address) throws Exception {
    try (Desk desk = Desk.at(directory, "create table if not exists a(b)")) {
      NamedCheck check = responseTime(address).atMost(LIMIT);
      assertThat(check.plan(desk)).containsExactly("GET " + address + ", 2xx within 500 ms");
      return desk.ask(check);
    }
  }

  @Test
  @Timeout(20)
  void an_answer_in_time_passes_and_a_late_one_does_not() throws Exception {
    ask(base + "/up");
    assertThat(ask(base + "/up").status()).isEqualTo(Status.PASSED);
    for (String path : new String[] {"/never", "/endless"}) {
      long begun = System.nanoTime();
      assertThat(ask(base + path).findings().get(0).text())
          .isEqualTo(
              """
              an endpoint does not answer in time
                expected  an answer within 500 ms
                found     none by then
                fix       curl -o /dev/null -w '%%{time_total}' '%s'
                code      http.late"""
                  .formatted(base + path));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    }
  }

  @Test
  @Timeout(20)
  void an_answer_that_tells_of_trouble_fails_and_none_at_all_is_inconclusive() throws Exception {
    assertThat(ask(base + "/down").findings().get(0).text())
        .isEqualTo(
            """
            an endpoint does not answer as it should
              expected  status 2xx
              found     status 503
              fix       curl -i '%s'
              code      http.status"""
                .formatted(base + "/down"));
    server.stop(0);
    Outcome unreachable = ask(base + "/up");
    assertThat(unreachable.status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(unreachable.findings().get(0).text())
        .contains("found     ConnectException")
        .contains("code      http.unreachable");
  }

  @Test
  void an_address_that_is_none_or_holds_an_account_is_refused() {
    assertThatThrownBy(() -> responseTime("shop.example/health"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("begins with http(s)://host");
    assertThatThrownBy(() -> responseTime("https://me:secret@shop.example/"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("address holds an account: it would be printed with the check");
  }

  @Test
  void a_percentile_of_a_query_can_be_held_below_a_number() throws Exception {
    try (Desk desk = Desk.at(directory, "create table t as select 250 as ms")) {
      assertThat(desk.ask(value("select max(ms) from t").isAtMost(250)).status())
          .isEqualTo(Status.PASSED);
      assertThat(desk.ask(value("select -1e30 from t").isAtMost(0)).status())
          .isEqualTo(Status.PASSED);
      assertThat(desk.ask(value("select max(ms) from t").isAtMost(249)).findings().get(0).text())
          .startsWith("the query does not yield the value it should")
          .contains("expected  at most 249");
      assertThat(desk.ask(value("select max(ms) from t where 1 = 0").isAtMost(249)).status())
          .isEqualTo(Status.INCONCLUSIVE);
    }
  }
}
