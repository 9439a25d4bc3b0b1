package dev.gatehouse.examples.bench;

import static dev.gatehouse.dsl.Gatehouse.backUp;
import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.into;
import static dev.gatehouse.dsl.Gatehouse.runbook;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Progress;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.mysql.MySql;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Our side of a pair on MariaDB, in a JVM of its own: TASK DIRECTORY URL ACCOUNT PASSWORD_FILE. */
final class MySqlOurs {
  private final Target target;
  private final Path directory;

  private MySqlOurs(Target target, Path directory) {
    this.target = target;
    this.directory = directory;
  }

  public static void main(String... arguments) throws Exception {
    String password = Files.readString(Path.of(arguments[4]), StandardCharsets.UTF_8).strip();
    Secret secret = Secret.of("password", password.toCharArray());
    Target target = Target.at("bench", arguments[2], arguments[3], secret, MySql.dialect());
    new MySqlOurs(target, Path.of(arguments[1])).run(arguments[0]);
    Measured.heap();
  }

  private void run(String task) throws Exception {
    switch (task) {
      case "backup" ->
          Measured.run(
              runbook("Backup", gate("Backup", backUp(into(vault())))),
              target,
              directory.resolve("journals"));
      case "verify" -> vault().verify(latest());
      case "unpack" -> vault().unpack(latest(), Files.createDirectory(directory.resolve("raw")));
      case "drill" -> drill();
      case "content" -> Measured.inner(() -> method().content(target, Progress.SILENT));
      default -> throw new IllegalArgumentException("no such task: " + task);
    }
  }

  private Vault vault() {
    return Vault.at(directory.resolve("vault"));
  }

  private Artifact latest() {
    return vault().artifacts().get(0);
  }

  private BackupMethod method() {
    return target.dialect().backups().orElseThrow();
  }

  /** Prints how long its parts take, without the start of the JVM. */
  private void drill() throws Exception {
    Stopwatch watch = new Stopwatch();
    Content content =
        method()
            .drill(
                latest(),
                directory.resolve("raw"),
                new Scratch.OnServer(target),
                "bench/drill",
                watch);
    if (!latest().manifest().content().differences(content).isEmpty()) {
      throw new IllegalStateException("the drill's content differs from the backup's");
    }
    watch.seconds.forEach(Measured::fact);
  }

  /** The seconds before each point, of all that have its name. */
  private static final class Stopwatch implements Progress {
    private final Map<String, Double> seconds = new TreeMap<>();
    private long last = System.nanoTime();

    @Override
    public void reached(String point) {
      seconds.merge(point, (System.nanoTime() - last) / 1e9, Double::sum);
      last = System.nanoTime();
    }

    @Override
    public void moved(long bytes, long total) {}

    @Override
    public void continuing() {}

    @Override
    public void interruptibleBy(Runnable interrupt) {}
  }
}
