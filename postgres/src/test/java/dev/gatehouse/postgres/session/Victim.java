package dev.gatehouse.postgres.session;

import dev.gatehouse.core.dialect.Target;
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

/** A runner in a process of its own, to be killed. Tells the session of its effect. */
final class Victim {
  private Victim() {}

  static Process start(SlowStep slow, TestDatabase database, Path journals) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(Victim.class.getName());
    command.addAll(
        List.of(slow.name(), database.jdbcUrl(), database.account(), journals.toString()));
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
    Runner.journalingTo(Path.of(arguments[3]))
        .run(Plan.of(SlowStep.valueOf(arguments[0]).runbook(), target));
  }
}
