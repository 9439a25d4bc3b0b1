package dev.gatehouse.postgres.script;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.script.ScriptPiece.Command;
import dev.gatehouse.postgres.script.ScriptPiece.CopyBlock;
import dev.gatehouse.postgres.script.ScriptPiece.Statement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each script of the corpus is cut as its .expected file says, however its bytes arrive. */
class ScriptCorpusTest {
  static final Path CORPUS = Path.of("src", "test", "resources", "scripts");

  static List<Path> corpus() throws IOException {
    try (Stream<Path> files = Files.list(CORPUS)) {
      List<Path> scripts = files.filter(file -> file.toString().endsWith(".sql")).sorted().toList();
      assertThat(scripts).hasSizeGreaterThan(40);
      return scripts;
    }
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void a_script_is_cut_as_expected(Path script) throws IOException {
    byte[] bytes = Files.readAllBytes(script);
    assertThat(cut(script, new ByteArrayInputStream(bytes))).isEqualTo(expected(script));
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void a_script_that_arrives_byte_by_byte_is_cut_the_same(Path script) throws IOException {
    byte[] bytes = Files.readAllBytes(script);
    assertThat(cut(script, new Dripping(bytes))).isEqualTo(expected(script));
  }

  private static String expected(Path script) throws IOException {
    String file = script.getFileName().toString().replace(".sql", ".expected");
    return Files.readString(script.resolveSibling(file));
  }

  private static String cut(Path script, InputStream in) throws IOException {
    StringBuilder pieces = new StringBuilder();
    String name = script.getFileName().toString();
    try {
      ScriptSource source = new ScriptSource(name, in, ScriptVariables.NONE);
      Optional<ScriptPiece> piece = source.next();
      while (piece.isPresent()) {
        pieces.append(print(piece.get())).append('\n');
        piece = source.next();
      }
    } catch (Refusal e) {
      String found = e.findings().get(0).found().split("\\s", 2)[0];
      pieces.append("@refused " + e.findings().get(0).code() + " " + found + "\n");
      assertThat(e.findings().get(0).fix()).isNotEmpty();
    }
    return pieces.toString();
  }

  private static String print(ScriptPiece piece) throws IOException {
    if (piece instanceof CopyBlock copy) {
      String data = new String(copy.data().readAllBytes(), StandardCharsets.UTF_8);
      return "@" + copy.line() + " copy\n" + copy.sql() + "\n---- data\n" + data;
    }
    return piece instanceof Command command
        ? "@" + command.line() + " command\n" + command.text()
        : "@" + piece.line() + " statement\n" + ((Statement) piece).sql();
  }

  /** One byte at a time, as the worst of networks would bring them. */
  private static final class Dripping extends InputStream {
    private final byte[] bytes;
    private int at;

    private Dripping(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return at < bytes.length ? bytes[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) {
      int next = read();
      if (next < 0) {
        return -1;
      }
      to[offset] = (byte) next;
      return 1;
    }
  }
}
