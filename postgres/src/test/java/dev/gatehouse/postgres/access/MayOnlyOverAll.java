package dev.gatehouse.postgres.access;

import static dev.gatehouse.dsl.GatehouseAccess.grantee;
import static dev.gatehouse.dsl.access.Privilege.SELECT;

import com.sun.management.OperatingSystemMXBean;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.testkit.At;
import dev.gatehouse.core.testkit.engine.Account;
import dev.gatehouse.core.testkit.engine.TestDatabase;
import dev.gatehouse.postgres.Targets;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;

/** One check over a whole catalogue in a JVM of its own, whose heap is as small as it is said. */
public final class MayOnlyOverAll {

  /**
   * What it took.
   *
   * @param cpu seconds of the JVM's own, however busy the machine was
   * @param heap that the JVM had at most, in MiB
   */
  public record Cost(String status, double seconds, double cpu, long heap) {}

  private MayOnlyOverAll() {}

  /** Asks it in a JVM of so many MiB. */
  public static Cost inJvmOf(int mebibytes, TestDatabase database, String roles, String tables)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + mebibytes + "m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(MayOnlyOverAll.class.getName());
    command.addAll(List.of(database.jdbcUrl(), database.account(), roles, tables));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write((database.secret().reveal(String::new) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the JVM ended with " + process.exitValue() + ": " + said);
    }
    String[] words = said.strip().split(" ");
    return new Cost(
        words[0],
        Double.parseDouble(words[1]),
        Double.parseDouble(words[2]),
        Long.parseLong(words[3]));
  }

  public static void main(String[] arguments) throws Exception {
    String password;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      password = in.readLine();
    }
    Account account =
        new Account(arguments[1], Secret.of("password of the tests", password.toCharArray()));
    Target target = Targets.at(arguments[0], account);
    Check check = grantee(arguments[2]).mayOnly(SELECT).on(arguments[3]);
    OperatingSystemMXBean machine =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    try (Connection session = target.dialect().openReading(target)) {
      long cpu = machine.getProcessCpuTime();
      long began = System.nanoTime();
      String status = check.evaluate(new At(target, session)).status().name();
      System.out.println(
          status
              + " "
              + (System.nanoTime() - began) / 1e9
              + " "
              + (machine.getProcessCpuTime() - cpu) / 1e9
              + " "
              + (Runtime.getRuntime().maxMemory() >> 20));
    }
  }
}
