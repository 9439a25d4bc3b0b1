package dev.gatehouse.core.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class PointsTest {

  private static void work(Points points) {
    for (String point : List.of("begun", "written", "synced", "renamed")) {
      points.progress().reached(point);
    }
  }

  @Test
  void recording_tells_the_points_in_order() {
    Points points = Points.recording();
    work(points);
    assertThat(points.seen()).containsExactly("begun", "written", "synced", "renamed");
    assertThat(points.happened()).isFalse();
  }

  @Test
  void the_nth_point_throws_and_nothing_comes_after_it() {
    Points points = Points.throwingAt(3);
    assertThatThrownBy(() -> work(points))
        .isInstanceOf(Points.Thrown.class)
        .hasMessage("a fault at point synced");
    assertThat(points.seen()).containsExactly("begun", "written", "synced");
    assertThat(points.happened()).isTrue();
  }

  @Test
  void a_point_that_never_comes_did_not_happen() throws Exception {
    Points points = Points.throwingAt(5);
    work(points);
    assertThat(points.happened()).isFalse();
    assertThat(points.await(Duration.ofMillis(1))).isFalse();
  }

  @Test
  void the_nth_point_blocks_until_it_is_released() throws Exception {
    Points points = Points.blockingAt(2);
    Thread worker = new Thread(() -> work(points));
    worker.start();
    assertThat(points.await(Duration.ofSeconds(20))).isTrue();
    worker.join(100);
    assertThat(worker.isAlive()).isTrue();
    assertThat(points.seen()).containsExactly("begun", "written");
    points.release();
    worker.join();
    assertThat(points.seen()).hasSize(4);
  }

  @Test
  void the_nth_point_ends_the_process_as_kill_does() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Dying.class.getName())
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(Points.HALTED);
    assertThat(said).isEqualTo("began\n");
  }

  /** Says nothing at its end, because it does not get there: no finally, no shutdown hook. */
  static final class Dying {
    private Dying() {}

    public static void main(String[] arguments) {
      System.out.print("began\n");
      System.out.flush();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.print("hook\n")));
      try {
        work(Points.haltingAt(3));
      } finally {
        System.out.print("ended\n");
      }
    }
  }

  @Test
  void a_point_before_the_first_is_refused() {
    assertThatThrownBy(() -> Points.throwingAt(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nth is 0");
  }
}
