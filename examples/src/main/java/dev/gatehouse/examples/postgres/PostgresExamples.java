package dev.gatehouse.examples.postgres;

import static dev.gatehouse.core.journal.Occasion.ENDED;
import static dev.gatehouse.core.journal.Occasion.FAILED;
import static dev.gatehouse.core.journal.Occasion.WAITING;
import static dev.gatehouse.dsl.GatehouseTelling.program;
import static java.time.Duration.ofSeconds;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.dsl.tell.Program;
import dev.gatehouse.examples.Application;
import dev.gatehouse.examples.People;
import dev.gatehouse.examples.Show;
import dev.gatehouse.examples.Team;
import dev.gatehouse.examples.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * {@code examples/run NAME [--url ...] [--broken]}: each on a throw-away server unless told
 * otherwise; {@code --broken} breaks the world first, in the way the runbook is there to notice.
 */
public final class PostgresExamples {

  /** What an example has at hand. */
  record Stage(Target production, Path work, boolean broken) {
    Path vault() {
      return work.resolve("vault");
    }

    Path baseline() {
      return work.resolve("baseline.jsonl");
    }

    /** Whoever waits for news of the run reads it there; yours is a chat room, or mail. */
    Program notices() {
      return program("tee", "-a", work.resolve("notices.txt").toString()).named("notices");
    }

    void breakBy(String sql) throws Exception {
      if (broken) {
        System.out.println("(the world is broken first: " + sql + ")");
        Production.tamper(production, sql);
      }
    }

    /** With people of their own, who say by letters what it waits for. */
    int run(Runbook runbook, Team team) throws IOException {
      return run(runbook.decidedBy(team.people()));
    }

    int run(Runbook runbook) throws IOException {
      Plan plan = Plan.of(runbook, production);
      Show.plan(plan, work);
      Runner runner =
          Runner.journalingTo(work.resolve("journals"))
              .withListener(Show.live())
              .telling(notices().on(WAITING, FAILED, ENDED));
      return People.sayYes(plan, runner, this::end);
    }

    private void end(Run run, RunRecord record) {
      Show.wouldChange(record);
      Show.end(run, record, work.resolve("reports"));
    }
  }

  private interface Body {
    int run(Stage stage) throws Exception;
  }

  private PostgresExamples() {}

  public static int promotion(List<String> arguments) throws Exception {
    return on(
        "promotion",
        arguments,
        stage -> {
          stage.breakBy("grant update on eng.teams to public");
          try (Staging staging =
              Staging.after(
                  Promotion.onStaging(Production.scripts()), stage.production(), stage.work())) {
            return stage.run(
                Promotion.runbookFor(
                    Production.scripts(),
                    stage.vault(),
                    stage.notices(),
                    Files.writeString(stage.work().resolve("ingest.percent"), "0"),
                    Promotion.Pace.OF_THE_EXAMPLE,
                    staging),
                Promotion.team(stage.work()));
          }
        });
  }

  public static int directToProduction(List<String> arguments) throws Exception {
    return on(
        "direct-to-production",
        arguments,
        stage -> {
          stage.breakBy("grant update (name) on eng.teams to vh_app");
          try (Application application = Application.begin()) {
            return stage.run(
                DirectToProduction.runbookFor(
                    Production.scripts(),
                    stage.vault(),
                    application.address(),
                    application.token(),
                    around(-60),
                    around(60),
                    ofSeconds(1),
                    () -> 20), // yours asks the database's host
                Team.startedHere(stage.work())
                    .with("dora", "database administrator")
                    .with("sven", "security officer")
                    .with("chris", "chairman/CTO"));
          }
        });
  }

  public static int diff(List<String> arguments) throws Exception {
    return on(
        "diff",
        arguments,
        stage -> {
          stage.breakBy("create table eng.sensitive_decisions (id integer)");
          return stage.run(Deployment.diff(Production.scripts()));
        });
  }

  public static int backup(List<String> arguments) throws Exception {
    return on(
        "backup",
        arguments,
        stage -> {
          // Dumped without an error: only a restore finds out that one() is not found by then.
          stage.breakBy(
              """
              create function public.one() returns integer language sql as 'select 1';
              create function public.fits(n integer) returns boolean language sql as 'select n >= one()';
              alter table vh.ventures add check (public.fits(id))\
              """);
          return stage.run(Deployment.backup(stage.vault()));
        });
  }

  public static int restore(List<String> arguments) throws Exception {
    return on(
        "restore",
        arguments,
        stage -> {
          int backup = stage.run(Deployment.backup(stage.vault()));
          if (backup != 0) {
            return backup;
          }
          Instant good = Instant.now();
          Production.tamper(stage.production(), "delete from vh.ingest_runs where id % 2 = 0");
          System.out.println("(the accident: half of vh.ingest_runs is gone)");
          if (stage.broken()) {
            System.out.println("(and one byte of the backup is not what it was)");
            Production.flipAByteOf(stage.vault());
          }
          return stage.run(
              Deployment.restored(stage.vault(), good, ofSeconds(2)),
              Team.startedHere(stage.work())
                  .with("ada", "senior engineer", "product owner")
                  .with("bob", "senior engineer")
                  .with("carol", "product owner"));
        });
  }

  public static int drift(List<String> arguments) throws Exception {
    return on(
        "drift",
        arguments,
        stage -> {
          int recorded = stage.run(Deployment.baseline(stage.baseline()));
          stage.breakBy("alter table vh.ventures add column note text");
          return recorded != 0 ? recorded : stage.run(Deployment.drift(stage.baseline()));
        });
  }

  public static int deploy(List<String> arguments) throws Exception {
    return on(
        "deploy",
        arguments,
        stage -> {
          int recorded = stage.run(Deployment.baseline(stage.baseline()));
          stage.breakBy("create index ventures_by_stage on vh.ventures (stage)");
          return recorded != 0
              ? recorded
              : stage.run(
                  Deployment.deploy(Production.scripts(), stage.vault(), stage.baseline()),
                  Team.startedHere(stage.work()).with("rita", "reviewer").with("rolf", "reviewer"));
        });
  }

  public static int flyway(List<String> arguments) throws Exception {
    return on(
        "flyway",
        arguments,
        stage -> {
          stage.breakBy("update vh.ventures set name = 'venture 1' where id = 2");
          return stage.run(
              FlywayDeployment.runbookFor(
                  FlywayDeployment.flyway(
                      stage.production(), Production.scripts().resolve("flyway")),
                  stage.vault()));
        });
  }

  public static int score(List<String> arguments) throws Exception {
    return on(
        "score",
        arguments,
        stage -> new Score(stage.production(), stage.work()).print(Production.scripts()));
  }

  /** On the server itself, which stays as it is but for copies of drills. */
  public static int leftovers(List<String> arguments) throws Exception {
    try (ExampleDatabase database = ExampleDatabase.of(arguments)) {
      return Leftovers.remove(database.target()) == 0 ? 0 : 1;
    }
  }

  private static int on(String name, List<String> arguments, Body body) throws Exception {
    Path work = Workspace.fresh(name);
    try (ExampleDatabase database = ExampleDatabase.of(arguments)) {
      Production.create(database.target());
      return body.run(new Stage(database.target(), work, arguments.contains("--broken")));
    }
  }

  /** A window around now, so that the example can be run at any time; yours says when. */
  static String around(int minutes) {
    return LocalTime.now(ZoneOffset.UTC)
        .plusMinutes(minutes)
        .truncatedTo(ChronoUnit.MINUTES)
        .toString();
  }
}
