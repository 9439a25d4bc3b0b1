package dev.gatehouse.core.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WrappingTest {

  @Test
  void what_has_no_room_stands_below_a_fact_or_further_in() {
    assertThat(Wrapping.block("  found     one two three\n  = one two three\n", 19))
        .isEqualTo("  found     one two\n            three\n  = one two three\n");
    assertThat(Wrapping.block("  = one two three\n", 12)).isEqualTo("  = one two\n    three\n");
  }

  @Test
  void a_path_stays_whole_and_beside_its_name() {
    assertThat(Wrapping.lines("  journal   /a/very/long/path/to/it", 20))
        .containsExactly("  journal   /a/very/long/path/to/it");
    assertThat(Wrapping.lines("  at /a/very/long/path/to/it now", 20))
        .containsExactly("  at", "    /a/very/long/path/to/it", "    now");
  }

  @Test
  void colours_take_no_room_and_wide_characters_take_two() {
    assertThat(Wrapping.lines("\u001b[1m  a b\u001b[0m", 5)).hasSize(1);
    assertThat(Wrapping.lines("\u001b[1m  a b\u001b[0m", 4))
        .containsExactly("\u001b[1m  a", "    b\u001b[0m");
    assertThat(Wrapping.lines("  表表 表", 7)).containsExactly("  表表", "    表");
  }

  @Test
  void whatever_is_wrapped_keeps_all_its_words() {
    Random random = new Random(7);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder line = new StringBuilder(" ".repeat(random.nextInt(5)));
      for (int word = random.nextInt(12); word > 0; word--) {
        line.append("x".repeat(random.nextInt(9))).append(" ".repeat(random.nextInt(4)));
      }
      int columns = 1 + random.nextInt(40);
      String wrapped = String.join(" ", Wrapping.lines(line.toString(), columns));
      assertThat(wrapped.strip().split("\\s+")).isEqualTo(line.toString().strip().split("\\s+"));
    }
  }
}
