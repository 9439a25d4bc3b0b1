package dev.gatehouse.core.testkit.credential;

import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.core.run.Plan;
import dev.gatehouse.core.run.Run;
import dev.gatehouse.core.run.Runner;
import dev.gatehouse.core.testkit.engine.Account;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A rotation in a process of its own, which tells when it is where it shall be killed. */
final class RotationVictim {
  private static final String AT = "at";
  private static final long PATIENCE = 240_000_000_000L;
  private static final int TOO_LATE = 9;

  private RotationVictim() {}

  /**
   * Starts it.
   *
   * @param point at which it tells
   * @param nth the how manieth of these, from 1
   * @param stays there, until it is killed; else it goes on
   */
  static Process start(RotationScene scene, String point, int nth, boolean stays)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx128m", "-cp"));
    // Surefire hides the class path in the manifest of a jar, which is slow to read.
    command.add(
        Optional.ofNullable(System.getProperty("surefire.test.class.path"))
            .orElse(System.getProperty("java.class.path")));
    command.add(RotationVictim.class.getName());
    command.addAll(
        List.of(
            scene.subject().getClass().getName(),
            scene.database().jdbcUrl(),
            scene.database().account(),
            String.join(",", scene.accounts()),
            scene.sink().toString(),
            scene.journals().toString(),
            scene.journal().map(Path::toString).orElse(""),
            point,
            "" + nth,
            "" + stays));
    Process process =
        new ProcessBuilder(command)
            .redirectError(scene.sink().resolveSibling("victim.err").toFile())
            .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(scene.database().secret().reveal(String::new).getBytes(StandardCharsets.UTF_8));
      in.write('\n');
    }
    return process;
  }

  /** Whether it got there; else it has ended, and how stands in what it said. */
  static boolean arrived(BufferedReader said, StringBuilder all) throws IOException {
    for (String line = said.readLine(); line != null; line = said.readLine()) {
      if (line.equals(AT)) {
        return true;
      }
      all.append(line).append('\n');
    }
    return false;
  }

  public static void main(String[] arguments) throws Exception {
    dieInTime();
    String password;
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      password = in.readLine();
    }
    RotationSubject subject = subject(arguments[0]);
    Account admin =
        new Account(arguments[2], Secret.of("password of the victim", password.toCharArray()));
    List<String> accounts = List.of(arguments[3].split(","));
    Path sink = Path.of(arguments[4]);
    Target target = subject.target(arguments[1], admin, accounts, sink);
    var book = subject.book(accounts, sink, Optional.empty());
    int[] left = {Integer.parseInt(arguments[8])};
    Runner runner =
        Runner.journalingTo(Path.of(arguments[5]))
            .withPoints(
                point -> {
                  if (point.endsWith(arguments[7]) && --left[0] == 0) {
                    System.out.println(AT);
                    while (arguments[9].equals("true")) {
                      LockSupport.parkNanos(PATIENCE);
                    }
                  }
                });
    try (Run run =
        arguments[6].isEmpty()
            ? runner.start(Plan.of(book, target))
            : runner.resume(book, target, Path.of(arguments[6]))) {
      RunRecord end = run.toEnd();
      System.out.println("ended " + end.state());
    } catch (RuntimeException e) {
      System.out.println("failed " + e);
      System.exit(3);
    }
  }

  private static RotationSubject subject(String name) throws ReflectiveOperationException {
    var constructor = Class.forName(name).getDeclaredConstructor();
    constructor.setAccessible(true);
    return (RotationSubject) constructor.newInstance();
  }

  /** Whoever started it may be gone. */
  private static void dieInTime() {
    Thread last =
        new Thread(
            () -> {
              long end = System.nanoTime() + PATIENCE;
              while (System.nanoTime() < end) {
                LockSupport.parkNanos(PATIENCE);
              }
              Runtime.getRuntime().halt(TOO_LATE);
            });
    last.setDaemon(true);
    last.start();
  }
}
