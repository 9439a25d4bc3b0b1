package dev.gatehouse.examples;

import dev.gatehouse.core.artifact.Content;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Deque;
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
      Content before = EndState.settled(work);
      Files.move(work, pristine);
      copy(pristine, work);
      scenario.begin(work);
      ChildProcess run = ChildProcess.toEnd(scenario, work);
      EndState end = EndState.of(scenario, work, run);
      if (!end.state().equals(List.of(scenario.end().name()))
          || end.content().equals(before) != scenario.undoes()) {
        throw new IllegalStateException("the uninterrupted run went wrong:\n" + run.words());
      }
      return new CrashLane(scenario, pristine, work, run.points(), end);
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
   * Crashes one run at these points, one after the other, each time in the process that resumed it;
   * then lets it go on to its end, and compares. A resumed run that finds an effect applied does
   * not come to the points within it: the rest is left to another run.
   *
   * @param todo indices of points, ascending; what was crashed at is taken from its head
   * @return what is not as after the uninterrupted run
   */
  List<String> crashAt(Deque<Integer> todo) throws Exception {
    WorkerProcess.end(work);
    delete(work);
    copy(pristine, work);
    scenario.begin(work);
    List<Integer> crashes = new ArrayList<>();
    ChildProcess child = killedAtNext(todo, crashes);
    while (child.killed()) {
      child = todo.isEmpty() ? ChildProcess.toEnd(scenario, work) : killedAtNext(todo, crashes);
    }
    if (crashes.isEmpty()) {
      return List.of("never came to " + points.get(todo.remove()) + ": " + child.words());
    }
    String where = crashes.stream().map(points::get).toList() + ": ";
    if (child.exit() != 0 || !child.told(CrashVictim.ASKED).isEmpty()) {
      return List.of(where + "did not go on by itself: " + child.words());
    }
    return expected.differences(EndState.of(scenario, work, child)).stream()
        .map(difference -> where + difference)
        .toList();
  }

  private ChildProcess killedAtNext(Deque<Integer> todo, List<Integer> crashes) throws Exception {
    int next = todo.element();
    int behind = crashes.isEmpty() ? -1 : crashes.get(crashes.size() - 1);
    String name = points.get(next);
    long occurrence = points.subList(behind + 1, next + 1).stream().filter(name::equals).count();
    ChildProcess child = ChildProcess.killedAt(scenario, work, name, occurrence);
    if (child.killed()) {
      crashes.add(todo.remove());
    }
    return child;
  }

  @Override
  public void close() throws IOException {
    WorkerProcess.end(work);
  }

  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  static void delete(Path directory) throws IOException {
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
