package dev.gatehouse.dsl;

import dev.gatehouse.core.dialect.Concurrency;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.StepFailed;
import dev.gatehouse.sqlite.Sqlite;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A desk to try one step on: a real SQLite file, a clock that is set, evidence that is told. */
public final class Desk implements EffectContext, AutoCloseable {
  private final Target target;
  private final boolean writing;
  private final Map<String, Evidence> reported = new HashMap<>();
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private String key = "run-1/step";
  private Progress progress = Progress.SILENT;
  private boolean settled = true;
  private @Nullable Connection connection;

  private Desk(Target target, boolean writing) {
    this.target = target;
    this.writing = writing;
  }

  public static Desk reading(Target target) {
    return new Desk(target, false);
  }

  public static Desk writing(Target target) {
    return new Desk(target, true);
  }

  /** A new database file with that SQL executed, on a desk that reads. */
  public static Desk at(Path directory, String... statements) throws SQLException {
    return reading(shop(directory.resolve("shop.db"), statements));
  }

  /** A new database file with that SQL executed. */
  public static Target shop(Path file, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        var statement = connection.createStatement()) {
      statement.execute("create table if not exists made(x)");
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
    return Sqlite.file("shop", file);
  }

  public Desk at(Instant moment) {
    now = moment;
    return this;
  }

  public Desk under(String newKey) {
    key = newKey;
    return this;
  }

  /** As a step is planned behind one that changes the target. */
  public Desk unsettled() {
    settled = false;
    return this;
  }

  public Desk watchedBy(Progress watcher) {
    progress = watcher;
    return this;
  }

  public Desk told(Step step, Evidence evidence) {
    reported.put(step.name(), evidence);
    return this;
  }

  public Outcome ask(Step check) throws Exception {
    return ((Check) check).evaluate(this);
  }

  public Effect bind(Step change) throws Exception {
    return ((Change) change).bind(this);
  }

  /** Applies as a run would, but without its journal. */
  public Evidence apply(Step change) throws Exception {
    Effect effect = bind(change);
    Evidence evidence;
    if (effect instanceof Effect.InTransaction transaction) {
      Concurrency transactions = target.dialect().concurrency();
      transactions.begin(connection());
      try {
        evidence = transaction.apply(this);
        transactions.commit(connection());
      } catch (Exception e) {
        transactions.rollback(connection());
        throw e;
      }
    } else {
      close();
      evidence = ((Effect.External) effect).apply(this);
    }
    told(change, evidence);
    return evidence;
  }

  @Override
  public Target target() {
    return target;
  }

  @Override
  public Connection connection() throws SQLException {
    if (connection == null) {
      connection =
          writing ? target.dialect().openWriting(target) : target.dialect().openReading(target);
    }
    return connection;
  }

  @Override
  public boolean targetIsFinal() {
    return settled;
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public Optional<Evidence> evidenceOf(Step step) {
    return Optional.ofNullable(reported.get(step.name()));
  }

  @Override
  public String key() {
    return key;
  }

  @Override
  public Progress progress() {
    return progress;
  }

  @Override
  public void require(Check check) throws Exception {
    Outcome outcome = check.evaluate(this);
    if (!outcome.status().opens()) {
      throw new StepFailed(
          outcome.findings().isEmpty()
              ? List.of(Finding.of("require", outcome.toString()))
              : outcome.findings());
    }
  }

  @Override
  public void close() throws SQLException {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
