package dev.gatehouse.postgres.script;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.postgres.script.ScriptPiece.Command;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A line for psql, taken apart. Manual: psql, "Meta-Commands". */
record PsqlCommand(String script, int line, String text, String name, List<String> arguments) {
  private static final String IN_JAVA = "take it out; decide in the runbook, in Java";
  private static final String SHOWS_ONLY = "delete this line; it changes only what psql prints";

  private static final Set<String> KNOWN =
      Set.of(
          "set",
          "unset",
          "i",
          "include",
          "ir",
          "include_relative",
          "timing",
          "echo",
          "qecho",
          "warn");

  private static final Map<String, String> FIXES =
      Map.ofEntries(
          Map.entry("!", "take it out; a program of this machine is a step: command(\"...\")"),
          Map.entry("copy", "write COPY ... FROM stdin; with the data and a line \\. behind it"),
          Map.entry(
              "c", "take it out; a plan is bound to one target: make a runbook for the other"),
          Map.entry("connect", "take it out; a plan is bound to one target"),
          Map.entry("gexec", "write the statements that it would make; a plan prints what it runs"),
          Map.entry("g", "end the statement with a semicolon instead"),
          Map.entry("gset", "write the value, or a subquery where it is used"),
          Map.entry("if", IN_JAVA),
          Map.entry("elif", IN_JAVA),
          Map.entry("else", IN_JAVA),
          Map.entry("endif", IN_JAVA),
          Map.entry("q", "delete it and what stands behind it"),
          Map.entry("quit", "delete it and what stands behind it"),
          Map.entry("o", SHOWS_ONLY),
          Map.entry("out", SHOWS_ONLY),
          Map.entry("pset", SHOWS_ONLY),
          Map.entry("x", SHOWS_ONLY),
          Map.entry("a", SHOWS_ONLY),
          Map.entry("t", SHOWS_ONLY),
          Map.entry("encoding", "delete it, and write the script in UTF-8"),
          Map.entry("password", "take it out; a password in a script is none"),
          Map.entry("prompt", "take it out; ask with acknowledge(\"...\").by(\"role\")"),
          Map.entry("setenv", "delete it; no program is started"),
          Map.entry("watch", "take it out; say noRows(\"...\").every(ofSeconds(1))"));

  /**
   * Takes a command apart, its variables replaced.
   *
   * @throws Refusal when it is not among those that a plan can stand for
   */
  static PsqlCommand of(String script, Command command, PsqlVariables variables) {
    String text = command.text();
    int end = 1;
    while (end < text.length() && !isEndOfName(text.charAt(end))) {
      end++;
    }
    String name = text.substring(1, Math.min(text.length(), Math.max(end, 2)));
    PsqlCommand bare = new PsqlCommand(script, command.line(), text, name, List.of());
    if (!KNOWN.contains(name)) {
      throw bare.notKnown();
    }
    List<String> arguments =
        new PsqlArguments(bare, text.substring(1 + name.length()), variables).all();
    return new PsqlCommand(script, command.line(), text, name, arguments);
  }

  private static boolean isEndOfName(char c) {
    return ScriptTokens.isBlank(c) || c == '\\' || c == '\'' || c == '"' || c == ':';
  }

  /** Where it stands. */
  String where() {
    return script + ":" + line;
  }

  void refuseUnless(boolean right, String fix) {
    if (!right) {
      throw refused("script.client-command", "a psql command is not complete", text, fix);
    }
  }

  Refusal notKnown() {
    return refused(
        "script.client-command",
        "a script holds a psql command that a plan cannot stand for",
        text,
        FIXES.getOrDefault(
            name,
            "take it out; known are \\set, \\i, \\ir, \\echo and \\timing, and what only psql can do"
                + " is a step: command(\"psql\", \"-X\", \"-f\", \""
                + script
                + "\")"));
  }

  Refusal refused(String code, String headline, String found, String fix) {
    return ScriptRefusal.of(code, headline, where() + "  " + found, fix);
  }
}
