package dev.gatehouse.core.testkit.engine;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Writes the version matrix after the last test: of this JVM to {@code target} of the module, of
 * the whole build, as far as it has come, to that of the root.
 */
public final class MatrixListener implements TestExecutionListener {
  private final VersionMatrix matrix;

  /** As the platform finds it: listens for the one matrix of this JVM. */
  public MatrixListener() {
    this(VersionMatrix.OF_THIS_JVM);
  }

  MatrixListener(VersionMatrix matrix) {
    this.matrix = matrix;
  }

  @Override
  public void executionStarted(TestIdentifier test) {
    matrix.entering(test.getUniqueId());
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isTest()) {
      matrix.ended(
          test.getUniqueId(),
          contract(test.getSource()),
          switch (result.getStatus()) {
            case SUCCESSFUL -> VersionMatrix.Ending.PASSED;
            case ABORTED -> VersionMatrix.Ending.LEFT_OUT;
            case FAILED -> VersionMatrix.Ending.FAILED;
          });
    }
    matrix.entering(test.getParentId().orElse(""));
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    String build = System.getProperty("engines.build", "");
    String root = System.getProperty("engines.root", "");
    try {
      MatrixReport ours = matrix.report(build);
      if (!ours.isEmpty()) {
        ours.write(
            Path.of(System.getProperty("engines.report", "target")),
            System.getProperty("engines.part", ""));
      }
      if (!build.isEmpty() && !root.isEmpty()) {
        writeOfBuild(Path.of(root), build);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One JVM at a time, so that the last one has seen what all others wrote. */
  private static void writeOfBuild(Path root, String build) throws IOException {
    Path target = Files.createDirectories(root.resolve("target"));
    try (FileChannel lock =
        FileChannel.open(target.resolve("engines-matrix.lock"), CREATE, WRITE)) {
      lock.lock();
      MatrixReport all = MatrixReport.ofBuild(root, build);
      if (!all.isEmpty()) {
        all.write(target);
      }
    }
  }

  private static String contract(Optional<TestSource> source) {
    return source
        .map(
            from -> {
              String name =
                  from instanceof MethodSource method
                      ? method.getClassName()
                      : from instanceof ClassSource type ? type.getClassName() : "?";
              return name.substring(name.lastIndexOf('.') + 1);
            })
        .orElse("?");
  }
}
