package dev.gatehouse.postgres.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Lines of any size in pieces of any size, against a reading that takes them whole. */
class CopyTextTest {
  private static final List<String> COLUMNS = List.of("id", "note");

  private static String model(List<byte[]> lines) throws Exception {
    BigInteger sum = BigInteger.ZERO;
    for (byte[] line : lines) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(line);
      sum = sum.add(new BigInteger(1, digest)).mod(BigInteger.ONE.shiftLeft(256));
    }
    String names =
        String.format(
            "%064x",
            new BigInteger(
                1,
                MessageDigest.getInstance("SHA-256")
                    .digest("id\0note".getBytes(StandardCharsets.UTF_8))));
    return "%s(%s):%064x".formatted(CopyText.ALGORITHM, names.substring(0, 16), sum);
  }

  private static byte[] line(Random random) {
    byte[] line = new byte[random.nextInt(5) == 0 ? random.nextInt(3_000) : random.nextInt(12)];
    random.nextBytes(line);
    for (int i = 0; i < line.length; i++) {
      // Neighbours of a line end, and what ends a dump's rows when it stands alone.
      line[i] =
          switch (random.nextInt(6)) {
            case 0 -> 0x0b;
            case 1 -> 0x09;
            case 2 -> '\\';
            case 3 -> '.';
            default -> line[i] == '\n' ? (byte) 0x8a : line[i];
          };
    }
    return line.length == 2 && line[0] == '\\' && line[1] == '.' ? new byte[] {'.'} : line;
  }

  @Test
  void the_rows_are_those_between_line_ends() throws Exception {
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      List<byte[]> lines = new ArrayList<>();
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      for (int i = random.nextInt(30); i > 0; i--) {
        byte[] line = line(random);
        lines.add(line);
        text.write(line);
        text.write('\n');
      }
      boolean dump = random.nextBoolean();
      text.writeBytes(dump ? "\\.\n\n\n".getBytes(StandardCharsets.UTF_8) : new byte[0]);
      CopyText rows = new CopyText(COLUMNS);
      byte[] all = text.toByteArray();
      for (int at = 0; at < all.length; ) {
        int piece = Math.min(all.length - at, 1 + random.nextInt(random.nextBoolean() ? 9 : 4_000));
        rows.write(all, at, piece);
        at += piece;
      }
      assertThat(rows.rows()).as("seed %s", seed).isEqualTo(lines.size());
      assertThat(rows.digest()).as("seed %s", seed).isEqualTo(model(lines));
      assertThat(rows.ended()).as("seed %s", seed).isEqualTo(dump);
    }
  }

  private static CopyText of(String text) throws IOException {
    CopyText rows = new CopyText(COLUMNS);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    rows.write(bytes, 0, bytes.length);
    return rows;
  }

  @Test
  void what_is_no_whole_text_has_no_digest() throws Exception {
    assertThatThrownBy(() -> of("1\ta\n2\tb").digest()).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> of("1\n\\.\n\n2\n")).isInstanceOf(IOException.class);
    assertThat(of("1\n\\.").ended()).isFalse();
    assertThat(of("1\n").ended()).isFalse();
    assertThat(of("\n\n").rows()).as("rows of a table without columns").isEqualTo(2);
  }
}
