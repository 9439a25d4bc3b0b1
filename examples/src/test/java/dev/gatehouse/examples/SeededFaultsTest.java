package dev.gatehouse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.TestRun;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Known-bad edits of our own code, each of which a test must catch: {@code seeded-faults.txt}. A
 * test that stays green with the fault in place does not test what it says.
 */
class SeededFaultsTest {
  private static final int MINUTES = 3;

  private final Path root = Objects.requireNonNull(Workspace.examples().getParent());
  private final List<SeededFault> faults = SeededFault.parse(table());

  /** Those of one module: {@code -Dfaults.module=mysql}. */
  private final List<SeededFault> chosen =
      faults.stream()
          .filter(f -> f.module().equals(System.getProperty("faults.module", f.module())))
          .toList();

  @TempDir Path temporary;

  @Test
  void there_are_enough_of_them_and_none_comes_twice() {
    assertThat(faults)
        .hasSameSizeAs(table().lines().filter(line -> line.startsWith("== ")).toList())
        .hasSizeGreaterThanOrEqualTo(16);
    assertThat(faults).extracting(SeededFault::name).doesNotHaveDuplicates();
    assertThat(faults)
        .extracting(SeededFault::module)
        .contains("core", "sqlite", "dsl", "postgres", "mysql");
  }

  /** Asked each time, so that what is moved or renamed takes its fault along. */
  @Test
  void each_stands_exactly_once_in_the_file_that_is_named() throws IOException {
    for (SeededFault fault : faults) {
      assertThat(fault.into(Files.readString(root.resolve(fault.file()))))
          .as(fault.name())
          .isNotEqualTo(Files.readString(root.resolve(fault.file())));
    }
  }

  @TestFactory
  @Tag("nightly")
  Stream<DynamicTest> without_a_fault_the_same_tests_pass() {
    return chosen.stream()
        .map(SeededFault::module)
        .distinct()
        .map(module -> DynamicTest.dynamicTest(module, () -> passesAsItIs(module)));
  }

  @TestFactory
  @Tag("nightly")
  Stream<DynamicTest> each_fault_is_caught_by_every_test_that_the_table_names() {
    return chosen.stream().map(f -> DynamicTest.dynamicTest(f.name(), () -> isCaught(f)));
  }

  /** Compiled as the faulty ones are, so that the compiling is not what turns a test red. */
  private void passesAsItIs(String module) throws Exception {
    List<SeededFault> here = faults.stream().filter(f -> f.module().equals(module)).toList();
    Path classes = Files.createTempDirectory(temporary, "sound");
    for (String file : here.stream().map(SeededFault::file).distinct().toList()) {
      compile(module, file, Files.readString(root.resolve(file)), classes);
    }
    for (String home : here.stream().map(SeededFault::home).distinct().toList()) {
      List<String> tests =
          here.stream()
              .filter(f -> f.home().equals(home))
              .flatMap(f -> f.tests().stream())
              .distinct()
              .toList();
      String output = run(home, classes, tests);
      assertThat(output.lines().filter(line -> !line.startsWith("PASSED "))).as(output).isEmpty();
      for (String test : tests) {
        assertThat(output.lines()).anyMatch(line -> line.startsWith("PASSED " + test + " "));
      }
    }
  }

  private void isCaught(SeededFault fault) throws Exception {
    Path classes = Files.createTempDirectory(temporary, "faulty");
    String faulty = fault.into(Files.readString(root.resolve(fault.file())));
    compile(fault.module(), fault.file(), faulty, classes);
    String output = run(fault.home(), classes, fault.tests());
    for (String test : fault.tests()) {
      assertThat(output.lines().anyMatch(line -> line.startsWith("FAILED " + test + " ")))
          .as("'%s' must turn %s red:\n%s", fault.name(), test, output)
          .isTrue();
    }
  }

  private void compile(String module, String file, String source, Path classes) throws IOException {
    String within = file.substring((module + "/src/main/java/").length());
    Path edited = Files.createTempDirectory(temporary, "source").resolve(within);
    Files.createDirectories(edited.getParent());
    Files.writeString(edited, source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler).as("a JDK is needed, not only a Java runtime").isNotNull();
    List<String> arguments = new ArrayList<>(List.of("--release", "17", "-proc:none", "-nowarn"));
    arguments.addAll(List.of("-parameters", "-cp", classPath(module), "-d", classes.toString()));
    arguments.add(edited.toString());
    assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new)))
        .as("the edited %s must compile", file)
        .isZero();
  }

  private String run(String module, Path classes, List<String> tests) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-Xshare:auto");
    command.add("-Dengines.every=true"); // what is a sample in the build, as a whole
    command.add("-Djava.io.tmpdir=" + Files.createTempDirectory(temporary, "tmp"));
    command.addAll(List.of("-cp", classes + File.pathSeparator + classPath(module)));
    command.add(TestRun.class.getName());
    command.addAll(tests);
    Path output = Files.createTempFile(temporary, "output", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(root.resolve(module).toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
    process.destroyForcibly().waitFor();
    String printed = Files.readString(output);
    assertThat(ended).as("%s did not end:\n%s", tests, printed).isTrue();
    return String.join(
        "\n", printed.lines().filter(l -> l.matches("(PASSED|FAILED|BROKEN) .*")).toList());
  }

  private String classPath(String module) {
    Path target = root.resolve(module).resolve("target");
    Path tests = target.resolve("test-classes");
    assertThat(tests).as("build all modules with their tests first: mvn verify").isDirectory();
    return String.join(
        File.pathSeparator,
        tests.toString(),
        target.resolve("classes").toString(),
        System.getProperty("java.class.path"));
  }

  private static String table() {
    try (var in =
        Objects.requireNonNull(SeededFaultsTest.class.getResourceAsStream("/seeded-faults.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
