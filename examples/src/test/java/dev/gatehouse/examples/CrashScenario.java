package dev.gatehouse.examples;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.rowCount;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A runbook to crash, and the world it needs. */
enum CrashScenario {
  /** Succeeds. */
  RESTORE {
    @Override
    void prepare(Path work) throws Exception {
      SqliteRestore example = new SqliteRestore(work, ROWS);
      Files.writeString(work.resolve("good"), example.accident().toString());
      example.control("stop");
    }

    @Override
    void begin(Path work) throws Exception {
      new SqliteRestore(work, ROWS).control("start");
    }

    @Override
    Runbook runbook(Path work) throws Exception {
      return new SqliteRestore(work, ROWS)
          .runbookFor(Instant.parse(Files.readString(work.resolve("good"))));
    }
  },

  /** The application owner says no at the end: all that can be undone is undone. */
  REJECTED_RESTORE {
    @Override
    void prepare(Path work) throws Exception {
      RESTORE.prepare(work);
    }

    @Override
    void begin(Path work) throws Exception {
      RESTORE.begin(work);
    }

    @Override
    Runbook runbook(Path work) throws Exception {
      return RESTORE.runbook(work);
    }

    @Override
    boolean answer(String role) {
      return !role.equals("application owner");
    }

    @Override
    RunState end() {
      return RunState.UNDONE;
    }
  },

  /** Succeeds. */
  MIGRATION {
    @Override
    void prepare(Path work) throws Exception {
      SampleShop.create(work.resolve("shop.db"), ROWS);
    }

    @Override
    Runbook runbook(Path work) {
      return Quickstart.migration(work, Workspace.examples().resolve("migrations/shop"));
    }
  },

  /** A smoke check fails after the commit: the undo restores the backup. */
  FAILED_MIGRATION {
    @Override
    void prepare(Path work) throws Exception {
      MIGRATION.prepare(work);
    }

    @Override
    Runbook runbook(Path work) throws Exception {
      Runbook migration = MIGRATION.runbook(work);
      List<Gate> gates = new ArrayList<>(migration.gates());
      gates.add(gate("More smoke", rowCount("invoices").is(0).named("a check that fails")));
      return new Runbook(migration.name(), gates, migration.guards());
    }

    @Override
    RunState end() {
      return RunState.UNDONE;
    }
  };

  static final int ROWS = 2_000;

  /** Makes it once; its copies are crashed. */
  abstract void prepare(Path work) throws Exception;

  /** What must run beside the runbook from its beginning on. */
  void begin(Path work) throws Exception {}

  abstract Runbook runbook(Path work) throws Exception;

  /** What a person of that role says. */
  boolean answer(String role) {
    return true;
  }

  /** How its uninterrupted run ends. */
  RunState end() {
    return RunState.SUCCEEDED;
  }

  /** Whether it leaves the database as it was. */
  boolean undoes() {
    return end() != RunState.SUCCEEDED;
  }

  /** Whether a worker belongs to it. */
  boolean hasWorker() {
    return this == RESTORE || this == REJECTED_RESTORE;
  }
}
