package dev.gatehouse.examples;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.GatehouseException;
import dev.gatehouse.examples.bench.Bench;
import dev.gatehouse.examples.mysql.GateA;
import dev.gatehouse.examples.mysql.MySqlBackup;
import dev.gatehouse.examples.mysql.MySqlQuickstart;
import dev.gatehouse.examples.mysql.MySqlRestore;
import dev.gatehouse.examples.postgres.PostgresExamples;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** {@code examples/run NAME}: runs one example and exits as its runbook did. */
public final class Examples {

  /** Exit code for "not run", EX_SOFTWARE of sysexits. */
  static final int NOT_RUN = 70;

  @FunctionalInterface
  private interface Body {
    int run(List<String> arguments) throws Exception;
  }

  private record Example(String name, String what, Body body) {}

  private static final List<Example> ALL =
      List.of(
          new Example(
              "quickstart",
              "preflight, backup, restore drill and migration of a SQLite shop database",
              arguments -> Quickstart.run()),
          new Example(
              "sqlite-restore",
              "a damaged SQLite database is restored while its worker is stopped",
              arguments -> SqliteRestore.run()),
          new Example(
              "mysql-quickstart",
              "[--broken]: rows in one transaction, DDL one by one, and drift, on a MariaDB shop",
              MySqlQuickstart::run),
          new Example(
              "mysql-backup",
              "[--broken]: a backup without a client program, proved, and restored after an"
                  + " accident",
              MySqlBackup::run),
          new Example(
              "mysql-restore",
              "[--broken]: service restored to the moment before an accident, by a backup and"
                  + " binary logs",
              MySqlRestore::run),
          new Example(
              "gate-a",
              "[--mysql] [--broken [legacy|outside|password|drill]]: safety preflight of a"
                  + " migration: password, least privilege, backup, drill, way back",
              GateA::run),
          new Example(
              "promotion",
              "[--broken] [--url ...]: two schemas promoted to a PostgreSQL production, phase by"
                  + " phase",
              PostgresExamples::promotion),
          new Example(
              "direct-to-production",
              "[--broken] [--url ...]: everything in one transaction, or nothing of it",
              PostgresExamples::directToProduction),
          new Example(
              "diff", "[--broken] [--url ...]: what scripts would change", PostgresExamples::diff),
          new Example(
              "backup",
              "[--broken] [--url ...]: a backup, proved by a drill",
              PostgresExamples::backup),
          new Example(
              "restore",
              "[--broken] [--url ...]: in place, from the catalogue",
              PostgresExamples::restore),
          new Example(
              "drift",
              "[--broken] [--url ...]: against a recorded baseline",
              PostgresExamples::drift),
          new Example(
              "deploy",
              "[--broken] [--url ...]: all of these in one runbook",
              PostgresExamples::deploy),
          new Example(
              "flyway",
              "[--broken] [--url ...]: a service's own migrations by Flyway, as a step",
              PostgresExamples::flyway),
          new Example(
              "score",
              "[--url ...]: how many mutants of policies and grants which expectations notice",
              PostgresExamples::score),
          new Example(
              "leftovers",
              "[--url ...]: drops the copies that drills left on a server, and nothing else",
              PostgresExamples::leftovers),
          new Example(
              "status",
              "JOURNAL|DIRECTORY: what a run waits for, and who may say it; or all runs",
              Letters::status),
          new Example(
              "people", "JOURNAL | --new-key DIRECTORY: who may decide; a key", Letters::people),
          new Example(
              "obligations",
              "DIRECTORY [--close ID --by NAME]: what is owed after the runs of these journals, or"
                  + " is done; exits 2 when overdue",
              arguments -> Obligations.run(arguments, Instant.now())),
          new Example("vault", "DIRECTORY: the backups in a vault", VaultList::run),
          new Example(
              "say",
              "JOURNAL --step STEP --role ROLE --yes|--no: answers a run that waits, from another"
                  + " process",
              arguments -> Letters.run("say", arguments)),
          new Example(
              "abort",
              "JOURNAL --why TEXT: stops a run, which undoes what it did",
              arguments -> Letters.run("abort", arguments)),
          new Example(
              "panic",
              "JOURNAL --why TEXT: stops a run at once, nothing more is touched",
              arguments -> Letters.run("panic", arguments)),
          new Example(
              "pause",
              "JOURNAL --why TEXT: stops a run before its next effect",
              arguments -> Letters.run("pause", arguments)),
          new Example(
              "confirm",
              "JOURNAL --guard GUARD: goes on in spite of a guard",
              arguments -> Letters.run("confirm", arguments)),
          new Example(
              "accept",
              "JOURNAL --step STEP --why TEXT: accepts what could not be told",
              arguments -> Letters.run("accept", arguments)),
          new Example(
              "resolve",
              "JOURNAL --step STEP --truth TRUTH --why TEXT: says what became of a step",
              arguments -> Letters.run("resolve", arguments)),
          new Example("tell", Telling.USAGE, Telling::run),
          new Example(
              "verify",
              "JOURNAL [--head HEAD] [--key KEY]: verifies a journal offline",
              VerifyJournal::run),
          new Example(
              "bench",
              "[postgres|mysql] [MEGABYTES] [ROUNDS]: measures against sqlite3, pg_dump and"
                  + " pg_restore, or mariadb-dump",
              Bench::run));

  private Examples() {}

  /** Lists the examples without a name. */
  public static void main(String... arguments) {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) {
    if (arguments.length == 0) {
      System.out.println("examples/run NAME, where NAME is one of");
      ALL.forEach(example -> System.out.printf("  %-20s %s%n", example.name(), example.what()));
      return 0;
    }
    List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
    for (Example example : ALL) {
      if (example.name().equals(arguments[0])) {
        return run(example, rest);
      }
    }
    System.err.println("no example is called '" + arguments[0] + "': examples/run lists them");
    return NOT_RUN;
  }

  private static int run(Example example, List<String> arguments) {
    try {
      return example.body().run(arguments);
    } catch (GatehouseException e) {
      System.err.println(e.getMessage());
      return NOT_RUN;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return NOT_RUN;
    } catch (SQLException e) {
      Finding unreachable =
          Finding.of("example.database", "the database does not let the example in, or go on")
              .withExpected("a server that answers at --url, and lets --account in")
              .withFound(String.valueOf(e.getMessage()))
              .withFix("see that it runs, then correct --url, --account or --password-file");
      System.err.println(unreachable.text());
      return NOT_RUN;
    } catch (Exception e) {
      e.printStackTrace();
      return NOT_RUN;
    }
  }
}
