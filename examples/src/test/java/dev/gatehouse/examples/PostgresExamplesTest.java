package dev.gatehouse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.testkit.Sampled.Few;
import dev.gatehouse.examples.postgres.PostgresExamples;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.ThrowingSupplier;

/**
 * Each runbook on a real server, as Java or as script: once as it should go, once as it must not.
 */
class PostgresExamplesTest {

  /** What an example says and how it exits when its world is broken. */
  private record Broken(int exit, List<String> saying) {
    static Broken of(int exit, String... saying) {
      return new Broken(exit, List.of(saying));
    }
  }

  private interface Example {
    int run(List<String> arguments) throws Exception;
  }

  private static final Map<String, Example> JAVA =
      Map.of(
          "promotion", PostgresExamples::promotion,
          "direct-to-production", PostgresExamples::directToProduction,
          "diff", PostgresExamples::diff,
          "backup", PostgresExamples::backup,
          "restore", PostgresExamples::restore,
          "drift", PostgresExamples::drift,
          "deploy", PostgresExamples::deploy,
          "flyway", PostgresExamples::flyway);

  private static final Map<String, Broken> BROKEN =
      Map.of(
          "promotion",
          Broken.of(
              3,
              "vh_app may do more than it should with eng.teams",
              "everybody (PUBLIC) has UPDATE on eng.teams, granted by",
              "REVOKE UPDATE ON eng.teams FROM PUBLIC",
              "ended UNDONE",
              "'apply eng'",
              "'apply vh'"),
          "direct-to-production",
          Broken.of(
              3,
              "'Applied, all or nothing' did not open",
              "vh_app has UPDATE on column name of eng.teams",
              "REVOKE UPDATE (name) ON eng.teams FROM vh_app"),
          "diff",
          Broken.of(3, "sensitive_decisions", "ended FAILED_CLEAN"),
          "backup",
          Broken.of(3, "one()", "ended"),
          "restore",
          Broken.of(3, "'Backup proved'", "ended FAILED_CLEAN"),
          "drift",
          Broken.of(3, "vh.ventures", "note", "ended FAILED_CLEAN"),
          "deploy",
          Broken.of(3, "ventures_by_stage", "ended FAILED_CLEAN"),
          "flyway",
          Broken.of(
              3,
              "'flyway' has thrown an exception",
              "V3__names_are_unique.sql",
              "ended UNDONE",
              "'flyway'"));

  /** Every second one as a script; of those that succeed, which CI runs all of once more, a few. */
  @TestFactory
  List<DynamicTest> each_runbook_succeeds_and_notices_what_it_is_there_to_notice() {
    return runs(0);
  }

  @TestFactory
  @Tag("nightly")
  List<DynamicTest> each_does_the_same_the_other_way() {
    return runs(1);
  }

  private static List<DynamicTest> runs(int first) {
    List<String> names = JAVA.keySet().stream().sorted().toList();
    Set<Integer> whole = Few.of(3, names.size()).boxed().collect(Collectors.toSet());
    return IntStream.range(0, names.size())
        .mapToObj(i -> run(names.get(i), (first + i) % 2 == 1, whole.contains(i)))
        .toList();
  }

  private static DynamicTest run(String name, boolean script, boolean succeeding) {
    Example java = Objects.requireNonNull(JAVA.get(name));
    Example example = script ? arguments -> script(name, arguments) : java;
    return DynamicTest.dynamicTest(
        name + (script ? ".jsh" : ""),
        () -> {
          if (succeeding) {
            succeeds(() -> example.run(List.of()));
          }
          fails(broken(name), () -> example.run(List.of("--broken")));
        });
  }

  private static Broken broken(String name) {
    return Objects.requireNonNull(BROKEN.get(name));
  }

  private static int script(String name, List<String> arguments) {
    return ScriptFile.run(
        Workspace.examples().resolve("scripts").resolve(name + ".jsh"), arguments);
  }

  private static void succeeds(ThrowingSupplier<Integer> example) throws Throwable {
    String[] said = new String[1];
    assertThat(listening(example, said)).as(() -> said[0]).isZero();
  }

  private static void fails(Broken expected, ThrowingSupplier<Integer> example) throws Throwable {
    String[] said = new String[1];
    assertThat(listening(example, said)).as(() -> said[0]).isEqualTo(expected.exit());
    assertThat(said[0]).contains(expected.saying());
  }

  private static int listening(ThrowingSupplier<Integer> example, String[] said) throws Throwable {
    PrintStream out = System.out;
    ByteArrayOutputStream heard = new ByteArrayOutputStream();
    System.setOut(new PrintStream(heard, true, StandardCharsets.UTF_8));
    try {
      return example.get();
    } finally {
      System.setOut(out);
      said[0] = heard.toString(StandardCharsets.UTF_8);
    }
  }
}
