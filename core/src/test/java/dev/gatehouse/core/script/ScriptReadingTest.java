package dev.gatehouse.core.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.outcome.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A third lexer, of rules that neither PostgreSQL nor SQLite has, and scripts that include. */
class ScriptReadingTest {

  /** Scripts in memory. */
  private record Files(String name, Map<String, String> all) implements Script {
    @Override
    public String text() {
      return all.getOrDefault(name, "");
    }

    @Override
    public Script beside(String path) {
      return new Files(path, all);
    }

    @Override
    public Script below(String path) {
      return beside(path);
    }
  }

  private static final class Reading extends ScriptReading {
    @Override
    protected void read(Script script, InputStream utf8) throws IOException {
      ScriptBytes bytes = new ScriptBytes(utf8);
      DelimiterLexer lexer = new DelimiterLexer(bytes);
      ScriptCutter cutter = new ScriptCutter(script.name(), bytes, lexer);
      for (Optional<ScriptPart> p = cutter.next(); p.isPresent(); p = cutter.next()) {
        ScriptPart part = p.get();
        ScriptWords words = new ScriptWords(part.tokens());
        if (part.kind() == ScriptPart.Kind.COMMAND) {
          lexer.delimiter(part.text().substring("DELIMITER ".length()));
        } else if (words.verb().equals("source")) {
          include(script.beside(words.word(1)), script.name() + ":" + part.line());
        } else {
          add(new ScriptStatement(script.name(), part.line(), part.text()));
        }
      }
    }
  }

  private static List<String> read(String text) {
    return read(Map.of("a", text));
  }

  private static List<String> read(Map<String, String> scripts) {
    return new Reading()
        .statements(new Files("a", scripts)).stream()
            .map(statement -> statement.where() + " " + statement.sql())
            .toList();
  }

  @Test
  void a_lexer_decides_what_ends_a_statement_and_what_a_line_for_the_client_is() {
    assertThat(
            read(
                """
                # first; it is none
                SELECT `a;``b`, 1;
                DELIMITER //
                CREATE PROCEDURE p BEGIN SELECT 1; SELECT 2; END //
                DELIMITER ;
                /*!40101 SET NAMES x; */; /* no; */ ;
                SELECT 3"""))
        .containsExactly(
            "a:2 SELECT `a;``b`, 1",
            "a:4 CREATE PROCEDURE p BEGIN SELECT 1; SELECT 2; END",
            "a:6 /*!40101 SET NAMES x; */",
            "a:7 SELECT 3");
  }

  @Test
  void scripts_are_read_where_others_include_them_and_again_when_they_are_included_again() {
    assertThat(read(Map.of("a", "x 1; source b; source b; x 2", "b", "y 1;")))
        .containsExactly("a:1 x 1", "b:1 y 1", "b:1 y 1", "a:1 x 2");
  }

  @Test
  void scripts_that_include_each_other_without_end_are_refused_with_the_way_there() {
    assertThatThrownBy(() -> read(Map.of("a", "x;\nsource b", "b", "source a")))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            a script includes itself
              expected  statements that one transaction can hold
              found     b:1  a -> b -> a
              fix       take one of these lines out
              code      script.include-cycle""");
  }

  @Test
  void scripts_that_include_each_other_too_deep_are_refused() {
    Script deep =
        new Script() {
          private int depth;

          @Override
          public String name() {
            return "s" + depth;
          }

          @Override
          public String text() {
            return "source next";
          }

          @Override
          public Script beside(String path) {
            depth++;
            return this;
          }

          @Override
          public Script below(String path) {
            return beside(path);
          }
        };
    assertThatThrownBy(() -> new Reading().statements(deep))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("more than 30 deep");
  }

  @Test
  void what_is_not_utf_8_is_refused_with_its_line() throws IOException {
    for (String script : List.of("x;\ny '\u00e9'", "x;\nDELIMITER \u00e9")) {
      ScriptBytes bytes =
          new ScriptBytes(new ByteArrayInputStream(script.getBytes(StandardCharsets.ISO_8859_1)));
      ScriptCutter cutter = new ScriptCutter("a", bytes, new DelimiterLexer(bytes));
      assertThat(cutter.next()).isPresent();
      assertThatThrownBy(cutter::next)
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("is not UTF-8")
          .hasMessageContaining("a:2");
    }
  }

  @Test
  void a_text_that_was_put_in_counts_no_lines_and_may_be_longer_than_any_buffer()
      throws IOException {
    ScriptBytes bytes =
        new ScriptBytes(new ByteArrayInputStream("ab\n".getBytes(StandardCharsets.UTF_8)));
    bytes.peek(1);
    bytes.replace(1, "\n".repeat(100_000));
    assertThat(bytes.isPut()).isTrue();
    bytes.take(100_000);
    assertThat(bytes.line()).isEqualTo(1);
    assertThat(bytes.isPut()).isFalse();
    assertThat(bytes.takeText(1)).isEqualTo("b");
    bytes.take(1);
    assertThat(bytes.line()).isEqualTo(2);
    assertThat(bytes.peek(0)).isEqualTo(ScriptBytes.END);
  }
}
