package dev.gatehouse.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What the score tells of expectations, weak and strong ones. */
@ParameterizedClass(name = "{0}")
@MethodSource("engines")
class MutationTest {
  private static final Map<EngineUnderTest, MutationWorld> WORLDS = new HashMap<>();

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  private final MutationWorld world;

  MutationTest(EngineUnderTest engine) throws Exception {
    if (!WORLDS.containsKey(engine)) {
      WORLDS.put(engine, new MutationWorld(engine));
    }
    world = WORLDS.get(engine);
  }

  @AfterAll
  static void close() {
    WORLDS.values().forEach(MutationWorld::close);
    WORLDS.clear();
  }

  private Outcome score(List<Check> checks) throws Exception {
    return world.ask(
        world
            .against(checks.get(0), checks.subList(1, checks.size()).toArray(Check[]::new))
            .requireScore(0.95));
  }

  @Test
  void the_seeds_style_notices_little_and_the_full_set_nearly_all() throws Exception {
    for (List<Check> checks : List.of(world.seedStyle(), world.separation(), world.full())) {
      Outcome outcome = score(checks);
      outcome
          .proof()
          .ifPresentOrElse(
              proof ->
                  System.out.println(
                      String.join(
                          "\n", proof.facts().entrySet().stream().map(Object::toString).toList())),
              () -> System.out.println(outcome));
    }
    assertThat(world.role).isNotEmpty();
  }
}
