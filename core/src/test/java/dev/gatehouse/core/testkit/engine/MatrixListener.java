package dev.gatehouse.core.testkit.engine;

import dev.gatehouse.core.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
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

/** Prints the version matrix after the last test and writes it to {@code target}. */
public final class MatrixListener implements TestExecutionListener {
  private final VersionMatrix matrix = VersionMatrix.OF_THIS_JVM;

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
    if (matrix.isEmpty()) {
      return;
    }
    Path target = Path.of(System.getProperty("engines.report", "target"));
    try {
      Files.createDirectories(target);
      Files.writeString(target.resolve("engines-matrix.txt"), matrix.text());
      Files.writeString(target.resolve("engines-matrix.json"), Json.pretty(matrix.json()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    System.out.println(matrix.text());
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
