package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A runner in a process of its own, to be killed or stopped. Tells how it ended, if it does. */
final class Victim {
  private Victim() {}

  static Process start(Scenario scenario, TestDatabase database, Path journals) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"));
    // Surefire hides the class path in the manifest of a jar, which is slow to read.
    command.add(
        Optional.ofNullable(System.getProperty("surefire.test.class.path"))
            .orElse(System.getProperty("java.class.path")));
    command.add(Victim.class.getName());
    command.addAll(
        List.of(scenario.name(), database.jdbcUrl(), database.account(), journals.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(database.secret().reveal(String::new).getBytes(StandardCharsets.UTF_8));
      in.write('\n');
    }
    return process;
  }

  public static void main(String[] arguments) throws Exception {
    String password;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      password = in.readLine();
    }
    Account account =
        new Account(arguments[2], Secret.of("password of the victim", password.toCharArray()));
    Target target = Targets.at(arguments[1], account);
    try {
      RunRecord end =
          Runner.journalingTo(Path.of(arguments[3]))
              .run(Plan.of(Scenario.of(arguments[0]).runbook(), target));
      System.out.println("ended " + end.state());
    } catch (Refusal refused) {
      System.out.println("refused " + refused.findings().get(0).code());
      System.exit(3);
    }
  }
}
