package dev.gatehouse.core.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Tests under its eyes are counted as they ended, for the engine each of them used. */
@Isolated
class MatrixListenerTest {
  private static VersionMatrix matrix = new VersionMatrix();

  @TempDir Path root = Path.of("");

  /** Run by the test below only. */
  static class Sample {
    @BeforeAll
    static void everybody_uses_one() {
      matrix.use("Everybody 1", "1.2", "somebody");
    }

    @Test
    void passes_on_another() {
      matrix.use("Another 2", "2.3", "nobody else");
    }

    @Test
    void is_left_out() {
      Assumptions.abort("on purpose");
    }

    @Test
    void fails() {
      Assertions.fail("on purpose");
    }
  }

  @Test
  void a_module_is_written_to_its_target_and_the_build_to_the_roots() throws Exception {
    Map<String, String> before = new HashMap<>();
    Map<String, String> here =
        Map.of(
            "engines.report",
            root.resolve("module/target").toString(),
            "engines.root",
            root.toString(),
            "engines.build",
            "b1",
            "engines.part",
            "");
    here.forEach((name, value) -> before.put(name, System.getProperty(name, "")));
    here.forEach(System::setProperty);
    matrix = new VersionMatrix();
    try {
      LauncherFactory.create(
              LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build())
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(selectClass(Sample.class))
                  .build(),
              new MatrixListener(matrix));
    } finally {
      before.forEach(
          (name, value) -> {
            if (value.isEmpty()) {
              System.clearProperty(name);
            } else {
              System.setProperty(name, value);
            }
          });
    }
    for (String target : List.of("module/target", "target")) {
      assertThat(Files.readString(root.resolve(target).resolve("engines-matrix.txt")))
          .isEqualTo(
              """
              VERSION MATRIX OF THE TESTS
                engine       version  contract                   passed  failed  left out  served by
                Another 2    2.3      MatrixListenerTest$Sample  1       0       0         nobody else
                Everybody 1  1.2      MatrixListenerTest$Sample  1       1       1         somebody
              """);
    }
  }

  @Test
  void the_platform_finds_it_without_being_told() {
    assertThat(ServiceLoader.load(TestExecutionListener.class))
        .hasAtLeastOneElementOfType(MatrixListener.class);
  }
}
