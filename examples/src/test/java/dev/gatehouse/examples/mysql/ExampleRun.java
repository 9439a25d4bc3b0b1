package dev.gatehouse.examples.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.dsl.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** One run of an example as a person calls it. */
@FunctionalInterface
interface ExampleRun {
  int run(List<String> arguments) throws Exception;

  /** What it prints when it ends with that exit code; no gate is closed by a run before. */
  default String said(int exit, String... arguments) throws Exception {
    Session.reset("another test");
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    int ended;
    try {
      ended = run(List.of(arguments));
    } finally {
      System.setOut(before);
    }
    String said = bytes.toString(StandardCharsets.UTF_8);
    assertThat(ended).as(said).isEqualTo(exit);
    return said + plans(said);
  }

  /** Each plan that it names, whole. */
  private static String plans(String said) throws IOException {
    StringBuilder plans = new StringBuilder();
    for (MatchResult plan : Pattern.compile("whole plan (.+)").matcher(said).results().toList()) {
      plans.append(Files.readString(Path.of(plan.group(1))));
    }
    return plans.toString();
  }
}
