package dev.gatehouse.dsl.tell;

import static dev.gatehouse.core.journal.Occasion.BEGAN;
import static dev.gatehouse.core.journal.Occasion.ENDED;
import static dev.gatehouse.core.journal.Occasion.NOT_UNDONE;
import static dev.gatehouse.core.journal.Occasion.SUCCEEDED;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.noRows;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.GatehouseTelling.on;
import static dev.gatehouse.dsl.GatehouseTelling.program;
import static dev.gatehouse.dsl.GatehouseTelling.slack;
import static dev.gatehouse.dsl.GatehouseTelling.webhook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.report.Checklist;
import dev.gatehouse.core.report.RunJson;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.tell.Channel;
import dev.gatehouse.dsl.Desk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ChannelsTest {
  private static final String HOSTILE = "<!channel> & @here \u202e ::error::x `<b>`";

  @TempDir Path directory;
  Sink sink;
  Target shop;

  @BeforeEach
  void open() throws Exception {
    sink = new Sink();
    shop = Desk.shop(directory.resolve("shop.db"));
  }

  @AfterEach
  void close() {
    sink.close();
  }

  private static Runbook book(String name) {
    return runbook(name, gate("Ready", noRows("nothing made", "select x from made")));
  }

  private Runner runner(Channel... channels) {
    return Runner.journalingTo(directory.resolve("journals")).startedBy("ann").telling(channels);
  }

  private RunRecord run(String name, Channel... channels) {
    return runner(channels).run(Plan.of(book(name), shop));
  }

  private static Finding why(RunRecord record, String channel) {
    return Objects.requireNonNull(record.notices().left().get(channel)).why().orElseThrow();
  }

  /** In no file the run left, and in no text about it. */
  private void requireNoCanary(RunRecord record) throws Exception {
    assertThat(RunText.recap(record) + RunText.failure(record)).doesNotContain(Sink.CANARY);
    assertThat(RunJson.of(record, "") + Checklist.filled(record, "")).doesNotContain(Sink.CANARY);
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(Sink.CANARY);
      }
    }
  }

  @Test
  void a_webhook_is_told_everything_signed() throws Exception {
    Secret key = Secret.of("webhook key", "0123456789abcdef-key".toCharArray());
    RunRecord record = run("shop", webhook(sink.at("/hook")).signedWith(key));
    assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(record.notices().pending()).isEmpty();
    List<String> ids =
        sink.of("/hook").stream()
            .flatMap(request -> request.notices().stream())
            .map(notice -> (String) notice.get("id"))
            .toList();
    assertThat(ids).hasSize(2).doesNotHaveDuplicates();
    for (Sink.Request request : sink.of("/hook")) {
      assertThat(request.signature())
          .isEqualTo("v1=" + Webhook.hmac(key, request.time() + "." + request.body()));
      assertThat(Instant.ofEpochSecond(Long.parseLong(request.time())))
          .isCloseTo(Instant.now(), org.assertj.core.api.Assertions.within(Duration.ofMinutes(2)));
    }
    requireNoCanary(record);
  }

  /** RFC 4231, test case 2: what others compute. */
  @Test
  void the_signature_is_the_one_that_others_compute() {
    assertThat(Webhook.hmac(Secret.of("key", "Jefe".toCharArray()), "what do ya want for nothing?"))
        .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  @Test
  void whoever_hangs_drips_is_busy_or_redirects_delays_nobody_and_is_named() throws Exception {
    try (Sink other = new Sink()) {
      sink.elsewhere = other.base() + "/other";
      Plan plan = Plan.of(book("shop"), shop);
      long begun;
      RunRecord record;
      try (Run run =
          runner(
                  webhook(sink.at("/hang")).named("hang").on(ENDED),
                  webhook(sink.at("/drip")).named("drip").on(ENDED),
                  webhook(sink.at("/busy")).named("busy").on(ENDED),
                  webhook(sink.at("/redirect")).named("redirect").on(ENDED),
                  webhook(sink.at("/fine")).named("fine").on(BEGAN))
              .start(plan)) {
        begun = System.nanoTime();
        record = run.toEnd();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
        begun = System.nanoTime();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(7));
      assertThat(record.state()).isEqualTo(RunState.SUCCEEDED);
      assertThat(record.notices().left()).containsOnlyKeys("hang", "drip", "busy", "redirect");
      assertThat(RunText.recap(record)).contains("not-told=hang:1");
      assertThat(other.requests).isEmpty();
      requireNoCanary(record);
    }
  }

  @Test
  void what_was_not_taken_is_told_together_later() throws Exception {
    sink.status = 503;
    Channel hook = webhook(sink.at("/switch"));
    Plan plan = Plan.of(book("shop"), shop);
    Run run = runner(hook).start(plan);
    RunRecord record = run.toEnd();
    run.close();
    assertThat(why(record, "webhook").text())
        .startsWith("'webhook /switch' does not take a notice")
        .contains("found     status 503");
    sink.status = 200;
    int before = sink.requests.size();
    RunRecord told = runner(hook).tell(run.journal(), Duration.ofSeconds(20));
    assertThat(told.notices().left()).isEmpty();
    assertThat(sink.requests).hasSize(before + 1);
    assertThat(sink.requests.get(before).notices()).hasSize(2);
    requireNoCanary(told);
  }

  @Test
  void a_permanent_refusal_is_asked_once_in_plain_text_and_passed() throws Exception {
    RunRecord record =
        run(
            "shop",
            webhook(sink.at("/plain-only")).named("plain").on(ENDED),
            webhook(sink.at("/gone")).named("gone").on(ENDED));
    assertThat(sink.of("/plain-only")).hasSize(2);
    assertThat(sink.of("/plain-only").get(1).body()).startsWith("shop on shop (SQLite");
    assertThat(sink.of("/gone")).hasSize(2);
    assertThat(record.notices().pending()).isEmpty();
    assertThat(record.remarks())
        .extracting(RunRecord.Remark::text)
        .containsExactly(
            "channel 'gone' was not told of 1 notices: 'webhook /gone' does not take a notice,"
                + " status 404");
    requireNoCanary(record);
  }

  @Test
  void nothing_that_slack_is_told_mentions_anybody_but_who_is_to_be() {
    run(
        HOSTILE,
        slack(sink.at("/slack"))
            .on(ENDED)
            .mentioning("@channel", on(NOT_UNDONE))
            .mentioning("@U024BE7LH", on(SUCCEEDED)));
    Map<String, Object> message = sink.of("/slack").get(0).json();
    String text = String.valueOf(message.get("text"));
    assertThat(text).startsWith("<@U024BE7LH> &lt;!channel&gt; &amp; @here \\u202e ::error::x");
    assertThat(text.substring(12)).doesNotContain("<", ">");
    assertThat(message).containsEntry("parse", "none").containsEntry("link_names", false);
    assertThatThrownBy(() -> slack(sink.at("/slack")).mentioning("@ann"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("@channel, @here, @everyone, or the id of a person");
  }

  @Test
  void a_program_is_told_on_its_standard_input() throws Exception {
    Path file = directory.resolve("mail.txt");
    RunRecord record =
        run(
            "shop",
            program("sh", "-c", "cat >> '" + file + "'").on(ENDED),
            program("sh", "-c", "exit 3").named("broken").on(ENDED));
    assertThat(Files.readString(file)).startsWith("shop on shop (SQLite").contains("SUCCEEDED");
    assertThat(why(record, "broken").found()).isEqualTo("exit code 3");
  }

  @Test
  void addresses_that_anybody_could_read_on_the_way_are_refused_without_showing_them() {
    for (String address :
        List.of("http://hooks.example/x", "ftp://x", "https://", "https://a b/" + Sink.CANARY)) {
      assertThatThrownBy(() -> webhook(Secret.of("hook", address.toCharArray())))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("secret 'hook' is no address")
          .hasMessageNotContaining(Sink.CANARY);
    }
  }
}
