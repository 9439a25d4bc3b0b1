package dev.gatehouse.dsl.file;

import static dev.gatehouse.dsl.GatehouseOperations.lines;
import static java.time.Duration.ofMinutes;
import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.dsl.Desk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Errors of a log are counted by their time, and a log that does not tell is no pass. */
class LogLinesTest {
  private static final Instant NOW = Instant.parse("2026-11-30T02:00:00Z");

  private Path work;
  private Path log;

  @BeforeEach
  void a_log(@TempDir Path temporary) {
    work = temporary;
    log = temporary.resolve("laravel.log");
  }

  private void log(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(NOW));
  }

  private void log(String text) throws IOException {
    log(log, text);
  }

  private Outcome ask(NamedCheck check) throws Exception {
    try (Desk desk = Desk.at(work).at(NOW)) {
      return desk.ask(check);
    }
  }

  private NamedCheck noErrors() {
    return lines(log).since(ofMinutes(10)).inZone(UTC).matching("ERROR").none();
  }

  private String code(Outcome outcome) {
    return outcome.status() + " " + outcome.findings().get(0).code();
  }

  private static final String OLD = "[2026-11-30 01:40:00] production.ERROR: of before\n";
  private static final String GOOD = "[2026-11-30 01:59:00] production.INFO: well\n";
  private static final String BAD = "[2026-11-30 01:58:00] production.ERROR: it broke\n";

  @Test
  void errors_of_the_last_minutes_fail_and_older_ones_do_not() throws Exception {
    log(OLD + GOOD);
    assertThat(ask(noErrors()).status()).isEqualTo(Status.PASSED);
    log(OLD + BAD + GOOD);
    Outcome outcome = ask(noErrors());
    assertThat(outcome.findings().get(0).text().replace(work.toString(), ""))
        .isEqualTo(
            """
            the log does not have the lines it should
              expected  0 since 2026-11-30T01:50:00Z
              found     1
                        [2026-11-30 01:58:00] production.ERROR: it broke
              fix       read it: /laravel.log
              code      log.lines""");
    assertThat(
            ask(lines(log).since(Instant.parse("2026-11-30T01:58:30Z")).inZone(UTC).none())
                .findings()
                .get(0)
                .found())
        .startsWith("1\n");
  }

  @Test
  void what_has_no_stamp_belongs_to_the_line_before_it() throws Exception {
    log(OLD + "  at ERROR.old(1)\n" + GOOD + "  at ERROR.new(1)\n");
    assertThat(ask(noErrors()).findings().get(0).found()).contains("ERROR.new").startsWith("1\n");
  }

  @Test
  void stamps_are_read_as_logs_have_them() throws Exception {
    for (String stamp :
        new String[] {
          "2026-11-30T01:58:00Z",
          "2026-11-30T01:58:00.123456789Z",
          "2026-11-30 01:58:00,123 UTC",
          "2026-11-29T20:58:00-05:00",
          "2026-11-30 02:58:00+0100",
          "{\"level\":\"x\",\"time\":\"2026-11-30T03:58:00+02\"}"
        }) {
      log("2026-11-30T01:00:00Z begin\n" + stamp + " ERROR\n");
      assertThat(ask(lines(log).since(ofMinutes(10)).matching("ERROR").none()).status())
          .as(stamp)
          .isEqualTo(Status.FAILED);
      assertThat(ask(lines(log).since(ofMinutes(1)).matching("ERROR").none()).status())
          .as(stamp)
          .isEqualTo(Status.PASSED);
    }
  }

  @Test
  void a_log_that_is_missing_or_none_is_no_pass() throws Exception {
    assertThat(code(ask(noErrors()))).isEqualTo("INCONCLUSIVE log.unread");
    Files.createDirectory(log);
    assertThat(code(ask(noErrors()))).isEqualTo("INCONCLUSIVE log.unread");
    Files.delete(log);
    Files.createSymbolicLink(log, Path.of("nowhere"));
    assertThat(code(ask(noErrors()))).isEqualTo("INCONCLUSIVE log.unread");
  }

  @Test
  void a_rotated_log_is_told_until_what_it_was_rotated_to_is_named() throws Exception {
    log(GOOD);
    assertThat(code(ask(noErrors()))).isEqualTo("INCONCLUSIVE log.begins-later");
    log("");
    assertThat(code(ask(noErrors()))).isEqualTo("INCONCLUSIVE log.begins-later");
    log(GOOD);
    Path rotated = work.resolve("laravel.log.1");
    log(rotated, OLD + BAD);
    NamedCheck both = lines(log, rotated).since(ofMinutes(10)).inZone(UTC).matching("ERROR").none();
    assertThat(ask(both).status()).isEqualTo(Status.FAILED);
    log(rotated, OLD + GOOD);
    assertThat(ask(both).status()).isEqualTo(Status.PASSED);
    Files.delete(rotated);
    assertThat(ask(both).status()).isEqualTo(Status.INCONCLUSIVE);
  }

  /** More lines could only make it worse, or no better. */
  @Test
  void what_a_rotated_log_has_is_enough_where_the_rest_does_not_matter() throws Exception {
    log(BAD + GOOD);
    assertThat(ask(noErrors()).status()).isEqualTo(Status.FAILED);
    LogLines all = lines(log).since(ofMinutes(10)).inZone(UTC);
    assertThat(ask(all.areAtLeast(2)).status()).isEqualTo(Status.PASSED);
    assertThat(ask(all.areAtLeast(3)).status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(ask(all.areAtMost(2)).status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(ask(all.areAtMost(1)).status()).isEqualTo(Status.FAILED);
    assertThatThrownBy(() -> all.areAtMost(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stamps_that_do_not_tell_the_moment_are_no_pass() throws Exception {
    log(OLD + GOOD);
    NamedCheck zoneless = lines(log).since(ofMinutes(10)).matching("ERROR").none();
    assertThat(code(ask(zoneless))).isEqualTo("INCONCLUSIVE log.zone");
    log("ERROR without a time\n");
    assertThat(code(ask(noErrors()))).isEqualTo("INCONCLUSIVE log.stamps");
    log("ERROR before all stamps\n" + GOOD);
    assertThat(code(ask(noErrors()))).isEqualTo("INCONCLUSIVE log.stamps");
  }

  /** A log in another zone than said would hide its errors in the past. */
  @Test
  void a_log_of_another_zone_is_noticed() throws Exception {
    log("[2026-11-29 20:40:00] INFO\n[2026-11-29 20:59:59] production.ERROR: new\n");
    assertThat(code(ask(noErrors()))).isEqualTo("INCONCLUSIVE log.clock");
    log("[2026-11-30 01:40:00] INFO\n[2026-11-30 07:00:00] INFO\n");
    assertThat(code(ask(noErrors()))).isEqualTo("INCONCLUSIVE log.clock");
    // a log that nobody has written to since
    log("[2026-11-29 20:40:00] INFO\n[2026-11-29 20:59:59] production.ERROR: old\n");
    Files.setLastModifiedTime(log, FileTime.from(Instant.parse("2026-11-29T21:00:00Z")));
    assertThat(ask(noErrors()).status()).isEqualTo(Status.PASSED);
  }

  @Test
  void the_hour_that_comes_twice_is_counted() throws Exception {
    Instant after = Instant.parse("2026-10-25T01:10:00Z"); // 02:10 for the second time
    Files.writeString(log, "2026-10-25 01:00:00 INFO\n2026-10-25 02:05:00 ERROR\n");
    Files.setLastModifiedTime(log, FileTime.from(after.minus(Duration.ofHours(1))));
    NamedCheck check =
        lines(log).since(ofMinutes(10)).inZone(ZoneId.of("Europe/Berlin")).matching("ERROR").none();
    try (Desk desk = Desk.at(work).at(after)) {
      assertThat(desk.ask(check).status()).isEqualTo(Status.FAILED);
    }
  }

  @Test
  void a_long_log_is_read_from_its_end() throws Exception {
    StringBuilder text = new StringBuilder(OLD);
    for (int i = 0; i < 40_000; i++) {
      text.append("[2026-11-30 01:40:01] production.INFO: of a long and busy day in the shop\n");
    }
    for (int i = 0; i < 40_000; i++) {
      text.append("[2026-11-30 01:55:00] production.ERROR: of a long and busy day in the shop\n");
    }
    log(text.toString());
    assertThat(ask(noErrors()).proof().orElseThrow().fact("lines")).contains("40000");
  }

  /** A date that an entry is about, such as in a query it prints, is not when it was written. */
  @Test
  void a_date_within_an_entry_is_no_stamp() throws Exception {
    log(
        OLD
            + GOOD
            + "  update orders set paid = '2026-11-01 10:00:00'\n"
            + "  ERROR: deadlock detected\n");
    assertThat(ask(noErrors()).status()).isEqualTo(Status.FAILED);
    log(GOOD + "  update orders set paid = '2026-11-01 10:00:00'\n");
    assertThat(code(ask(noErrors()))).isEqualTo("INCONCLUSIVE log.begins-later");
  }

  private static final String ORDER =
      "a\",\"context\":{\"date\":\"2026-11-01T10:00:00Z\"},\"channel\":\"b";

  /** Monolog, Bunyan and others write the moment behind the message, however long that is. */
  @Test
  void a_stamp_of_json_is_found_by_its_name() throws Exception {
    String begin = "{\"message\":\"a\",\"datetime\":\"2026-11-30T01:00:00+00:00\"}\n";
    String end = "{\"message\":\"z\",\"datetime\":\"2026-11-30T01:59:00+00:00\"}\n";
    for (String message :
        new String[] {"x".repeat(300), "paid 2026-11-01 10:00:00 by card", ORDER}) {
      for (String key : new String[] {"datetime", "@timestamp", "time", "ts"}) {
        String error = "\",\"level_name\":\"ERROR\",\"" + key + "\" : \"2026-11-30T01:58:00Z\"}\n";
        log(begin + "{\"message\":\"" + message + error + end);
        assertThat(ask(noErrors()).status()).as(key).isEqualTo(Status.FAILED);
      }
    }
  }
}
