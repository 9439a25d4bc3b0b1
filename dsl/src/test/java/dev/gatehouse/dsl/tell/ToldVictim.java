package dev.gatehouse.dsl.tell;

import static dev.gatehouse.dsl.Gatehouse.gate;
import static dev.gatehouse.dsl.Gatehouse.inOneTransaction;
import static dev.gatehouse.dsl.Gatehouse.runbook;
import static dev.gatehouse.dsl.Gatehouse.sql;
import static dev.gatehouse.dsl.GatehouseOperations.waitTimer;
import static dev.gatehouse.dsl.GatehouseTelling.webhook;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Runbook;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.sqlite.Sqlite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/** A process that starts a run, or resumes it, and tells an endpoint: {@code DIRECTORY ADDRESS}. */
final class ToldVictim {
  private ToldVictim() {}

  static Optional<Path> journal(Path work) throws IOException {
    Path journals = work.resolve("journals");
    if (!Files.isDirectory(journals)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(journals)) {
      return files.filter(file -> file.toString().endsWith(".journal")).findFirst();
    }
  }

  private static Change made(String what) {
    return inOneTransaction(sql("insert into made values ('" + what + "')"))
        .named("make " + what)
        .cannotBeUndone("nobody minds");
  }

  static Runbook book() {
    return runbook(
        "told",
        gate("first", waitTimer(Duration.ofMillis(40)).named("wait 1"), made("one")),
        gate("second", waitTimer(Duration.ofMillis(40)).named("wait 2"), made("two")),
        gate("third", waitTimer(Duration.ofMillis(40)).named("wait 3"), made("three")));
  }

  public static void main(String... arguments) throws IOException {
    Path work = Path.of(arguments[0]);
    Target shop = Sqlite.file("shop", work.resolve("shop.db"));
    Runner runner =
        Runner.journalingTo(work.resolve("journals"))
            .telling(webhook(Secret.of("hook", arguments[1].toCharArray())));
    Optional<Path> journal = journal(work);
    try (Run run =
        journal.isPresent()
            ? runner.resume(book(), shop, journal.get())
            : runner.start(Plan.of(book(), shop))) {
      run.toEnd();
    }
  }
}
