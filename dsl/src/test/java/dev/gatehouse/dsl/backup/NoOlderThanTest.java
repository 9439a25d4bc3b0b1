package dev.gatehouse.dsl.backup;

import static dev.gatehouse.dsl.Gatehouse.noOlderThan;
import static dev.gatehouse.dsl.Gatehouse.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Status;
import dev.gatehouse.dsl.Desk;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NoOlderThanTest {
  private static final Instant TAKEN = Instant.parse("2026-11-21T12:00:00Z");
  private Path directory;
  private final Step dump = note("dump");
  private final Check check = noOlderThan(Duration.ofMinutes(15), dump);
  private Desk desk;

  @BeforeEach
  void a_shop(@TempDir Path temporary) throws Exception {
    directory = temporary;
    desk = Desk.at(directory).told(dump, Evidence.at(TAKEN));
  }

  private Outcome after(Duration passed) throws Exception {
    return desk.at(TAKEN.plus(passed)).ask(check);
  }

  @Test
  void it_passes_up_to_the_limit_and_fails_beyond_it() throws Exception {
    assertThat(after(Duration.ZERO).status()).isEqualTo(Status.PASSED);
    assertThat(after(Duration.ofMinutes(15)).status()).isEqualTo(Status.PASSED);
    assertThat(after(Duration.ofMinutes(15).plusMillis(1)).status()).isEqualTo(Status.FAILED);
  }

  @Test
  void too_old_reads_like_this() throws Exception {
    assertThat(after(Duration.ofMinutes(40)).findings().get(0).text())
        .isEqualTo(
            """
            what 'dump' reported is too old
              expected  no older than 15m
              found     40m old, from 2026-11-21T12:00:00Z
              fix       start a new run, so that 'dump' is done afresh
              code      evidence.stale""");
  }

  @Test
  void no_evidence_and_evidence_from_the_future_are_inconclusive() throws Exception {
    assertThat(after(Duration.ofSeconds(-2)).status()).isEqualTo(Status.PASSED);
    assertThat(after(Duration.ofSeconds(-3)).status()).isEqualTo(Status.INCONCLUSIVE);
    assertThat(Desk.at(directory).ask(check).status()).isEqualTo(Status.INCONCLUSIVE);
  }

  @Test
  void it_stands_and_refers_to_its_step() {
    assertThat(check.standing()).isTrue();
    assertThat(check.refersTo()).containsExactly(dump);
    assertThat(check).hasToString("no older than 15m: dump");
  }

  @Test
  void a_limit_must_be_above_zero() {
    assertThatThrownBy(() -> noOlderThan(Duration.ZERO, dump))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
