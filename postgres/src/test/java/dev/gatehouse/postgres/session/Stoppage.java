package dev.gatehouse.postgres.session;

import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.testkit.Steps;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * Where a runner stands when it is stopped. Each goes on for long, unless there is to be {@link
 * #hurry}, and says a line when it has begun.
 */
enum Stoppage implements Scenario {
  WAIT,
  TRANSACTION,
  SESSION,
  OUTSIDE;

  private static final List<String> PREVIEW = List.of("work slowly");
  private static final int SLICES = 120;
  private static final long SLICE_MILLIS = 250;

  static void prepare(Connection connection, Path outside) throws SQLException {
    Queries.run(connection, "CREATE TABLE work (pid int)");
    Queries.run(connection, "CREATE TABLE pace (seconds float, outside text)");
    Queries.run(connection, "INSERT INTO pace VALUES (30, '" + outside + "')");
  }

  /** From now on nothing takes long, and nothing is waited for. */
  static void hurry(Connection connection) throws SQLException {
    Queries.run(connection, "UPDATE pace SET seconds = 0");
  }

  @Override
  public Runbook runbook() {
    List<Step> steps =
        switch (this) {
          case WAIT -> List.of(Steps.check("patience", Stoppage::patience), change(this::now));
          case TRANSACTION -> List.of(change(this::slowly));
          case SESSION -> List.of(change(new InSession()));
          case OUTSIDE -> List.of(change(new Outside()));
        };
    return new Runbook("stopped", List.of(new Gate("stopped", steps)), List.of());
  }

  private static Step change(Effect effect) {
    return ChangeWithoutUndo.of("work", reading -> effect).cannotBeUndone("a test's own world");
  }

  private static Step change(Work work) {
    return change(new InTransaction(work));
  }

  @FunctionalInterface
  private interface Work {
    void on(Connection connection) throws SQLException;
  }

  private void now(Connection connection) throws SQLException {
    Queries.run(connection, "INSERT INTO public.work VALUES (pg_backend_pid())");
  }

  private void slowly(Connection connection) throws SQLException {
    Queries.run(connection, "SET client_connection_check_interval = 0");
    begun();
    Queries.run(
        connection,
        "INSERT INTO public.work SELECT pg_backend_pid()"
            + " FROM pg_sleep((SELECT seconds FROM public.pace))");
  }

  private static void begun() {
    System.out.println("begun");
    System.out.flush();
  }

  private static boolean hurried(Connection connection) throws SQLException {
    return Queries.isTrue(connection, "SELECT seconds = 0 FROM public.pace");
  }

  private static Path outside(Connection connection) throws SQLException {
    return Path.of(Queries.pinned(connection, "SELECT outside FROM public.pace"));
  }

  private static Outcome patience(CheckContext reading) {
    try {
      if (hurried(reading.connection())) {
        return Outcome.passed(reading.evidence());
      }
      begun();
      return Outcome.waiting(reading.now().plus(Duration.ofSeconds(30)), "nobody is in a hurry");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private record InTransaction(Work work) implements Effect.InTransaction {
    @Override
    public List<String> preview() {
      return PREVIEW;
    }

    @Override
    public Evidence apply(EffectContext working) throws SQLException {
      work.on(working.connection());
      return working.evidence();
    }
  }

  private record InSession() implements Effect.InSession {
    @Override
    public List<String> preview() {
      return PREVIEW;
    }

    @Override
    public Evidence apply(EffectContext working) throws SQLException {
      SESSION.slowly(working.connection());
      return working.evidence();
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) throws Exception {
      boolean there =
          Queries.isTrue(reading.connection(), "SELECT EXISTS (SELECT FROM public.work)");
      return new ProbeResult(
          there ? Kind.APPLIED : Kind.NOT_APPLIED, "looked for the row", reading.evidence());
    }
  }

  /** Stages, takes its time, and publishes at the end, as effects outside of the target do. */
  private record Outside() implements Effect.External {
    @Override
    public List<String> preview() {
      return PREVIEW;
    }

    @Override
    public boolean touchesTarget() {
      return false;
    }

    @Override
    public Evidence apply(EffectContext working) throws Exception {
      Path outside = outside(working.connection());
      int slices = hurried(working.connection()) ? 0 : SLICES;
      begun();
      for (int slice = 0; slice < slices; slice++) {
        Thread.sleep(SLICE_MILLIS);
        working.progress().continuing();
      }
      publish(outside);
      return working.evidence();
    }

    /** Fails when somebody has published already. */
    private static void publish(Path outside) throws IOException {
      Files.createFile(outside);
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) throws Exception {
      boolean there = Files.exists(outside(reading.connection()));
      return new ProbeResult(
          there ? Kind.APPLIED : Kind.NOT_APPLIED, "looked for the file", reading.evidence());
    }
  }
}
