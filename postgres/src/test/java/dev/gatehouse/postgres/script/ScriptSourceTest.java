package dev.gatehouse.postgres.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.script.ScriptPiece.CopyBlock;
import dev.gatehouse.postgres.script.ScriptPiece.Statement;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScriptSourceTest {

  @Test
  void what_no_text_of_postgresql_holds_is_refused() throws IOException {
    assertThatThrownBy(() -> statements("SELECT 1;\nSELECT \0 2;".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            a script holds a NUL character
              expected  statements that one transaction can hold
              found     x.sql:2
              fix       remove it; no text of PostgreSQL has one
              code      script.malformed""");
    byte[] latin = "SELECT 1;\nSELECT 'caf\u00e9';".getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> statements(latin))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("a statement is not UTF-8")
        .hasMessageContaining("x.sql:2");
  }

  @Test
  void data_comes_out_byte_by_byte_as_it_went_in() throws IOException {
    byte[] data = new byte[300_000];
    new Random(7).nextBytes(data);
    // Neither a line feed before a backslash nor one at the very end is left to chance.
    for (int i = 1; i < data.length; i++) {
      if (data[i] == '\\' && data[i - 1] == '\n') {
        data[i] = 'x';
      }
    }
    data[data.length - 1] = '\n';
    ByteArrayOutputStream script = new ByteArrayOutputStream();
    script.writeBytes("COPY t FROM stdin;\n".getBytes(StandardCharsets.US_ASCII));
    script.writeBytes(data);
    script.writeBytes("\\.\nSELECT 1;".getBytes(StandardCharsets.US_ASCII));
    ScriptSource source = source(script.toByteArray());
    CopyBlock copy = (CopyBlock) source.next().orElseThrow();
    assertThat(copy.data().readAllBytes()).isEqualTo(data);
    assertThat(source.next()).get().extracting(ScriptPiece::line).isNotEqualTo(2);
    assertThat(source.next()).isEmpty();
  }

  @Test
  void data_ends_at_the_same_line_however_the_bytes_arrive_and_are_asked_for() throws IOException {
    Random random = new Random(11);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(40); i > 0; i--) {
        text.append("\n\n\\\\..\rab".charAt(random.nextInt(9)));
      }
      String data = untilItsEnd(text.toString());
      String script = "COPY t FROM stdin;\n" + data + "\\.\nSELECT 1;";
      ScriptSource source = new ScriptSource("x", in(script, random), ScriptVariables.NONE);
      CopyBlock copy = (CopyBlock) source.next().orElseThrow();
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      byte[] piece = new byte[1 + random.nextInt(12)];
      for (int n = copy.data().read(piece); n >= 0; n = copy.data().read(piece)) {
        read.write(piece, 0, n);
      }
      assertThat(read.toString(StandardCharsets.US_ASCII)).isEqualTo(data);
      int lines = (int) data.chars().filter(c -> c == '\n').count();
      assertThat(source.next()).get().extracting(ScriptPiece::line).isEqualTo(lines + 3);
    }
  }

  /** Whole lines, none of which is the one that ends data. */
  private static String untilItsEnd(String text) {
    StringBuilder data = new StringBuilder();
    for (String line : (text + "\n").split("(?<=\n)")) {
      data.append(line.matches("\\\\\\.\r?\n") ? "x" + line : line);
    }
    return data.toString();
  }

  /** As from a pipe: a few bytes at a time. */
  private static InputStream in(String script, Random random) {
    return new ByteArrayInputStream(script.getBytes(StandardCharsets.US_ASCII)) {
      @Override
      public synchronized int read(byte[] to, int offset, int length) {
        return super.read(to, offset, Math.min(length, 1 + random.nextInt(30)));
      }
    };
  }

  @Test
  void data_nobody_read_is_passed_over() throws IOException {
    List<String> statements =
        statements(
            "COPY t FROM stdin;\nDROP TABLE t;\n\\.\nSELECT 2;".getBytes(StandardCharsets.UTF_8));
    assertThat(statements).containsExactly("COPY t FROM stdin", "SELECT 2");
  }

  @Test
  void a_statement_may_be_larger_than_any_buffer() throws IOException {
    String large = "SELECT '" + "a;''\n".repeat(100_000) + "', $x$" + ";$".repeat(100_000) + "$x$";
    assertThat(statements((large + ";\nSELECT 2").getBytes(StandardCharsets.UTF_8)))
        .containsExactly(large, "SELECT 2");
  }

  private static ScriptSource source(byte[] script) throws IOException {
    return new ScriptSource("x.sql", new ByteArrayInputStream(script), ScriptVariables.NONE);
  }

  private static List<String> statements(byte[] script) throws IOException {
    List<String> statements = new ArrayList<>();
    ScriptSource source = source(script);
    Optional<ScriptPiece> piece = source.next();
    while (piece.isPresent()) {
      statements.add(
          piece.get() instanceof CopyBlock copy ? copy.sql() : ((Statement) piece.get()).sql());
      piece = source.next();
    }
    return statements;
  }
}
