package dev.gatehouse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the README shows is what the examples compile and run. */
class ReadmeTest {

  private static final Path ROOT = Workspace.examples().resolve("..").normalize();

  @Test
  void every_java_block_of_the_readme_stands_in_an_example() throws IOException {
    String code = compact(sources());

    assertThat(blocks("java")).isNotEmpty();
    for (String block : blocks("java")) {
      assertThat(code).contains(compact(block));
    }
  }

  @Test
  void the_readme_has_exactly_the_two_commands_that_set_up_everything() throws IOException {
    assertThat(blocks("sh").stream().map(String::strip))
        .containsExactly("examples/run quickstart", "mvn verify");
  }

  private static List<String> blocks(String language) throws IOException {
    Matcher blocks =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve("README.md")));
    return blocks.results().map(result -> result.group(1)).toList();
  }

  private static String sources() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(ROOT.resolve("examples/src"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        all.append(Files.readString(file));
      }
    }
    return all.toString();
  }

  /** Line breaks and indentation are the formatter's. */
  private static String compact(String code) {
    return code.replaceAll("\\s+", "");
  }
}
