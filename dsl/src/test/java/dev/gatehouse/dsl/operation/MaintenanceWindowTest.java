package dev.gatehouse.dsl.operation;

import static dev.gatehouse.dsl.GatehouseOperations.maintenanceWindow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.dsl.BentSqlite;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaintenanceWindowTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private Path directory;
  private Desk desk;

  @BeforeEach
  void a_shop(@TempDir Path temporary) throws SQLException {
    directory = temporary;
    desk = Desk.at(directory);
  }

  @AfterEach
  void close() throws SQLException {
    desk.close();
  }

  private Outcome at(String moment, MaintenanceWindow window) throws Exception {
    return desk.at(Instant.parse(moment)).ask(window);
  }

  private static int minutesOpen(MaintenanceWindow window, Desk desk, String from, int hours)
      throws Exception {
    int open = 0;
    for (int minute = 0; minute < hours * 60; minute++) {
      desk.at(Instant.parse(from).plus(Duration.ofMinutes(minute)));
      open += desk.ask(window).status() == Status.PASSED ? 1 : 0;
    }
    return open;
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T01:59:59.999999999Z, WAITING, 2026-11-21T02:00:00Z",
    "2026-11-21T02:00:00Z,           PASSED,",
    "2026-11-21T03:59:59.999999999Z, PASSED,",
    "2026-11-21T04:00:00Z,           WAITING, 2026-11-22T02:00:00Z",
    "2026-11-21T04:59:00Z,           WAITING, 2026-11-22T02:00:00Z",
  })
  void it_is_half_open_and_says_when_it_opens_next(String moment, Status status, Instant next)
      throws Exception {
    Outcome outcome = at(moment, maintenanceWindow("02:00", "04:00", ZoneOffset.UTC));
    assertThat(outcome.status()).isEqualTo(status);
    if (outcome instanceof Outcome.Waiting waiting) {
      assertThat(waiting.recheckAt()).isEqualTo(next);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T22:59:00Z, WAITING",
    "2026-11-21T23:00:00Z, PASSED",
    "2026-11-22T00:59:00Z, PASSED",
    "2026-11-22T01:00:00Z, WAITING"
  })
  void it_may_cross_midnight(String moment, Status status) throws Exception {
    assertThat(at(moment, maintenanceWindow("23:00", "01:00", ZoneOffset.UTC)).status())
        .isEqualTo(status);
  }

  @Test
  void a_window_across_midnight_belongs_to_the_day_on_which_it_begins() throws Exception {
    var saturdays = maintenanceWindow("23:00", "01:00", ZoneOffset.UTC).on(DayOfWeek.SATURDAY);
    assertThat(at("2026-11-22T00:30:00Z", saturdays).status()).isEqualTo(Status.PASSED);
    assertThat(at("2026-11-21T00:30:00Z", saturdays))
        .isInstanceOfSatisfying(
            Outcome.Waiting.class,
            waiting -> assertThat(waiting.recheckAt()).isEqualTo("2026-11-21T23:00:00Z"));
    assertThat(saturdays).hasToString("maintenance window 23:00-01:00 Z on [SATURDAY]");
  }

  @Test
  void it_lasts_one_hour_where_the_clock_is_put_forward() throws Exception {
    var window = maintenanceWindow("02:00", "04:00", BERLIN);
    assertThat(minutesOpen(window, desk, "2026-03-28T12:00:00Z", 24)).isEqualTo(60);
    assertThat(at("2026-03-29T00:59:00Z", window))
        .isInstanceOfSatisfying(
            Outcome.Waiting.class,
            waiting -> {
              assertThat(waiting.recheckAt()).isEqualTo("2026-03-29T01:00:00Z");
              assertThat(waiting.reason())
                  .isEqualTo(
                      "window 02:00-04:00 Europe/Berlin opens 2026-03-29T03:00+02:00"
                          + " Europe/Berlin");
            });
    assertThat(at("2026-03-29T02:00:00Z", window).status()).isEqualTo(Status.WAITING);
  }

  @Test
  void it_lasts_three_hours_where_the_clock_is_put_back() throws Exception {
    var window = maintenanceWindow("02:00", "04:00", BERLIN);
    assertThat(minutesOpen(window, desk, "2026-10-24T12:00:00Z", 24)).isEqualTo(180);
    assertThat(at("2026-10-25T00:00:00Z", window))
        .isInstanceOfSatisfying(
            Outcome.Passed.class,
            passed -> assertThat(passed.evidence().fact("remaining")).contains("3h"));
    assertThat(minutesOpen(window, desk, "2026-10-25T12:00:00Z", 24)).isEqualTo(120);
  }

  @Test
  void a_window_within_the_missing_hour_does_not_open_that_day() throws Exception {
    var window = maintenanceWindow("02:15", "02:45", BERLIN);
    assertThat(at("2026-03-29T00:00:00Z", window))
        .isInstanceOfSatisfying(
            Outcome.Waiting.class,
            waiting -> assertThat(waiting.recheckAt()).isEqualTo("2026-03-30T00:15:00Z"));
  }

  @Test
  void a_window_within_the_repeated_hour_opens_twice_and_is_closed_between() throws Exception {
    var window = maintenanceWindow("02:15", "02:45", BERLIN);
    assertThat(at("2026-10-25T00:20:00Z", window).status()).isEqualTo(Status.PASSED);
    assertThat(at("2026-10-25T00:50:00Z", window))
        .isInstanceOfSatisfying(
            Outcome.Waiting.class,
            waiting -> assertThat(waiting.recheckAt()).isEqualTo("2026-10-25T01:15:00Z"));
    assertThat(at("2026-10-25T01:20:00Z", window).status()).isEqualTo(Status.PASSED);
  }

  @Test
  void headroom_closes_it_early_and_skips_days_too_short_for_it() throws Exception {
    var window = maintenanceWindow("02:00", "04:00", BERLIN).withHeadroom(Duration.ofMinutes(90));
    assertThat(at("2026-11-21T01:30:00Z", window).status()).isEqualTo(Status.PASSED);
    assertThat(at("2026-11-21T01:30:00.001Z", window).status()).isEqualTo(Status.WAITING);
    assertThat(at("2026-03-29T00:00:00Z", window))
        .isInstanceOfSatisfying(
            Outcome.Waiting.class,
            waiting -> assertThat(waiting.recheckAt()).isEqualTo("2026-03-30T00:00:00Z"));
  }

  @Test
  void headroom_that_no_day_offers_is_refused_while_planning() {
    var window = maintenanceWindow("02:00", "04:00", BERLIN).withHeadroom(Duration.ofHours(5));
    assertThatThrownBy(() -> window.plan(desk))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("window.never");
  }

  @Test
  void a_server_whose_clock_is_off_by_more_than_two_seconds_is_inconclusive() throws Exception {
    Path file = directory.resolve("shop.db");
    var always = maintenanceWindow("00:00", "23:59:59.999999999", ZoneOffset.UTC);
    for (long seconds : new long[] {10, -10}) {
      try (Desk skewed =
          Desk.reading(BentSqlite.withClockOff(file, Duration.ofSeconds(seconds)))
              .at(Instant.now())) {
        Outcome outcome = skewed.ask(always);
        assertThat(outcome.status()).isEqualTo(Status.INCONCLUSIVE);
        assertThat(outcome.findings().get(0).code()).isEqualTo("window.clock-skew");
      }
    }
    try (Desk right =
        Desk.reading(BentSqlite.withClockOff(file, Duration.ZERO)).at(Instant.now())) {
      assertThat(right.ask(always).status()).isEqualTo(Status.PASSED);
    }
  }

  @Test
  void it_stands_until_the_last_change() {
    assertThat(maintenanceWindow("02:00", "04:00", BERLIN).standing()).isTrue();
  }

  @Test
  void hours_that_make_no_window_are_misuse() {
    assertThatThrownBy(() -> maintenanceWindow("02:00", "02:00", BERLIN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> maintenanceWindow("2am", "04:00", BERLIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("from is '2am'");
  }
}
