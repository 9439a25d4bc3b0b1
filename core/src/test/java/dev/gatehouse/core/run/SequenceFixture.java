package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.part;
import static dev.gatehouse.core.testkit.Steps.partWithInverse;
import static dev.gatehouse.core.testkit.Steps.sequence;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.journal.StepRecord;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Effect.InSequence.Part;
import dev.gatehouse.core.testkit.Steps;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Steps of parts in a world of their own. */
abstract class SequenceFixture {
  @TempDir Path journals;

  World world;

  @BeforeEach
  void make_world() {
    world = new World(journals);
  }

  static SQLException error(String state) {
    return new SQLException("test", state);
  }

  /** Breaks instead of its effect. */
  Part breaking(String name, Exception how) {
    return part(
        name,
        working -> {
          throw how;
        },
        key -> Steps.done(world.dialect, name),
        Optional.of(part("back " + name, world.dialect)));
  }

  ChangeWithoutUndo migrations(Part... parts) {
    return sequence("migrations", List.of(parts));
  }

  Part plain(String name) {
    return part(name, world.dialect);
  }

  Part reversible(String name) {
    return partWithInverse(name, world.dialect);
  }

  static StepRecord migrations(RunRecord record) {
    return record.step("migrations").orElseThrow();
  }

  static List<String> parts(RunRecord record) {
    return migrations(record).parts().all().stream()
        .map(part -> part.name() + " " + part.state())
        .toList();
  }

  /** Asks the run to stop when the part has taken effect. */
  Part stopping(String name, Run[] run, Stop.Mode mode) {
    return part(
        name,
        working -> {
          world.dialect.doNow(name);
          if (mode == Stop.Mode.PAUSE) {
            run[0].pause("test");
          } else if (mode == Stop.Mode.ABORT) {
            run[0].abort("ann", "test");
          } else {
            run[0].panic("ann", "test");
          }
        },
        key -> Steps.done(world.dialect, name),
        Optional.of(part("back " + name, world.dialect)));
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <X extends Throwable> RuntimeException sneaky(Throwable thrown) throws X {
    throw (X) thrown;
  }
}
