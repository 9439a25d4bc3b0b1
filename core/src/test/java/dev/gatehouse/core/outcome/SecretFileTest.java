package dev.gatehouse.core.outcome;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
  @TempDir Path directory;

  @Test
  void one_line_is_the_secret() throws IOException {
    for (String written :
        new String[] {
          "p\u00e4ss w\u00f8rd ", "p\u00e4ss w\u00f8rd \n", "p\u00e4ss w\u00f8rd \r\n"
        }) {
      Path file = Files.writeString(directory.resolve("shop-password"), written);
      try (Secret secret = Secret.fromFile(file)) {
        assertThat(secret.<String>reveal(String::new)).isEqualTo("p\u00e4ss w\u00f8rd ");
        assertThat(secret.label()).isEqualTo("shop-password");
      }
    }
  }

  @Test
  void what_is_no_line_is_refused_and_not_shown() throws IOException {
    refused("", "nothing");
    refused("\n", "nothing");
    refused("hush\n\n", "more than one line");
    refused("hush\rhush", "more than one line");
    refused("hush\0", "more than one line");
    refused("\uFEFFhush", "a byte order mark");
    refused("hush".repeat(20_000), "more than 65536 bytes");
    Files.write(directory.resolve("f"), "h\u00fcsh".getBytes(ISO_8859_1));
    refused(directory.resolve("f"), "no UTF-8");
    refused(directory.resolve("none"), "NoSuchFileException");
    refused(directory, "IOException");
  }

  private void refused(String written, String found) throws IOException {
    refused(Files.writeString(directory.resolve("f"), written), found);
  }

  private static void refused(Path file, String found) {
    assertThatThrownBy(() -> Secret.fromFile(file))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(found)
        .message()
        .doesNotContain("hush")
        .doesNotContain("h\u00fcsh");
  }
}
