package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gatehouse.core.journal.Entry;
import dev.gatehouse.core.journal.RunListener;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Guard;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.core.outcome.Subject;
import dev.gatehouse.core.report.PlanText;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.testkit.CanaryScanner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A canary goes in through every field that takes a text; nothing that comes out may hold it. */
class SecretsTest {
  private static final String CANARY = "c4n'ary\"w\\ith k\u00e9y+/9";

  /** Every way in which other people's software likes to write it. */
  private static final String EVERYWHERE =
      String.join(
          " ",
          CANARY,
          CANARY.replace("'", "''"),
          CANARY.replace("\\", "\\\\").replace("\"", "\\\""),
          Base64.getEncoder().encodeToString(CANARY.getBytes(StandardCharsets.UTF_8)),
          HexFormat.of().formatHex(CANARY.getBytes(StandardCharsets.UTF_8)),
          java.net.URLEncoder.encode(CANARY, StandardCharsets.UTF_8));

  private static final int TRACE = 0;
  private static final int INFO = 20;
  private static final int OFF = 50;

  @TempDir Path journals;
  World world;
  private final CanaryScanner scanner = new CanaryScanner(CANARY);
  private final Secret secret = Secret.of("canary", CANARY.toCharArray());
  private final StringBuilder out = new StringBuilder();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private PrintStream stderr = System.err;

  @BeforeEach
  void make_world() throws ReflectiveOperationException {
    world = new World(journals);
    world.runner =
        world.runner.withListener(
            new RunListener() {
              @Override
              public void recorded(Entry entry, RunRecord run) {
                out.append(entry).append(run.remarks());
              }
            });
    stderr = System.err;
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    level(TRACE, RunLog.NAME, Run.class.getName(), ReadingSession.class.getName());
  }

  /** The simple logger of the tests knows no way to change its level but this one. */
  private static void level(int level, String... names) throws ReflectiveOperationException {
    for (String name : names) {
      Logger logger = LoggerFactory.getLogger(name);
      Field field = logger.getClass().getDeclaredField("currentLogLevel");
      field.setAccessible(true);
      field.setInt(logger, level);
    }
  }

  @AfterEach
  void give_stderr_back() throws ReflectiveOperationException {
    level(INFO, Run.class.getName(), ReadingSession.class.getName());
    level(OFF, RunLog.NAME);
    System.setErr(stderr);
  }

  private static Finding leaky(String code) {
    return new Finding(
        code,
        EVERYWHERE,
        EVERYWHERE,
        EVERYWHERE,
        EVERYWHERE,
        List.of(new Subject(EVERYWHERE, EVERYWHERE, EVERYWHERE)));
  }

  private record Leaky(String name, Secret secret, Function<CheckContext, Outcome> answer)
      implements Check {
    @Override
    public List<String> plan(CheckContext reading) {
      return List.of("select '" + EVERYWHERE + "'");
    }

    @Override
    public Outcome evaluate(CheckContext reading) {
      return answer.apply(reading);
    }

    @Override
    public List<Secret> secrets() {
      return List.of(secret);
    }
  }

  private record Outside(@Nullable Exception failure, ProbeResult.Kind left)
      implements Effect.External {
    @Override
    public Evidence apply(EffectContext working) throws Exception {
      working.progress().reached("begun");
      if (failure != null) {
        throw failure;
      }
      return working.evidence().with("output", EVERYWHERE).with("key", EVERYWHERE);
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) {
      return new ProbeResult(left, EVERYWHERE, reading.evidence().with("seen", EVERYWHERE));
    }

    @Override
    public List<String> preview() {
      return List.of("curl -u " + EVERYWHERE);
    }

    @Override
    public boolean touchesTarget() {
      return true;
    }
  }

  private Change outside(String name, @Nullable Exception failure, ProbeResult.Kind left) {
    return ChangeWithoutUndo.of(name, reading -> new Outside(failure, left))
        .withSecrets(secret)
        .cannotBeUndone("because " + EVERYWHERE);
  }

  private Check answering(String name, Function<CheckContext, Outcome> answer) {
    return new Leaky(name, secret, answer);
  }

  private void clean() throws IOException {
    try (var files = Files.list(journals)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".journal")).toList()) {
        assertThat(scanner.leaks(Files.readAllBytes(file))).as("journal").isEmpty();
      }
    }
    assertThat(scanner.leaks(out.toString())).as("what was shown").isEmpty();
    assertThat(scanner.leaks(log.toByteArray())).as("log").isEmpty();
  }

  private void show(Object... shown) {
    for (Object one : shown) {
      out.append(one).append('\n');
    }
  }

  private void show(Run run, Tick tick) {
    RunRecord record = run.record();
    show(tick, run, record, record.steps(), record.outline(), record.trippedGuards());
    record.steps().forEach(s -> show(s.findings(), s.evidence(), s.reason(), s.who(), s.line()));
    show(record.remarks(), RunText.recap(record), RunText.failure(record), run.head());
  }

  private void show(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    show(text, String.valueOf(thrown.getMessage()));
    if (thrown instanceof Refusal refusal) {
      show(refusal.findings());
    }
  }

  private RunRecord live(Step... steps) throws IOException {
    Plan plan = Plan.of(World.runbook(steps), world.dialect.target(), world.clock);
    show(plan, plan.outline(), plan.runbook(), plan.target(), PlanText.of(plan.outline(), "d"));
    try (Run run = world.runner.startAnother(plan)) {
      show(run, run.advance());
      return run.record();
    } finally {
      clean();
    }
  }

  @Test
  void plans_do_not_show_it() throws IOException {
    assertThat(live(answering("ok", r -> Outcome.passed(r.evidence()))).state())
        .isEqualTo(RunState.SUCCEEDED);
    assertThat(out.toString()).contains("[canary]");
    assertThat(log.toString(StandardCharsets.UTF_8)).contains("DEBUG", "LEASED");
  }

  @Test
  void answers_of_checks_do_not_show_it() throws IOException {
    live(answering("ok", r -> Outcome.passed(r.evidence().with("row", EVERYWHERE))));
    live(answering("bad", r -> Outcome.failed(leaky("x"), r.evidence().with("row", EVERYWHERE))));
    live(answering("unsure", r -> Outcome.inconclusive(leaky("x"))));
    live(answering("wait", r -> Outcome.waiting(r.now().plusSeconds(9), EVERYWHERE)));
    live(answering("skip", r -> new Outcome.Skipped(EVERYWHERE, "ann")));
    live(
        answering(
            "broken",
            r -> {
              throw new IllegalStateException(EVERYWHERE, new IOException(EVERYWHERE));
            }));
    live(
        answering(
            "refused",
            r -> {
              throw new Refusal(leaky("x"));
            }));
    assertThat(out.toString()).contains("[canary]");
  }

  @Test
  void outcomes_of_effects_do_not_show_it() throws IOException {
    live(outside("done", null, ProbeResult.Kind.APPLIED));
    for (ProbeResult.Kind left : ProbeResult.Kind.values()) {
      live(outside("io", new IOException(EVERYWHERE), left));
      live(outside("failed", new StepFailed(leaky("x")), left));
    }
    Change statement =
        ChangeWithoutUndo.of(
                "sql",
                reading ->
                    transactional(
                            "sql",
                            working -> {
                              throw new SQLException(EVERYWHERE, "08006");
                            })
                        .cannotBeUndone("test")
                        .bind(reading))
            .withSecrets(secret)
            .cannotBeUndone("test");
    live(statement);
    assertThat(out.toString()).contains("[canary]");
  }

  @Test
  void what_people_say_does_not_show_it() throws IOException {
    Change human =
        ChangeWithoutUndo.of("human", r -> new Effect.Human("is " + EVERYWHERE + " in?", "dba"))
            .withSecrets(secret)
            .cannotBeUndone("test");
    Step unsure = answering("unsure", r -> Outcome.inconclusive(leaky("x")));
    Step lost = outside("lost", new IOException(EVERYWHERE), ProbeResult.Kind.UNKNOWN);
    Runbook runbook =
        World.runbook(human, unsure, lost, answering("never", r -> Outcome.passed(r.evidence())));
    try (Run run = world.start(runbook)) {
      show(run, run.advance());
      run.answer("human", "ann", "dba", true, EVERYWHERE);
      show(run, run.advance());
      run.accept("unsure", "ann", EVERYWHERE);
      show(run, run.advance());
      run.resolve("lost", ProbeResult.Kind.APPLIED, "ann", EVERYWHERE);
      run.pause(EVERYWHERE);
      show(run, run.advance());
      run.abort("ann", EVERYWHERE);
      show(run, run.advance());
      assertThat(run.record().state().closed()).isTrue();
    }
    clean();
    assertThat(out.toString()).contains("[canary]");
  }

  @Test
  void guards_do_not_show_it() throws IOException {
    Guard guard =
        Guard.of(
            answering("guard", r -> Outcome.failed(leaky("x"), r.evidence())),
            Duration.ofSeconds(1));
    try (Run run =
        world.start(
            World.runbook(answering("a", r -> Outcome.passed(r.evidence()))).guardedBy(guard))) {
      show(run, run.advance());
      assertThat(run.record().trippedGuards()).containsKey("guard");
    }
    clean();
  }

  private void refused(Step step) throws IOException {
    Throwable thrown =
        catchThrowable(() -> Plan.of(World.runbook(step), world.dialect.target(), world.clock));
    assertThat(thrown).isInstanceOf(Refusal.class);
    show(thrown);
    clean();
  }

  @Test
  void refusals_of_plans_do_not_show_it() throws IOException {
    Exception[] broken = {
      new Refusal(leaky("x")), new SQLException(EVERYWHERE, new IOException(EVERYWHERE))
    };
    for (Exception e : broken) {
      refused(
          ChangeWithoutUndo.of(
                  "refusing",
                  reading -> {
                    throw e;
                  })
              .withSecrets(secret)
              .cannotBeUndone("test"));
    }
    assertThat(out.toString()).contains("[canary]");
  }

  @Test
  void an_unreachable_target_does_not_show_it() throws IOException {
    Step step = answering("a", r -> Outcome.waiting(r.now().plusSeconds(9), ""));
    Run run = world.start(step);
    run.advance();
    run.close();
    world.dialect.at =
        point -> {
          if (point.equals("openReading")) {
            RunOrderTest.sneaky(new SQLException(EVERYWHERE, new IOException(EVERYWHERE)));
          }
        };
    refused(step);
    Throwable thrown = catchThrowable(() -> world.resume(run.journal(), step));
    assertThat(thrown).hasMessageContaining("cannot read target 'world'");
    show(thrown);
    clean();
  }

  @Test
  void a_fence_that_fails_does_not_show_it() throws IOException {
    world.runner =
        world.runner.withPoints(
            point -> {
              if (point.equals("done:effect.applied")) {
                throw new Death();
              }
            });
    Step step = outside("done", null, ProbeResult.Kind.APPLIED);
    Run run = world.start(step);
    assertThatThrownBy(run::advance).isInstanceOf(Death.class);
    run.close();
    world.dialect.crash();
    world.dialect.at =
        point -> {
          if (point.equals("fence")) {
            RunOrderTest.sneaky(new SQLException(EVERYWHERE, new IOException(EVERYWHERE)));
          }
        };
    Throwable thrown = catchThrowable(() -> world.resume(run.journal(), step));
    assertThat(thrown).hasMessageContaining("cannot make sure that 'done' has ended");
    show(thrown);
    clean();
  }

  @Test
  void a_plan_whose_names_hold_a_secret_is_refused_without_saying_it() {
    Check named =
        new Leaky("login as " + CANARY, secret, reading -> Outcome.passed(reading.evidence()));
    Check plain = new Leaky("login", secret, reading -> Outcome.passed(reading.evidence()));
    Runbook inStep = new Runbook("book", List.of(new Gate("gate", List.of(named))), List.of());
    Runbook inGate = new Runbook("book", List.of(new Gate(CANARY, List.of(plain))), List.of());
    Runbook inBook = new Runbook(CANARY, List.of(new Gate("gate", List.of(plain))), List.of());
    for (Runbook book : List.of(inStep, inGate, inBook)) {
      assertThatThrownBy(() -> Plan.of(book, world.dialect.target()))
          .isInstanceOf(Refusal.class)
          .hasMessageContaining("plan.secret-in-name")
          .hasMessageContaining("[canary]")
          .hasMessageNotContaining(CANARY);
    }
  }

  @Test
  void secrets_of_undo_steps_and_guards_are_known_too() throws IOException {
    Change undone =
        transactional("one", world.dialect)
            .undoneBy(outside("undo", new IOException(EVERYWHERE), ProbeResult.Kind.NOT_APPLIED));
    Runbook runbook =
        new Runbook(
            "r",
            List.of(new Gate("g", List.of(undone, dev.gatehouse.core.testkit.Steps.failing("f")))),
            List.of());
    try (Run run = world.start(runbook)) {
      show(run, run.advance());
      assertThat(run.record().state()).isEqualTo(RunState.NOT_UNDONE);
    }
    clean();
    assertThat(out.toString()).contains("[canary]");
  }
}
