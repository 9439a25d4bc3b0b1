package dev.gatehouse.examples;

import static dev.gatehouse.core.journal.Occasion.ENDED;
import static dev.gatehouse.core.journal.Occasion.FAILED;
import static dev.gatehouse.core.journal.Occasion.NOT_UNDONE;
import static dev.gatehouse.core.journal.Occasion.WAITING;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.rows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseTelling.on;
import static dev.gatehouse.dsl.GatehouseTelling.slack;
import static dev.gatehouse.dsl.GatehouseTelling.webhook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.sqlite.Sqlite;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever is not told by the run is told by {@code examples/run tell}. */
@Timeout(60)
class TellingTest {
  @TempDir Path work;
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private HttpServer server;

  @BeforeEach
  void listen() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          heard.add(new String(body, StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Path file(String name, String text) throws Exception {
    return Files.writeString(work.resolve(name), text + "\n");
  }

  private String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void whoever_is_left_is_told_afterwards() throws Exception {
    Secret channelUrl = Secret.of("slack", (base() + "/services/T0/B0/x").toCharArray());
    Secret endpoint = Secret.of("endpoint", (base() + "/hook").toCharArray());
    Secret key = Secret.of("endpoint key", "a key of thirty-two characters..".toCharArray());
    Path shop = work.resolve("shop.db");
    SampleShop.create(shop, 10);
    Plan plan =
        Plan.of(
            runbook("told", gate("Ready", rows("select 1 from orders").areAtLeast(1))),
            Sqlite.file("shop", shop));
    Runner runner = Runner.journalingTo(work.resolve("journals"));
    status = 503;
    Runner telling =
        runner.telling(
            slack(channelUrl).on(WAITING, FAILED, ENDED).mentioning("@channel", on(NOT_UNDONE)),
            webhook(endpoint).signedWith(key).on(ENDED));
    Run run = telling.start(plan);
    RunRecord record = run.toEnd();
    run.close();
    assertThat(RunText.recap(record)).contains("not-told=slack:1 not-told=webhook:1");

    status = 200;
    heard.clear();
    Path addresses = file("slack", base() + "/services/T0/B0/x");
    Path hook = file("hook", base() + "/hook");
    String journal = run.journal().toString();
    assertThat(Telling.run(List.of(journal, "--slack", addresses.toString()))).isEqualTo(5);
    assertThat(heard).hasSize(1).first().asString().contains("SUCCEEDED").doesNotContain("<!");
    assertThat(
            Telling.run(
                List.of(
                    journal,
                    "--webhook",
                    hook.toString(),
                    "--key",
                    file("key", "a key of thirty-two characters..").toString())))
        .isZero();
    assertThat(heard).hasSize(2);
    assertThat(Telling.run(List.of(journal))).isZero();
    assertThat(heard).hasSize(2);
    assertThatThrownBy(() -> Telling.run(List.of(journal, "--slack")))
        .hasMessageContaining("examples/run tell JOURNAL [--slack FILE]");
  }
}
