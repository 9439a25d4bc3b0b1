package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.check;
import static dev.gatehouse.core.testkit.Steps.failing;
import static dev.gatehouse.core.testkit.Steps.human;
import static dev.gatehouse.core.testkit.Steps.passing;
import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.helpers.BasicMDCAdapter;

/** What a service that drives a run finds in its log. */
class RunLogTest {
  private static final int INFO = 20;
  private static final int OFF = 50;

  @TempDir Path journals;
  private World world;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private PrintStream stderr = System.err;

  @BeforeEach
  void listen() throws Exception {
    world = new World(journals);
    stderr = System.err;
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    level(INFO);
  }

  @AfterEach
  void give_stderr_back() throws Exception {
    level(OFF);
    System.setErr(stderr);
  }

  private static void level(int level) throws ReflectiveOperationException {
    Logger logger = LoggerFactory.getLogger(RunLog.NAME);
    Field field = logger.getClass().getDeclaredField("currentLogLevel");
    field.setAccessible(true);
    field.setInt(logger, level);
  }

  private List<String> lines() {
    return log.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.replaceAll("^\\[[^]]*] | dev\\.\\S+ -", ""))
        .toList();
  }

  private Change change(String name) {
    return transactional(name, world.dialect)
        .undoneBy(transactional("undo " + name, world.dialect));
  }

  @Test
  void one_line_a_gate_and_a_step() {
    world.run(passing("ready"), change("one"));
    assertThat(lines())
        .containsExactly(
            "INFO 'test' on world is driven, 0 of 2 gates open",
            "INFO gate 'gate of ready' is open: 'ready' PASSED",
            "INFO gate 'gate of one' is open: 'one' SUCCEEDED",
            "INFO 'test' SUCCEEDED");
  }

  @Test
  void the_steps_of_a_gate_with_several_have_lines_of_their_own() {
    Gate both = new Gate("both", List.of(passing("ready"), change("one")));
    try (Run run = world.start(new Runbook("test", List.of(both), List.of()))) {
      run.toEnd();
    }
    assertThat(lines())
        .containsExactly(
            "INFO 'test' on world is driven, 0 of 1 gates open",
            "INFO 'ready' PASSED",
            "INFO 'one' SUCCEEDED",
            "INFO gate 'both' is open",
            "INFO 'test' SUCCEEDED");
  }

  @Test
  void what_failed_is_an_error_with_its_code() {
    world.run(change("one"), failing("smoke\nERROR forged"));
    assertThat(lines())
        .contains(
            "INFO 'one' UNDONE",
            "ERROR 'test' UNDONE: a gate stayed closed, and each undo succeeded; as written, not"
                + " compared: 'one'")
        .filteredOn(line -> line.contains("FAILED"))
        .singleElement()
        .asString()
        .startsWith("ERROR 'smoke\\u000aERROR forged' FAILED: ");
    assertThat(lines()).noneMatch(line -> line.startsWith("ERROR forged"));
  }

  @Test
  void a_wait_is_told_once_and_a_resumed_run_does_not_tell_what_is_behind_it() {
    Check soak =
        check("soak", reading -> Outcome.waiting(reading.now().plusSeconds(60), "still soaking"));
    Change asked = human("agreed", "go?", "lead").cannotBeUndone("a word");
    Run first = world.start(passing("ready"), asked, soak);
    for (int minute = 0; minute < 5; minute++) {
      first.advance();
      world.clock.advance(Duration.ofMinutes(1));
    }
    first.close();
    assertThat(lines()).filteredOn(line -> line.startsWith("INFO waits: agreed")).hasSize(1);
    log.reset();
    try (Run second = world.resume(first.journal(), passing("ready"), asked, soak)) {
      second.advance();
      assertThat(lines()).first().asString().endsWith("is driven, 1 of 3 gates open");
      assertThat(lines()).noneMatch(line -> line.contains("'ready' PASSED"));
    }
  }

  @Test
  void a_log_that_throws_changes_nothing() {
    System.setErr(
        new PrintStream(log, true, StandardCharsets.UTF_8) {
          @Override
          public void println(String line) {
            throw new IllegalStateException("the log's disk is full");
          }
        });
    assertThat(world.run(change("one")).state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(world.effects()).containsExactly("one");
  }

  /** The simple logger of the tests keeps no context, so that one is lent to it. */
  @Test
  void the_run_stands_in_the_context_of_its_lines_and_of_no_others() throws Exception {
    Field adapter = MDC.class.getDeclaredField("MDC_ADAPTER");
    adapter.setAccessible(true);
    Object before = adapter.get(null);
    List<String> seen = new ArrayList<>();
    System.setErr(
        new PrintStream(log, true, StandardCharsets.UTF_8) {
          @Override
          public void println(String line) {
            seen.add(String.valueOf(MDC.get("gatehouse.run")));
          }
        });
    adapter.set(null, new BasicMDCAdapter());
    try {
      String run = world.run(passing("ready")).run();
      assertThat(seen).isNotEmpty().containsOnly(run);
      assertThat(MDC.get("gatehouse.run")).isNull();
      MDC.put("gatehouse.run", "the host's own");
      world.run(passing("ready"));
      assertThat(MDC.get("gatehouse.run")).isEqualTo("the host's own");
    } finally {
      adapter.set(null, before);
    }
  }

  @Test
  void who_stopped_a_run_is_a_warning() {
    try (Run run = world.start(change("one"), human("agreed", "go?", "lead").cannotBeUndone("x"))) {
      run.advance();
      run.abort("ada", "it rains");
      run.toEnd();
    }
    assertThat(lines()).anyMatch(line -> line.startsWith("WARN ") && line.contains("it rains"));
  }
}
