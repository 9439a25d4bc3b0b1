package dev.gatehouse.examples;

import dev.gatehouse.dsl.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/**
 * {@code examples/jshell FILE [ARGUMENT...]}: runs a script of JShell lines, and stops at the first
 * one that fails. The script finds the rest of the command line in {@code arguments}. The {@code
 * jshell} tool itself goes on to the next line, and so would restore after a backup that was
 * refused.
 *
 * <p>Exits with the script's {@code rc}; 70 when a line failed or nothing ran.
 */
public final class ScriptFile {

  /** What {@code --startup DEFAULT} of the tool imports. */
  private static final String DEFAULT =
      """
      import java.io.*;
      import java.math.*;
      import java.net.*;
      import java.nio.file.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.function.*;
      import java.util.prefs.*;
      import java.util.regex.*;
      import java.util.stream.*;
      """;

  /** A line failed; what it was has been printed. */
  private static final class LineFailed extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private final JShell shell;
  private int exitCode = Examples.NOT_RUN;
  private boolean ended;

  private ScriptFile(JShell shell) {
    this.shell = shell;
  }

  /** Runs the file. */
  public static void main(String... arguments) {
    if (arguments.length == 0) {
      System.err.println("examples/jshell FILE [ARGUMENT...]");
      System.exit(Examples.NOT_RUN);
    }
    System.exit(run(Path.of(arguments[0]), Arrays.asList(arguments).subList(1, arguments.length)));
  }

  /** Runs a script file in this process. */
  static int run(Path file, List<String> arguments) {
    String script;
    try {
      script = Files.readString(file);
    } catch (IOException e) {
      System.err.println("cannot read the script: " + e + "\n  fix  ls -l '" + file + "'");
      return Examples.NOT_RUN;
    }
    return run(script, arguments);
  }

  /** Runs a script in this process. */
  static int run(String script, List<String> arguments) {
    try (JShell shell =
        JShell.builder()
            .executionEngine("local")
            .compilerOptions("--class-path", System.getProperty("java.class.path"))
            .build()) {
      ScriptFile file = new ScriptFile(shell);
      file.evaluate(DEFAULT);
      file.evaluate(Shell.startup());
      file.evaluate(
          "java.util.List<String> arguments = java.util.List.of(" + literals(arguments) + ");\n");
      file.evaluate(script);
      return file.ended ? file.exitCode : file.value("rc");
    } catch (LineFailed e) {
      return Examples.NOT_RUN;
    }
  }

  private static String literals(List<String> texts) {
    return texts.stream()
        .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining(", "));
  }

  private void evaluate(String source) throws LineFailed {
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    String rest = source.stripLeading();
    while (!rest.isEmpty() && !ended) {
      String line = rest.lines().findFirst().orElse("");
      if (line.startsWith("/") && !line.startsWith("//") && !line.startsWith("/*")) {
        command(line);
        rest = rest.substring(line.length()).stripLeading();
      } else if (line.startsWith("//")) {
        rest = rest.substring(line.length()).stripLeading();
      } else {
        Next next = next(analysis, rest);
        snippet(next.source());
        rest = next.remaining().stripLeading();
      }
    }
  }

  private record Next(String source, String remaining) {}

  /** As many lines as it takes; as in the tool, an expression needs no semicolon. */
  private static Next next(SourceCodeAnalysis analysis, String rest) {
    for (int end = rest.indexOf('\n') + 1; end > 0; end = rest.indexOf('\n', end) + 1) {
      CompletionInfo lines = analysis.analyzeCompletion(rest.substring(0, end));
      if (lines.completeness().isComplete()) {
        return new Next(lines.source(), lines.remaining() + rest.substring(end));
      }
    }
    return new Next(rest, "");
  }

  private void command(String line) throws LineFailed {
    if (!line.startsWith("/exit")) {
      System.err.println(line.strip() + ": of JShell's own commands a script may use /exit only");
      throw new LineFailed();
    }
    String expression = line.substring("/exit".length()).strip();
    exitCode = value(expression.isEmpty() ? "rc" : expression);
    ended = true;
  }

  private int value(String expression) throws LineFailed {
    List<SnippetEvent> events = snippet(expression);
    return Integer.parseInt(events.get(events.size() - 1).value());
  }

  private String missing(Snippet snippet) {
    return snippet instanceof DeclarationSnippet declaration
        ? shell.unresolvedDependencies(declaration).collect(Collectors.joining(", "))
        : snippet.source();
  }

  private List<SnippetEvent> snippet(String source) throws LineFailed {
    List<SnippetEvent> events = shell.eval(source);
    for (SnippetEvent event : events) {
      JShellException thrown = event.exception();
      boolean rejected = event.status() == Snippet.Status.REJECTED;
      boolean unresolved =
          event.status() == Snippet.Status.RECOVERABLE_NOT_DEFINED
              || event.status() == Snippet.Status.RECOVERABLE_DEFINED;
      if (thrown != null || rejected || unresolved) {
        System.err.println("this line failed, and the script ends here:\n  " + source.strip());
        shell.diagnostics(event.snippet()).forEach(d -> System.err.println(d.getMessage(null)));
        if (unresolved) {
          System.err.println("it uses what is not defined: " + missing(event.snippet()));
        }
        if (thrown != null) {
          System.err.println(thrown.getMessage());
        }
        throw new LineFailed();
      }
    }
    return events;
  }
}
