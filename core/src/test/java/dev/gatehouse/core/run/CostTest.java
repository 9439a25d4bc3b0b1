package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.transactional;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.journal.Signer;
import dev.gatehouse.core.model.Gate;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.testkit.SimulatedStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CostTest {
  @TempDir Path journals;

  private int forces(int steps) {
    World world = new World(journals);
    SimulatedStorage disk = new SimulatedStorage();
    Signer signer = Signer.ephemeral();
    world.runner = world.runner.withJournals(new Journals(journals, file -> disk, () -> signer));
    List<Gate> gates = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      Step empty = transactional("step " + i, working -> {}).cannotBeUndone("it does nothing");
      gates.add(new Gate("gate " + i, List.of(empty)));
    }
    try (Run run = world.start(new Runbook("empty", gates, List.of()))) {
      run.toEnd();
    }
    return disk.forces();
  }

  @Test
  void a_journaled_step_in_a_gate_of_its_own_costs_three_forces() {
    // intent, outcome, gate; one more for each 32 KiB of room that is reserved
    double perStep = (forces(110) - forces(10)) / 100.0;
    assertThat(perStep).isBetween(2.0, 3.1);
  }
}
