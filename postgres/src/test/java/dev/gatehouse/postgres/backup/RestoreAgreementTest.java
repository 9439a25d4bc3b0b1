package dev.gatehouse.postgres.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.EngineUnderTest;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A drill accepts what a restore in place accepts, in databases made up by chance; and after the
 * restore the server's own dump of the database is the one of before.
 */
class RestoreAgreementTest {
  private static final int FEW = 2;
  private static final int MANY = 200;
  private static final Pattern FIRST =
      Pattern.compile("have a superuser execute this first, and restore then: (.*)");

  @TempDir Path work = Path.of("");

  private final EngineUnderTest engine = EngineUnderTest.onePostgres(RestoreAgreementTest.class);

  /** How one of the two went: empty where it was accepted. */
  private record Verdict(Optional<String> planned, Optional<String> executed) {
    boolean accepted() {
      return planned.isEmpty() && executed.isEmpty();
    }

    @Override
    public String toString() {
      return planned
          .map(why -> "refused while planning: " + why)
          .orElseGet(() -> executed.map(why -> "failed: " + why).orElse("accepted"));
    }
  }

  @FunctionalInterface
  private interface Work {
    void execute() throws Exception;
  }

  private static Optional<String> refusal(Work work) {
    try {
      work.execute();
      return Optional.empty();
    } catch (Exception | AssertionError e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  @Test
  void a_few_agree() throws Exception {
    agree(FEW, 1);
  }

  @Tag("nightly")
  @Test
  void two_hundred_agree() throws Exception {
    agree(Integer.getInteger("agreement.rounds", MANY), Integer.getInteger("agreement.seed", 1000));
  }

  @Tag("nightly")
  @Test
  void each_piece_alone_agrees() throws Exception {
    List<String> different = new ArrayList<>();
    for (RandomPiece piece :
        RandomPiece.ALL.subList(Integer.getInteger("agreement.from", 0), RandomPiece.ALL.size())) {
      try (TestDatabase database = engine.database()) {
        Account owner = Deployer.of(database);
        RandomSchema schema = new RandomSchema(database, owner, new Random(1));
        schema.make(piece);
        try {
          String told = round(database, owner, schema);
          System.out.println(piece.name() + ": " + told);
          if (told.contains("\n")) {
            different.add(told);
          }
        } finally {
          unsubscribe(database);
        }
      }
    }
    assertThat(different).isEmpty();
  }

  private void agree(int rounds, int seed) throws Exception {
    SortedMap<String, Integer> counts = new TreeMap<>();
    List<String> different = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      String told = round(seed + round);
      if (told.contains("\n")) {
        different.add("seed " + (seed + round) + ": " + told);
        System.out.println(different.get(different.size() - 1));
      } else {
        counts.merge(told, 1, Integer::sum);
      }
    }
    System.out.println(engine + ": " + counts + ", " + different.size() + " disagree");
    assertThat(different).isEmpty();
  }

  private String round(int seed) throws Exception {
    Random random = new Random(seed);
    try (TestDatabase database = engine.database()) {
      Account owner = Deployer.of(database);
      RandomSchema schema = new RandomSchema(database, owner, random);
      schema.make();
      try {
        return round(database, owner, schema);
      } finally {
        unsubscribe(database);
      }
    }
  }

  private String round(TestDatabase database, Account owner, RandomSchema schema) throws Exception {
    Dumps dumps =
        new Dumps(
            new Dumps(engine, database, Files.createTempDirectory(work, "round")),
            Deployer.target(engine, database, owner));
    RestoreMethod.InTransaction inPlace = (RestoreMethod.InTransaction) dumps.method.restoring();
    String before = dumped(database);
    Artifact artifact;
    try {
      artifact = dumps.backUp(1);
    } catch (Exception e) {
      System.out.println(schema + ": " + e.getMessage());
      return "no backup";
    }
    Optional<String> restorePlanned = refusal(() -> inPlace.refuseUnrestorable(dumps.target));
    Verdict drill = drilled(dumps, dumps.target, artifact);
    // What its fix says: a superuser elsewhere.
    Verdict elsewhere =
        drill.planned().isPresent()
            ? drilled(dumps, new Dumps(engine, database, work).target, artifact)
            : drill;
    schema.damage();
    Work inPlaceAgain = () -> dumps.restore(artifact, dumps.unpacked(artifact), Progress.SILENT);
    Verdict restore = new Verdict(restorePlanned, refusal(inPlaceAgain));
    // The damage took what only a superuser can bring back, and the fix says how.
    Matcher first = FIRST.matcher(restore.executed().orElse(""));
    boolean helped = first.find();
    if (helped) {
      database.run(first.group(1));
      restore = new Verdict(restorePlanned, refusal(inPlaceAgain));
    }
    String words = schema + "\n  drill " + drill + "\n  restore " + restore;
    if (restore.accepted()) {
      String after = dumped(database);
      if (!before.equals(after)) {
        return words + "\n" + difference(before, after);
      }
      return drill.accepted()
          ? helped ? "accepted after a superuser's statements" : "accepted"
          : elsewhere.accepted()
              ? "drilled by a superuser"
              : words + "\n  by a superuser " + elsewhere;
    }
    if (restorePlanned.isPresent()) {
      // The drill's plan says so as well, whether it is refused itself or not.
      return restore.executed().isPresent() ? "refused while planning" : words;
    }
    // Only an execution can know what is in the body of a function: the drill is one.
    return elsewhere.planned().isEmpty() && elsewhere.executed().isPresent()
        ? "refused by both executions"
        : words + "\n  by a superuser " + elsewhere;
  }

  private Verdict drilled(Dumps dumps, Target server, Artifact artifact) {
    Scratch.OnServer scratch = new Scratch.OnServer(server, Scratch.Procedure.AS_IN_PLACE);
    return new Verdict(
        refusal(() -> dumps.method.preflightDrill(dumps.target, scratch)),
        refusal(
            () ->
                requireEqual(
                    artifact,
                    dumps.method.drill(
                        artifact,
                        dumps.unpacked(artifact),
                        scratch,
                        "run/drill",
                        Progress.SILENT))));
  }

  private static void requireEqual(Artifact artifact, Content found) {
    assertThat(artifact.manifest().content().differences(found)).isEmpty();
  }

  /** The server's own words for all that is there, by a superuser. */
  private String dumped(TestDatabase database) throws Exception {
    Path directory = Files.createTempDirectory(work, "dump");
    Path text = directory.resolve("dump.sql");
    new ClientTool(engine.tool("pg_dump").path(), database, directory)
        .run("--exclude-schema=gatehouse", "--file=" + text);
    return Files.readString(text, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.startsWith("\\restrict") && !line.startsWith("\\unrestrict"))
        .collect(Collectors.joining("\n"));
  }

  private static String difference(String before, String after) {
    List<String> old = before.lines().toList();
    List<String> now = after.lines().toList();
    return "  gone:  "
        + old.stream().filter(line -> !now.contains(line)).limit(12).toList()
        + "\n  new:   "
        + now.stream().filter(line -> !old.contains(line)).limit(12).toList();
  }

  /** Else the database could not be dropped. */
  private static void unsubscribe(TestDatabase database) throws Exception {
    String name =
        "SELECT coalesce((SELECT s.subname FROM pg_subscription s JOIN pg_database d"
            + " ON d.oid = s.subdbid WHERE d.datname = current_database() LIMIT 1), '')";
    for (String one = database.one(name); !one.isEmpty(); one = database.one(name)) {
      database.run("DROP SUBSCRIPTION \"" + one + "\"");
    }
  }
}
