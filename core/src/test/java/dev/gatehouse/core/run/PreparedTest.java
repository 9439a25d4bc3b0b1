package dev.gatehouse.core.run;

import static dev.gatehouse.core.testkit.Steps.finding;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatehouse.core.journal.RunState;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.ChangeWithoutUndo;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is prepared for a transaction is executed by it, and closed once, however that ends. */
class PreparedTest {
  @TempDir Path journals;
  World world;
  private final List<String> seen = new ArrayList<>();

  @BeforeEach
  void make_world() {
    world = new World(journals);
    world.dialect.at =
        point -> {
          if (point.equals("begin") || point.equals("commit.after") || point.equals("rollback")) {
            seen.add(point);
          }
        };
  }

  private record Preparing(List<String> seen, boolean breaks, boolean unclosable)
      implements Effect.InTransaction {
    @Override
    public Prepared prepare(EffectContext working) {
      seen.add("prepared");
      return new Prepared() {
        @Override
        public Evidence apply(EffectContext inside) {
          seen.add("applied");
          if (breaks) {
            throw new StepFailed(finding("change"));
          }
          return inside.evidence();
        }

        @Override
        public void close() throws IOException {
          seen.add("closed");
          if (unclosable) {
            throw new IOException("test");
          }
        }
      };
    }

    @Override
    public Evidence apply(EffectContext working) {
      throw new AssertionError("what was prepared is what is applied");
    }

    @Override
    public List<String> preview() {
      return List.of("prepare, then apply");
    }
  }

  private Change change(boolean breaks, boolean unclosable) {
    return ChangeWithoutUndo.of("change", reading -> new Preparing(seen, breaks, unclosable))
        .cannotBeUndone("test");
  }

  @Test
  void it_is_closed_after_the_commit() {
    assertThat(world.run(change(false, false)).state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(seen).containsExactly("prepared", "begin", "applied", "commit.after", "closed");
  }

  @Test
  void what_cannot_be_closed_does_not_make_what_is_committed_a_failure() {
    assertThat(world.run(change(false, true)).state()).isEqualTo(RunState.SUCCEEDED);
    assertThat(seen).endsWith("commit.after", "closed");
  }

  @Test
  void it_is_closed_after_the_rollback() {
    assertThat(world.run(change(true, false)).state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(seen).containsExactly("prepared", "begin", "applied", "rollback", "closed");
  }

  @Test
  void it_is_closed_when_no_transaction_begins() {
    world.dialect.at =
        point -> {
          if (point.equals("begin")) {
            throw sneaky(new SQLException("no latch", "42000"));
          }
        };
    assertThat(world.run(change(false, false)).state()).isEqualTo(RunState.FAILED_CLEAN);
    assertThat(seen).containsExactly("prepared", "closed");
  }

  @Test
  void it_is_closed_when_an_error_ends_the_process_that_can_still_close() {
    Runner healthy = world.runner;
    world.runner =
        healthy.withPoints(
            point -> {
              if (point.equals("change:latch.taken")) {
                throw new Death();
              }
            });
    try (Run run = world.start(change(false, false))) {
      assertThatThrownBy(run::toEnd).isInstanceOf(Death.class);
    }
    assertThat(seen).containsExactly("prepared", "begin", "closed");
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <X extends Throwable> RuntimeException sneaky(Throwable thrown) throws X {
    throw (X) thrown;
  }
}
