package dev.gatehouse.core.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class FullDiskTest {
  @TempDir Path directory = Path.of("");

  @Test
  void a_small_disk_is_full_when_it_is_full_and_whole_again_when_room_is_made() throws Exception {
    Path small = Files.createDirectory(directory.resolve("small"));
    Optional<FullDisk> mounted = FullDisk.mount(small, 64 << 10);
    assumeThat(mounted)
        .as("NOT TESTED: a full disk within this process needs the right to mount a tmpfs")
        .isPresent();
    try (FullDisk disk = mounted.orElseThrow()) {
      Path ballast = disk.fillBut(4_096);
      assertThat(disk.free()).isLessThan(8_192);
      assertThatThrownBy(() -> Files.write(disk.directory().resolve("f"), new byte[8_193]))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("No space left on device");
      Files.delete(ballast);
      Files.write(disk.directory().resolve("f"), new byte[8_193]);
    }
    assertThat(small).as("unmounted").isEmptyDirectory();
    Files.write(small.resolve("f"), new byte[1 << 20]);
  }

  @Test
  void a_limited_process_can_write_so_much_and_is_told_and_not_killed() throws Exception {
    Path file = directory.resolve("limited");
    Process process =
        new ProcessBuilder(
                FullDisk.limited(
                    10_000,
                    List.of("sh", "-c", "head -c 20000 /dev/zero > \"$1\"", "sh", file.toString())))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(said).contains("File too large");
    assertThat(Files.size(file)).isEqualTo(10_000 / 512 * 512);
  }

  @Test
  void a_limited_process_keeps_its_arguments() throws Exception {
    Process process =
        new ProcessBuilder(FullDisk.limited(512, List.of("printf", "%s|", "a b", "$x", "'")))
            .start();
    assertThat(process.getInputStream().readAllBytes()).asString().isEqualTo("a b|$x|'|");
  }
}
