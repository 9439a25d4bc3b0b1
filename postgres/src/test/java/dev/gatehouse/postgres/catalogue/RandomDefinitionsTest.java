package dev.gatehouse.postgres.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Baseline;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Definitions made up by chance are the same after a dump and its restore, and no other one is: the
 * server itself is the judge of the spelling.
 */
class RandomDefinitionsTest {
  private static final int ROUNDS = 10;

  @TempDir Path work = Path.of("");

  static List<EngineUnderTest> engines() {
    return EngineUnderTest.postgres();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void a_few_are_the_same_after_a_dump_and_none_with_another_meaning(EngineUnderTest engine)
      throws Exception {
    assertThat(round(engine, 300, 60, 11)).as("printed otherwise").isGreaterThan(30);
  }

  @Tag("nightly")
  @ParameterizedTest
  @MethodSource("engines")
  void five_thousand_are_and_of_five_hundred_changes_none_is_missed(EngineUnderTest engine)
      throws Exception {
    int otherwise = 0;
    for (int round = 0; round < ROUNDS; round++) {
      otherwise +=
          round(engine, 500, 50, 1000L * Integer.getInteger("definitions.seed", 1) + round);
    }
    System.out.println(
        engine
            + ": 0 false differences in 5000 objects, "
            + otherwise
            + " of them printed otherwise; 0 of 500 changes missed");
  }

  /** How many objects the server printed otherwise. */
  private int round(EngineUnderTest engine, int objects, int changes, long seed) throws Exception {
    Random random = new Random(seed);
    try (TestDatabase database = engine.database();
        TestDatabase copy = engine.database()) {
      List<RandomDefinition> made;
      Baseline before;
      try (Connection session = database.connect()) {
        CatalogueSample.run(session, RandomDefinition.GROUND.toArray(String[]::new));
        made = made(session, objects, random);
        before = CatalogueSample.read(session);
      }
      new DumpAndRestore(engine, work).between(database, copy);
      try (Connection session = copy.connect()) {
        Baseline after = CatalogueSample.read(session);
        assertThat(after.objects()).as("seed " + seed).hasSameSizeAs(before.objects());
        List<Drift> all = before.drift(after);
        assertThat(real(all).stream().map(RandomDefinitionsTest::told))
            .as("falsely different, seed " + seed)
            .isEmpty();
        again(session, made.subList(0, changes));
        assertThat(
                real(before.drift(CatalogueSample.read(session))).stream()
                    .map(RandomDefinitionsTest::told))
            .as("different when made again, seed " + seed)
            .allMatch(told -> told.matches("(?s)table s\\.[gl]\ncolumns: .*"));
        List<RandomDefinition> changed = change(session, made, changes, random);
        List<String> found = names(real(before.drift(CatalogueSample.read(session))));
        assertThat(
                changed.stream().filter(c -> found.stream().noneMatch(n -> n.contains(c.name()))))
            .as("missed, seed " + seed)
            .isEmpty();
        assertThat(changed).hasSize(changes);
        return all.size();
      }
    }
  }

  private static List<RandomDefinition> made(Connection session, int objects, Random random)
      throws SQLException {
    int major = session.getMetaData().getDatabaseMajorVersion();
    List<RandomDefinition> made = new ArrayList<>();
    session.setAutoCommit(false);
    while (made.size() < objects) {
      RandomDefinition next = RandomDefinition.of("x" + made.size() + "x", major, random);
      if (done(session, next.create())) {
        made.add(next);
      }
    }
    session.commit();
    session.setAutoCommit(true);
    return made;
  }

  /** Each in the copy, in the place of the one that was restored. */
  private static List<RandomDefinition> change(
      Connection session, List<RandomDefinition> made, int changes, Random random)
      throws SQLException {
    List<RandomDefinition> left = new ArrayList<>(made);
    List<RandomDefinition> changed = new ArrayList<>();
    session.setAutoCommit(false);
    while (changed.size() < changes) {
      RandomDefinition one = left.get(random.nextInt(left.size()));
      RandomDefinition other = one.mutated(random);
      if (!other.create().equals(one.create()) && done(session, one.drop(), other.create())) {
        changed.add(other);
        left.remove(one);
      }
    }
    session.commit();
    session.setAutoCommit(true);
    return changed;
  }

  /** Made again as they were, so that it is not the making that is found. */
  private static void again(Connection session, List<RandomDefinition> made) throws SQLException {
    session.setAutoCommit(false);
    int done = 0;
    for (RandomDefinition one : made) {
      done += done(session, one.drop(), one.create()) ? 1 : 0;
    }
    session.commit();
    session.setAutoCommit(true);
    assertThat(done).isGreaterThan(made.size() / 2);
  }

  /** What the server refuses is not counted. */
  private static boolean done(Connection session, String... sql) throws SQLException {
    Savepoint before = session.setSavepoint();
    try {
      CatalogueSample.run(session, sql);
      session.releaseSavepoint(before);
      return true;
    } catch (SQLException refused) {
      session.rollback(before);
      return false;
    }
  }

  private static List<Drift> real(List<Drift> drifts) {
    return drifts.stream().filter(d -> !PostgresCatalogue.INSTANCE.leftByDump(d)).toList();
  }

  private static List<String> names(List<Drift> drifts) {
    return drifts.stream().map(drift -> drift.object().name()).toList();
  }

  private static String told(Drift drift) {
    return drift.object() + "\n" + drift.expected() + "\n" + drift.found();
  }
}
