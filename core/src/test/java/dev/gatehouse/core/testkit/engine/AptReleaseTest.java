package dev.gatehouse.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptReleaseTest {

  @Test
  void package_lists_that_cannot_be_had_are_told_and_not_taken_for_empty(@TempDir Path work) {
    assumeThat(Programs.onPath("apt-get")).isPresent();
    AptRelease nowhere = AptRelease.at("bookworm", "http://127.0.0.1:1/debian", work);
    assertThatThrownBy(() -> nowhere.unpack(List.of("libaio1"), work))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("apt-get update in bookworm: ")
        .hasMessageContaining("127.0.0.1");
  }
}
