package dev.gatehouse.dsl.operation;

import static dev.gatehouse.dsl.GatehouseOperations.gauge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.model.NamedCheck;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.dsl.Desk;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers from elsewhere hold a run back as those of the database do. */
class GaugeTest {
  @TempDir Path directory = Path.of("");

  private Status status(NamedCheck check) throws Exception {
    try (Desk desk = Desk.at(directory, "create table if not exists t(x)")) {
      assertThat(check.plan(desk)).containsExactly(check.name());
      return desk.ask(check).status();
    }
  }

  @Test
  void a_number_is_compared_with_its_bounds() throws Exception {
    assertThat(status(gauge("load", () -> 2.5).isAtMost(3))).isEqualTo(Status.PASSED);
    assertThat(status(gauge("load", () -> 3.01).isAtMost(3))).isEqualTo(Status.FAILED);
    assertThat(status(gauge("free", () -> 3L).isAtLeast(3))).isEqualTo(Status.PASSED);
    assertThat(status(gauge("free", () -> 2L).isAtLeast(3))).isEqualTo(Status.FAILED);
    assertThat(status(gauge("length", () -> 4).isBetween(1, 4))).isEqualTo(Status.PASSED);
    assertThat(status(gauge("length", () -> 5).isBetween(1, 4))).isEqualTo(Status.FAILED);
  }

  @Test
  void it_fails_in_these_words() throws Exception {
    try (Desk desk = Desk.at(directory, "create table if not exists t(x)")) {
      assertThat(
              desk.ask(gauge("load of the host", () -> 9.5).isAtMost(8)).findings().get(0).text())
          .isEqualTo(
              """
              'load of the host' is not as it should be
                expected  at most 8
                found     9.5
                fix       find out what makes it so before going on
                code      gauge.value""");
    }
  }

  @Test
  void what_is_no_number_is_no_pass() throws Exception {
    assertThat(status(gauge("load", () -> Double.NaN).isAtMost(3))).isEqualTo(Status.INCONCLUSIVE);
    assertThat(status(gauge("load", () -> Double.POSITIVE_INFINITY).isAtLeast(3)))
        .isEqualTo(Status.INCONCLUSIVE);
    Callable<Number> broken =
        () -> {
          throw new IOException("the agent is away");
        };
    // of which the run makes INCONCLUSIVE, as of any check's
    assertThatThrownBy(() -> status(gauge("load", broken).isAtMost(3)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void the_load_of_this_machine_is_one() throws Exception {
    var system = ManagementFactory.getOperatingSystemMXBean();
    assertThat(status(gauge("load", system::getSystemLoadAverage).isAtLeast(0)))
        .isEqualTo(Status.PASSED);
    assertThat(status(gauge("load", system::getSystemLoadAverage).isAtMost(-1)))
        .isEqualTo(Status.FAILED);
  }

  @Test
  void it_wants_a_name() {
    assertThatThrownBy(() -> gauge(" ", () -> 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
