package dev.gatehouse.examples;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A place where one crash after the other happens, each in a fresh copy of the same prepared world,
 * always under the same path because artifacts and plans know it.
 *
 * <p>One thread at a time.
 */
final class CrashLane implements AutoCloseable {
  private final CrashScenario scenario;
  private final Path pristine;
  private final Path work;
  private final List<String> points;
  private final EndState expected;

  private CrashLane(
      CrashScenario scenario, Path pristine, Path work, List<String> points, EndState expected) {
    this.scenario = scenario;
    this.pristine = pristine;
    this.work = work;
    this.points = points;
    this.expected = expected;
  }

  /** Prepares the world and runs the runbook once, uninterrupted. */
  static CrashLane open(CrashScenario scenario, Path directory) throws Exception {
    Path work = Files.createDirectories(directory.toRealPath().resolve("work"));
    Path pristine = directory.toRealPath().resolve("pristine");
    try {
      scenario.prepare(work);
      Files.move(work, pristine);
      copy(pristine, work);
      scenario.begin(work);
      ChildProcess run = ChildProcess.toEnd(scenario, work);
      if (run.exit() != 0) {
        throw new IllegalStateException("the uninterrupted run broke:\n" + run.words());
      }
      return new CrashLane(
          scenario, pristine, work, run.points(), EndState.of(scenario, work, run));
    } catch (Exception | Error e) {
      WorkerProcess.end(work);
      throw e;
    }
  }

  /** Every point of the uninterrupted run, in order. */
  List<String> points() {
    return points;
  }

  EndState expected() {
    return expected;
  }

  /**
   * Crashes a run at that point, resumes it, and compares.
   *
   * @param point counted from 1
   * @return what is not as after the uninterrupted run
   */
  List<String> crashAt(int point) throws Exception {
    WorkerProcess.end(work);
    delete(work);
    copy(pristine, work);
    scenario.begin(work);
    ChildProcess crashed = ChildProcess.killedAt(scenario, work, point);
    if (crashed.exit() != ChildProcess.KILLED
        || !crashed.points().equals(points.subList(0, point))) {
      return List.of("it did not crash there: exit " + crashed.exit() + "\n" + crashed.words());
    }
    ChildProcess resumed = ChildProcess.toEnd(scenario, work);
    List<String> asked = resumed.told(CrashVictim.ASKED);
    if (resumed.exit() != 0 || !asked.isEmpty()) {
      return List.of("it did not go on by itself: " + resumed.words());
    }
    return expected.differences(EndState.of(scenario, work, resumed));
  }

  @Override
  public void close() throws IOException {
    WorkerProcess.end(work);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException thrown)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
