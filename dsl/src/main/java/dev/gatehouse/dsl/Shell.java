package dev.gatehouse.dsl;

import dev.gatehouse.core.journal.RunRecord;
import dev.gatehouse.core.outcome.Bug;
import dev.gatehouse.core.report.RunText;
import dev.gatehouse.core.run.Run;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The start-up script for JShell: explicit imports and an exit code that is 70 until something ran.
 *
 * <p>JShell cannot open a file inside a jar, so it is printed: {@code java -cp ...
 * dev.gatehouse.dsl.Shell > RUNBOOK.jsh}.
 *
 * @since 0.1
 */
public final class Shell {
  private Shell() {}

  /** Prints the start-up script. */
  public static void main(String... arguments) {
    System.out.print(startup());
  }

  /** The start-up script. */
  public static String startup() {
    try (InputStream script = Shell.class.getResourceAsStream("RUNBOOK.jsh")) {
      if (script == null) {
        throw new Bug("RUNBOOK.jsh is not in the jar");
      }
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints what went wrong in a run, if anything did, and one line of recap. */
  static void tell(Run run, RunRecord record) {
    String failure = RunText.failure(record, run.journal());
    System.out.print(failure + (failure.isEmpty() ? "" : "\n") + RunText.recap(record) + "\n");
  }
}
