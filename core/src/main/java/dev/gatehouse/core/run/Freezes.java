package dev.gatehouse.core.run;

import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.disk.PrivateFiles;
import dev.gatehouse.core.journal.RecordCodec;
import dev.gatehouse.core.json.Json;
import dev.gatehouse.core.json.Sha256;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Targets on which nothing may begin until somebody says so: a file for each beside the journals.
 * Known by the name of the target and by the identity of its database, either of which is enough,
 * because a restore may change the one and a new address the other.
 *
 * <p>Immutable and thread-safe. People freeze by {@link Runner#freeze}; a run does by these.
 *
 * @since 0.1
 */
public final class Freezes {
  private static final String FROZEN = ".frozen";

  private final Path directory;

  Freezes(Path directory) {
    this.directory = directory;
  }

  /** Those that runners journaling to that directory are held by. */
  public static Freezes in(Path journals) {
    return new Freezes(journals.toAbsolutePath().normalize());
  }

  void freeze(String target, Fingerprint database, String who, String why, Instant at) {
    put(target, database, who, why, at, "");
  }

  /** The same for a run, whose freeze goes with it: to do it again is to do it once. */
  public void freeze(Target target, Fingerprint database, Freezer by, String why, Instant at) {
    put(target.name(), database, by.who(), why, at, by.run());
  }

  /**
   * A run that freezes its target.
   *
   * @param run its name
   * @param who started it
   */
  public record Freezer(String run, String who) {}

  private void put(
      String target, Fingerprint database, String who, String why, Instant at, String run) {
    Map<String, String> body =
        Map.of(
            "target",
            target,
            "identity",
            database.identity(),
            "who",
            who,
            "why",
            why,
            "at",
            at.toString(),
            "run",
            run);
    byte[] bytes = Json.canonical(body);
    String name = run.isEmpty() ? Sha256.of(bytes).substring(0, 16) : run;
    try {
      PrivateFiles.createDirectories(directory);
      Path part = directory.resolve("." + name + ".part");
      Files.deleteIfExists(part);
      PrivateFiles.write(part, bytes);
      Files.move(part, directory.resolve(name + FROZEN), StandardCopyOption.ATOMIC_MOVE);
      PrivateFiles.forceDirectory(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether that run keeps its target frozen. */
  public boolean frozenBy(String run) {
    return Files.exists(directory.resolve(run + FROZEN), LinkOption.NOFOLLOW_LINKS);
  }

  /** Ends what that run froze, and nothing else; what is thawed already stays so. */
  public void thaw(Freezer by, Instant at) {
    thaw(freeze -> by.run().equals(freeze.get("run")), "run " + by.run(), at);
  }

  /** What was frozen stays to be seen, under a name that says who thawed it. */
  int thaw(String target, Fingerprint database, String who, Instant at) {
    return thaw(freeze -> isOf(freeze, target, database), who, at);
  }

  private int thaw(Predicate<Map<String, Object>> which, String who, Instant at) {
    int[] thawed = {0};
    each(
        (file, freeze) -> {
          if (which.test(freeze)) {
            Map<String, Object> body = new HashMap<>(freeze);
            body.put("thawedBy", who);
            body.put("thawedAt", at.toString());
            String name = String.valueOf(file.getFileName());
            Path part = file.resolveSibling("." + name + ".part");
            Files.deleteIfExists(part);
            PrivateFiles.write(part, Json.canonical(body));
            Files.move(
                part, file.resolveSibling(name + "-thawed"), StandardCopyOption.REPLACE_EXISTING);
            Files.delete(file);
            PrivateFiles.forceDirectory(directory);
            thawed[0]++;
          }
        });
    return thawed[0];
  }

  /**
   * @param exempt who froze the target for a run of their own; empty: nobody
   */
  void refuse(String target, Fingerprint database, String exempt) {
    each(
        (file, freeze) -> {
          String who = String.valueOf(freeze.get("who"));
          if (isOf(freeze, target, database) && (exempt.isEmpty() || !exempt.equals(who))) {
            throw new Refusal(
                Finding.of("target.frozen", "target '" + target + "' is frozen by " + who)
                    .withExpected("nobody has frozen it")
                    .withFound("since " + freeze.get("at") + ": " + freeze.get("why"))
                    .withFix(fix(who, RecordCodec.text(freeze, "run"))));
          }
        });
  }

  private static String fix(String who, String run) {
    String begins = "or for a run of theirs runner.inFreezeOf(\"" + who + "\")";
    return run.isEmpty()
        ? "ask " + who + "; then runner.thaw(target, who), " + begins
        : "see run "
            + run
            + ": its thaw or its undo ends that; when it has ended without,"
            + " runner.thaw(target, who), "
            + begins;
  }

  private static boolean isOf(Map<String, Object> freeze, String target, Fingerprint database) {
    return target.equals(freeze.get("target"))
        || database.identity().equals(freeze.get("identity"));
  }

  @FunctionalInterface
  private interface Each {
    void look(Path file, Map<String, Object> freeze) throws IOException;
  }

  /** What cannot be read freezes everything: nobody knows what it was about. */
  private void each(Each each) {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + FROZEN)) {
      for (Path file : files) {
        each.look(file, read(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> read(Path file) throws IOException {
    try {
      PrivateFiles.requirePrivate(file, "target.frozen");
      return Json.parse(Files.readAllBytes(file));
    } catch (Refusal unreadable) {
      throw new Refusal(
          Finding.of("target.frozen", "a target is frozen, and nobody can tell which")
              .withExpected("a file as runner.freeze(...) writes it")
              .withFound(file + ": " + unreadable.findings().get(0).headline())
              .withFix("see who made it; remove it when nothing is frozen"));
    }
  }
}
