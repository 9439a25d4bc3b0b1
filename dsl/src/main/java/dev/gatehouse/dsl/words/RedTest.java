package dev.gatehouse.dsl.words;

import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.opentest4j.AssertionFailedError;

/**
 * What a test throws: with expected and actual apart where opentest4j is there, as with JUnit 5.
 */
public final class RedTest {
  private RedTest() {}

  /** An error with that message. */
  public static AssertionError of(String text, List<Finding> findings) {
    try {
      return Apart.of(text, findings);
    } catch (NoClassDefFoundError e) {
      return new AssertionError(text);
    }
  }

  /** Of an answer that is no pass: never none, so that none can be taken for one. */
  public static List<Finding> findings(Outcome outcome) {
    return outcome.findings().isEmpty()
        ? List.of(Finding.of("check.unclear", "it does not hold").withFound(outcome.toString()))
        : outcome.findings();
  }

  /** What was expected, a line for each finding that says it. */
  public static String expected(List<Finding> findings) {
    return lines(findings, Finding::expected);
  }

  /** What was found, likewise. */
  public static String actual(List<Finding> findings) {
    return lines(findings, Finding::found);
  }

  private static String lines(List<Finding> findings, Function<Finding, String> of) {
    return findings.stream()
        .map(of)
        .filter(text -> !text.isEmpty())
        .distinct()
        .collect(Collectors.joining("\n"));
  }

  /** Loaded only when it is asked. */
  private static final class Apart {
    static AssertionError of(String text, List<Finding> findings) {
      return new AssertionFailedError(text, expected(findings), actual(findings));
    }
  }
}
