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

/** What README and docs show is what the examples compile and run. */
class ReadmeTest {

  private static final Path ROOT = Workspace.examples().resolve("..").normalize();
  private static final Path README = ROOT.resolve("README.md");

  @Test
  void every_java_block_stands_in_an_example() throws IOException {
    String code = compact(sources());
    int blocks = 0;
    for (Path page : pages()) {
      for (String block : blocks("java", page)) {
        assertThat(code).as("%s", page).contains(compact(block));
        blocks++;
      }
    }
    assertThat(blocks).isGreaterThan(10);
  }

  @Test
  void every_link_leads_to_a_page() throws IOException {
    Pattern link = Pattern.compile("]\\(([^)#:]+)\\)");
    for (Path page : pages()) {
      Path from = page.resolveSibling("");
      assertThat(link.matcher(Files.readString(page)).results().map(found -> found.group(1)))
          .as("%s", page)
          .allSatisfy(to -> assertThat(from.resolve(to)).isRegularFile());
    }
  }

  /** Whoever opens it for the first time reads it whole. */
  @Test
  void the_readme_is_short() throws IOException {
    assertThat(Files.readAllLines(README)).hasSizeLessThan(200);
  }

  @Test
  void the_readme_has_exactly_the_two_commands_that_set_up_everything() throws IOException {
    assertThat(blocks("sh", README).stream().map(String::strip))
        .containsExactly("examples/run quickstart", "mvn verify");
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(Stream.of(README), docs).toList();
    }
  }

  private static List<String> blocks(String language, Path page) throws IOException {
    Matcher blocks =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(page));
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
