package dev.gatehouse.examples;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Question;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.run.Tick;
import dev.gatehouse.sqlite.Sqlite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A process of its own that starts the runbook in a directory, or resumes it, and stands still at
 * the n-th point of that name until it is killed: {@code SCENARIO DIRECTORY N NAME}. Tells of each
 * point, and of its end.
 */
final class CrashVictim {
  static final String POINT = "point ";
  static final String STATE = "state ";
  static final String STEP = "step ";
  static final String HEAD = "head ";
  static final String ASKED = "asked ";

  private CrashVictim() {}

  static Path journals(Path work) {
    return work.resolve("runs");
  }

  static Target shop(Path work) {
    return Sqlite.file("shop", work.resolve("shop.db"));
  }

  /** The run's journal, once there is one. */
  static Optional<Path> journal(Path work) throws IOException {
    if (!Files.isDirectory(journals(work))) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(journals(work))) {
      return files.filter(file -> file.toString().endsWith(".journal")).findFirst();
    }
  }

  public static void main(String... arguments) throws Exception {
    CrashScenario scenario = CrashScenario.valueOf(arguments[0]);
    int last = Integer.parseInt(arguments[2]);
    String wanted = arguments[3];
    AtomicInteger reached = new AtomicInteger();
    Consumer<String> points =
        name -> {
          tell(POINT + name);
          if (name.equals(wanted) && reached.incrementAndGet() == last) {
            standStill();
          }
        };
    drive(scenario, Path.of(arguments[1]), points);
  }

  /** Until the kill; or until the parent is gone, whose end of the pipe closes with it. */
  private static void standStill() {
    try {
      int ignored = System.in.read();
      Runtime.getRuntime().halt(ignored == -1 ? 70 : 71);
    } catch (IOException e) {
      Runtime.getRuntime().halt(72);
    }
  }

  private static void drive(CrashScenario scenario, Path work, Consumer<String> points)
      throws Exception {
    Runner runner = Runner.journalingTo(journals(work)).withPoints(points);
    Optional<Path> journal = journal(work);
    try (Run run =
        journal.isPresent()
            ? runner.resume(scenario.runbook(work), shop(work), journal.get())
            : runner.start(Plan.of(scenario.runbook(work), shop(work)))) {
      Tick tick = run.advance();
      while (tick instanceof Tick.NeedsInput asked && answerable(asked)) {
        for (Question question : asked.questions()) {
          boolean yes = scenario.answer(question.role());
          run.say(question.subject(), "Robin Example", question.role(), yes, "drill");
        }
        tick = run.advance();
      }
      if (!(tick instanceof Tick.Done)) {
        tell(ASKED + tick);
      }
      tell(STATE + run.record().state());
      for (StepRecord step : run.record().steps()) {
        tell(STEP + step.name() + ": " + step.state());
      }
      tell(HEAD + run.head());
    }
  }

  private static boolean answerable(Tick.NeedsInput asked) {
    List<Question> questions = asked.questions();
    return questions.stream().allMatch(question -> question.kind().planned());
  }

  private static void tell(String line) {
    System.out.println(line.replace('\n', ' '));
    System.out.flush();
  }
}
