package dev.gatehouse.postgres.script;

import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.script.ScriptReading;
import dev.gatehouse.postgres.script.ScriptPiece.Command;
import dev.gatehouse.postgres.script.ScriptPiece.CopyBlock;
import dev.gatehouse.postgres.script.ScriptPiece.Statement;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** One reading of a script and of those it includes, with the variables they share. */
final class PsqlReading extends ScriptReading {
  private final PsqlVariables variables = new PsqlVariables();

  @Override
  protected void read(Script script, InputStream utf8) throws IOException {
    ScriptSource source = new ScriptSource(script.name(), utf8, variables);
    for (Optional<ScriptPiece> piece = source.next(); piece.isPresent(); piece = source.next()) {
      add(script, piece.get());
    }
  }

  private void add(Script script, ScriptPiece piece) throws IOException {
    if (piece instanceof Command command) {
      obey(script, command);
    } else if (piece instanceof Statement statement) {
      ScriptRules.refuseWhatEscapes(
          script.name(), statement.line(), statement.sql(), statement.tokens(), false);
      add(new ScriptStatement(script.name(), statement.line(), statement.sql()));
    } else if (piece instanceof CopyBlock copy) {
      ScriptRules.refuseWhatEscapes(script.name(), copy.line(), copy.sql(), copy.tokens(), true);
      String data = new String(copy.data().readAllBytes(), StandardCharsets.UTF_8);
      add(new ScriptStatement(script.name(), copy.line(), copy.sql(), Optional.of(data)));
    }
  }

  private void obey(Script script, Command command) {
    PsqlCommand read = PsqlCommand.of(script.name(), command, variables);
    List<String> arguments = read.arguments();
    switch (read.name()) {
      case "set" -> variables.set(read);
      case "unset" -> variables.unset(read);
      case "i", "include" -> include(script.below(path(read)), read.where());
      case "ir", "include_relative" -> include(script.beside(path(read)), read.where());
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
}
