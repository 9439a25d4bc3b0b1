package dev.gatehouse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptFileTest {

  @Test
  void a_script_that_runs_nothing_exits_70() {
    assertThat(run("int a = 1;\nint b = a + 1;\n")).isEqualTo(70);
  }

  @Test
  void a_file_that_cannot_be_read_exits_70_and_is_named() {
    PrintStream stderr = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertThat(ScriptFile.run(Path.of("/absent/book.jsh"), List.of())).isEqualTo(70);
    } finally {
      System.setErr(stderr);
    }
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("cannot read")
        .contains("/absent/book.jsh");
  }

  @Test
  void a_script_exits_with_what_it_says() {
    assertThat(run("rc = 3;\n/exit rc\n")).isEqualTo(3);
    assertThat(run("rc = 0;\n")).isZero();
  }

  @Test
  void nothing_after_a_line_that_does_not_compile_is_executed() {
    System.clearProperty("script.went.on");

    assertThat(
            run("int a = nonsense;\nSystem.setProperty(\"script.went.on\", \"yes\");\nrc = 0;\n"))
        .isEqualTo(70);
    assertThat(System.getProperty("script.went.on")).isNull();
  }

  @Test
  void nothing_after_a_line_that_throws_is_executed() {
    System.clearProperty("script.went.on");

    assertThat(
            run(
                """
                rc = 0;
                throw new IllegalStateException("line 2");
                System.setProperty("script.went.on", "yes");
                """))
        .isEqualTo(70);
    assertThat(System.getProperty("script.went.on")).isNull();
  }

  @Test
  void a_method_that_uses_what_is_not_defined_is_a_line_that_failed() {
    assertThat(run("int f() { return missing(); }\nrc = 0;\n")).isEqualTo(70);
  }

  @Test
  void a_statement_over_several_lines_is_one_line() {
    assertThat(run("rc = java.util.List.of(\n    1,\n    2).\n    size();\n")).isEqualTo(2);
  }

  @Test
  void commands_of_the_tool_are_refused_but_exit() {
    assertThat(run("/open other.jsh\nrc = 0;\n")).isEqualTo(70);
  }

  @Test
  void an_expression_needs_no_semicolon_as_in_the_tool() {
    assertThat(run("rc = 3\nrc + 1\nvoid f() { rc = 4; }\nf()\n/exit rc\n")).isEqualTo(4);
    assertThat(run("rc = 3\n// the last line may come without an end\nrc = 5")).isEqualTo(5);
  }

  @Test
  void the_imports_of_the_tool_are_there() {
    assertThat(run("Map<String, Path> none = Map.of();\nrc = none.size();\n")).isZero();
  }

  @Test
  void what_a_method_lacks_is_named() {
    PrintStream stderr = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      assertThat(run("void f() { System.out.println(Nonsense.of(1)); }\n")).isEqualTo(70);
    } finally {
      System.setErr(stderr);
    }
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("not defined: variable Nonsense");
  }

  @Test
  void a_script_finds_its_arguments() {
    assertThat(
            ScriptFile.run(
                "rc = arguments.get(1).length();\n/exit rc\n", List.of("--x", "a\"b\\c")))
        .isEqualTo(5);
  }

  private static int run(String script) {
    return ScriptFile.run(script, List.of());
  }
}
