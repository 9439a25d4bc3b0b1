package dev.gatehouse.postgres.script;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.postgres.script.ScriptVariables.Form;
import dev.gatehouse.postgres.script.ScriptVariables.Use;
import java.util.ArrayList;
import java.util.List;

/** The arguments of a line for psql, as psql reads them. */
final class PsqlArguments {
  private final PsqlCommand command;
  private final String text;
  private final PsqlVariables variables;
  private final List<String> arguments = new ArrayList<>();
  private final StringBuilder argument = new StringBuilder();
  private boolean begun;
  private int at;

  PsqlArguments(PsqlCommand command, String text, PsqlVariables variables) {
    this.command = command;
    this.text = text;
    this.variables = variables;
  }

  List<String> all() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (ScriptTokens.isBlank(c)) {
        end();
        at++;
      } else {
        begun = true;
        part(c);
      }
    }
    end();
    return List.copyOf(arguments);
  }

  private void end() {
    if (begun) {
      arguments.add(argument.toString());
      argument.setLength(0);
      begun = false;
    }
  }

  private void part(char c) {
    if (c == '\'') {
      quoted();
    } else if (c == '"') {
      int close = text.indexOf('"', at + 1);
      if (close < 0) {
        throw refused("a quoted argument does not end", "close it with \"");
      }
      // As psql does: these quotes belong to the value.
      argument.append(text, at, close + 1);
      at = close + 1;
    } else if (c == '`') {
      throw refused(
          "a psql command runs a program of this machine", "write its output instead of `...`");
    } else if (c == '\\') {
      throw refused("two psql commands stand in one line", "give each a line of its own");
    } else if (c == ':') {
      variable();
    } else {
      argument.append(c);
      at++;
    }
  }

  private void quoted() {
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length()) {
        escape(text.charAt(at++));
      } else if (c != '\'') {
        argument.append(c);
      } else if (at < text.length() && text.charAt(at) == '\'') {
        argument.append('\'');
        at++;
      } else {
        return;
      }
    }
    throw refused("a quoted argument does not end", "close it with '");
  }

  private void escape(char c) {
    switch (c) {
      case 'n' -> argument.append('\n');
      case 't' -> argument.append('\t');
      case 'b' -> argument.append('\b');
      case 'r' -> argument.append('\r');
      case 'f' -> argument.append('\f');
      case 'x', '0', '1', '2', '3', '4', '5', '6', '7' ->
          throw refused("a character is written as a number", "write the character itself");
      default -> argument.append(c);
    }
  }

  private void variable() {
    char quote = at + 1 < text.length() ? text.charAt(at + 1) : ' ';
    Form form = quote == '\'' ? Form.LITERAL : quote == '"' ? Form.IDENTIFIER : Form.BARE;
    int from = form == Form.BARE ? at + 1 : at + 2;
    int end = from;
    while (end < text.length() && PsqlVariables.isNamePart(text.charAt(end))) {
      end++;
    }
    boolean closed = form == Form.BARE || (end < text.length() && text.charAt(end) == quote);
    if (end == from || !closed) {
      argument.append(':');
      at++;
      return;
    }
    Use use = new Use(form, text.substring(from, end), command.script(), command.line(), false);
    argument.append(variables.text(use).orElseThrow());
    at = form == Form.BARE ? end : end + 1;
  }

  private Refusal refused(String headline, String fix) {
    return command.refused("script.client-command", headline, command.text(), fix);
  }
}
