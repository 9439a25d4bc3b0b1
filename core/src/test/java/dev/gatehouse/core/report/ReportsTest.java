package dev.gatehouse.core.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.testkit.fault.FullDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportsTest {
  private static final List<String> NAMES =
      List.of("r-1.md", "r-1.json", "r-1.html", "r-1.junit.xml");

  private final RunRecord run = Story.recoverable().run();
  private final Path directory;

  ReportsTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void all_files_are_written_whole_and_for_their_owner_only() throws IOException {
    Path reports = directory.resolve("a/reports");

    Reports.Written written = Reports.write(reports, run, Story.HEAD);

    assertThat(written)
        .isEqualTo(
            new Reports.Written(
                reports.resolve("r-1.md"),
                reports.resolve("r-1.json"),
                reports.resolve("r-1.html"),
                reports.resolve("r-1.junit.xml")));
    assertThat(written.checklist()).hasContent(Checklist.filled(run, Story.HEAD));
    assertThat(written.json()).hasContent(RunJson.of(run, Story.HEAD));
    assertThat(written.html()).hasContent(RunHtml.of(run, Story.HEAD));
    assertThat(written.junit()).hasContent(JUnitXml.of(run));
    for (String name : NAMES) {
      assertThat(permissions(reports.resolve(name))).isEqualTo("rw-------");
    }
    assertThat(permissions(reports)).isEqualTo("rwx------");
    assertThat(names(reports)).containsExactlyInAnyOrderElementsOf(NAMES);
  }

  @Test
  void a_later_report_of_the_same_run_replaces_the_earlier_one() throws IOException {
    Reports.write(directory, run, "1 early");
    Reports.Written written = Reports.write(directory, run, "2 late");

    assertThat(written.json()).content().contains("2 late").doesNotContain("1 early");
    assertThat(names(directory)).hasSize(4);
  }

  @Test
  void a_reader_of_the_earlier_report_keeps_what_it_opened() throws IOException {
    Reports.Written written = Reports.write(directory, run, "1 early");
    Path kept = directory.resolve("kept");
    Files.createLink(kept, written.json());

    Reports.write(directory, run, "2 late");

    assertThat(kept).content().contains("1 early");
  }

  @ParameterizedTest
  @ValueSource(strings = {"r-1.md", "r-1.json", "r-1.html", "r-1.junit.xml"})
  void a_file_that_is_a_link_is_refused_and_what_it_leads_to_is_left_alone(String name)
      throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "untouched");
    Path link = Files.createSymbolicLink(directory.resolve(name), secret);

    assertThatThrownBy(() -> Reports.write(directory, run, Story.HEAD))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            """
            reports are not written through symbolic links
              expected  a directory and files of its own
              found     %s is a symbolic link
              fix       name the directory it leads to, or remove the link
              code      report.link\
            """
                .formatted(link));
    assertThat(secret).hasContent("untouched");
    assertThat(names(directory)).containsExactlyInAnyOrder("secret", name);
  }

  @Test
  void a_directory_that_is_a_link_is_refused() throws IOException {
    Path real = Files.createDirectory(directory.resolve("real"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);

    assertThatThrownBy(() -> Reports.write(link, run, Story.HEAD))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("report.link");
    assertThat(names(real)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../r", "/etc/r", ".r", "a/b", "a\nb", "a\u0000b"})
  void a_run_whose_name_leads_elsewhere_is_refused(String name) throws IOException {
    Map<String, Object> body = new HashMap<>(RecordCodec.of(Story.outline()));
    body.put("run", name);
    Entry opened = new Entry(1, Story.START, 1, "OPENED", body, "", "");
    RunRecord hostile = RunRecord.of(List.of(opened)).orElseThrow();

    assertThatThrownBy(() -> Reports.write(directory, hostile, Story.HEAD))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("report.name");
    assertThat(names(directory)).isEmpty();
  }

  @Test
  void a_write_that_fails_leaves_no_half_file() throws IOException {
    Files.createDirectories(directory.resolve("r-1.json/in-the-way"));

    assertThatThrownBy(() -> Reports.write(directory, run, Story.HEAD))
        .isInstanceOf(IOException.class);
    assertThat(names(directory)).containsExactly("r-1.json");
  }

  @Test
  void a_disk_that_is_full_leaves_the_earlier_report_as_it_was() throws Exception {
    Optional<FullDisk> mounted = FullDisk.mount(directory, 64 * 1024);
    assumeThat(mounted).as("no tmpfs without root: A FULL DISK IS NOT TESTED").isPresent();
    try (FullDisk disk = mounted.orElseThrow()) {
      Reports.Written early = Reports.write(directory, run, "1 early");
      disk.fillBut(8 * 1024);

      assertThatThrownBy(() -> Reports.write(directory, run, "2 late"))
          .isInstanceOf(IOException.class);
      assertThat(early.json()).content().contains("1 early");
      assertThat(early.html()).content().contains("1 early").endsWith("</html>\n");
      assertThat(names(directory)).filteredOn(name -> name.startsWith("r-1")).hasSize(4);
      assertThat(names(directory)).noneMatch(name -> name.endsWith(".half"));
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static List<String> names(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
