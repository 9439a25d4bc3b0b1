package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.postgres.script.ScriptPiece.Command;
import dev.gatehouse.postgres.script.ScriptPiece.CopyBlock;
import dev.gatehouse.postgres.script.ScriptPiece.Statement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** One reading of a script and of those it includes, with the variables they share. */
final class PsqlReading {
  private static final int DEEPEST = 30;

  private final PsqlVariables variables = new PsqlVariables();
  private final Deque<String> open = new ArrayDeque<>();
  private final List<ScriptStatement> statements = new ArrayList<>();

  List<ScriptStatement> statements() {
    return List.copyOf(statements);
  }

  void read(Script script) {
    open.addLast(script.name());
    byte[] utf8 = script.text().getBytes(StandardCharsets.UTF_8);
    try {
      ScriptSource source =
          new ScriptSource(script.name(), new ByteArrayInputStream(utf8), variables);
      Optional<ScriptPiece> piece = source.next();
      while (piece.isPresent()) {
        add(script, piece.get());
        piece = source.next();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    open.removeLast();
  }

  private void add(Script script, ScriptPiece piece) throws IOException {
    if (piece instanceof Command command) {
      obey(script, command);
    } else if (piece instanceof Statement statement) {
      ScriptRules.refuseWhatEscapes(
          script.name(), statement.line(), statement.sql(), statement.tokens(), false);
      statements.add(new ScriptStatement(script.name(), statement.line(), statement.sql()));
    } else if (piece instanceof CopyBlock copy) {
      ScriptRules.refuseWhatEscapes(script.name(), copy.line(), copy.sql(), copy.tokens(), true);
      String data = new String(copy.data().readAllBytes(), StandardCharsets.UTF_8);
      statements.add(
          new ScriptStatement(script.name(), copy.line(), copy.sql(), Optional.of(data)));
    }
  }

  private void obey(Script script, Command command) {
    PsqlCommand read = PsqlCommand.of(script.name(), command, variables);
    List<String> arguments = read.arguments();
    switch (read.name()) {
      case "set" -> variables.set(read);
      case "unset" -> variables.unset(read);
      case "i", "include" -> include(script.below(path(read)), read);
      case "ir", "include_relative" -> include(script.beside(path(read)), read);
      case "timing" -> read.refuseUnless(arguments.size() <= 1, "write \\timing on");
      case "echo", "qecho", "warn" -> {}
      default -> throw read.notKnown();
    }
  }

  /** As psql does, a semicolon behind the path is none of its letters. */
  private static String path(PsqlCommand include) {
    include.refuseUnless(
        include.arguments().size() == 1, "write \\" + include.name() + " and one path");
    return include.arguments().get(0).replaceFirst(";+$", "");
  }

  private void include(Script included, PsqlCommand by) {
    if (open.contains(included.name())) {
      throw by.refused(
          "script.include-cycle",
          "a script includes itself",
          String.join(" -> ", open) + " -> " + included.name(),
          "take one of these lines out");
    }
    if (open.size() >= DEEPEST) {
      throw by.refused(
          "script.include-cycle",
          "scripts include each other more than " + DEEPEST + " deep",
          String.join(" -> ", open),
          "include them from one script, one after the other");
    }
    read(included);
  }
}
