package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.NonTransactionalStatements;
import dev.gatehouse.core.dialect.NonTransactionalStatements.Placed;
import dev.gatehouse.core.dialect.ScriptReader.Script;
import dev.gatehouse.core.dialect.ScriptReader.ScriptStatement;
import dev.gatehouse.core.dialect.TimeLimits;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect.InSequence.Part;
import dev.gatehouse.core.model.Outline.Reach;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Binds statements to a target one by one, each with what takes it back. One use, one thread. */
final class SequenceBinding {
  private final SequenceOptions options;
  private final CheckContext reading;
  private final NonTransactionalStatements known;
  private final Optional<TimeLimits> limiting;
  private final List<String> pinned = new ArrayList<>();
  private final List<ScriptStatement> all = new ArrayList<>();

  private SequenceBinding(SequenceOptions options, CheckContext reading) throws SQLException {
    this.options = options;
    this.reading = reading;
    this.known =
        reading.target().dialect().nonTransactionalStatements().orElseThrow(() -> cannot(reading));
    this.limiting = Transaction.limiting(reading, options.limits());
  }

  static StatementSequence bind(SequenceOptions options, CheckContext reading) throws Exception {
    return new SequenceBinding(options, reading).bind();
  }

  /** What takes all of them back, which each of them needs. */
  static StatementSequence bindBackwards(SequenceOptions options, CheckContext reading)
      throws Exception {
    StatementSequence all = bind(options, reading);
    List<String> stay =
        all.parts().stream().filter(part -> part.inverse().isEmpty()).map(Part::name).toList();
    if (!stay.isEmpty()) {
      throw new Refusal(
          Finding.of("sequence.stays", "nothing takes back a statement of the sequence")
              .withExpected("for each script one of the same name that takes it back")
              .withFound(String.join(", ", stay))
              .withFix(
                  "write it; or say takenBackBy(...) for the scripts you have, and"
                      + " cannotBeUndone(\"why\")"));
    }
    return all.backwards();
  }

  private StatementSequence bind() throws Exception {
    Map<String, List<Placed>> back =
        options.back().isPresent() ? read(List.of(options.back().get())) : Map.of();
    Map<String, List<Placed>> scripts = read(options.statements());
    refuseUnpaired(scripts, back);
    List<Part> parts = new ArrayList<>();
    for (Map.Entry<String, List<Placed>> script : scripts.entrySet()) {
      List<Placed> lastFirst = back.getOrDefault(script.getKey(), List.of());
      List<Placed> statements = script.getValue();
      for (int at = 0; at < statements.size(); at++) {
        Optional<Placed> undo =
            lastFirst.isEmpty()
                ? Optional.empty()
                : Optional.of(lastFirst.get(statements.size() - 1 - at));
        parts.add(part(statements.get(at), undo, parts.isEmpty()));
      }
    }
    Reach reach = Transaction.reach(reading.target().dialect(), all);
    return new StatementSequence(pinned, List.copyOf(parts), options.attempts(), reach);
  }

  /** By the name of the script. */
  private Map<String, List<Placed>> read(List<Statements> statements) throws IOException {
    Map<String, List<Placed>> read = new LinkedHashMap<>();
    int written = 0;
    for (Statements some : statements) {
      for (Script found : some.scripts(pinned)) {
        Script script = found;
        if (some.written().isPresent() && ++written > 1) {
          script = Script.of(found.name() + " " + written, found.text());
        }
        List<Placed> placed = known.readEach(script);
        if (placed.isEmpty()) {
          throw Statements.empty(script);
        }
        if (read.put(script.name(), placed) != null) {
          throw new Refusal(
              Finding.of("sequence.names", "two scripts of one sequence have the same name")
                  .withExpected("a name for each, by which reports tell its statements")
                  .withFound(script.name())
                  .withFix(
                      "rename one, or make each directory a step of its own:"
                          + " statementByStatement(scripts(\"...\"))"));
        }
      }
    }
    return read;
  }

  private static void refuseUnpaired(
      Map<String, List<Placed>> scripts, Map<String, List<Placed>> back) {
    back.forEach(
        (name, statements) -> {
          List<Placed> takenBack = scripts.getOrDefault(name, List.of());
          if (takenBack.size() != statements.size()) {
            throw new Refusal(
                Finding.of("sequence.pairs", "what takes a script back does not fit to it")
                    .withExpected(
                        "in a script of the same name as many statements, the last of which takes"
                            + " back the first")
                    .withFound(
                        takenBack.isEmpty()
                            ? "no script '" + name + "' to take back"
                            : "'"
                                + name
                                + "': "
                                + takenBack.size()
                                + " statements, taken back by "
                                + statements.size())
                    .withFix("correct '" + name + "' among those that take back"));
          }
        });
  }

  private Part part(Placed placed, Optional<Placed> undo, boolean first) throws SQLException {
    if (undo.isPresent()
        && NonTransactionalEffect.PERHAPS_NOTHING.matcher(placed.statement().sql()).matches()) {
      throw new Refusal(
          Finding.of("sequence.perhaps-nothing", "what may do nothing is not to be taken back")
              .withExpected("a statement that fails where there is nothing for it to do")
              .withFound(placed.where() + "  " + placed.statement().sql())
              .withFix("take IF [NOT] EXISTS out of it, or out of what is taken back"));
    }
    Optional<Part> inverse = Optional.empty();
    if (undo.isPresent()) {
      inverse = Optional.of(bound(undo.get(), Optional.empty(), false));
    }
    return bound(placed, inverse, first && reading.targetIsFinal());
  }

  /** Behind the first one the target is another than it is now. */
  private StatementPart bound(Placed placed, Optional<Part> inverse, boolean targetIsFinal)
      throws SQLException {
    if (placed.statement().probe(reading.connection()).isEmpty()) {
      throw new Refusal(
          Finding.of("lone.no-probe", "nobody could tell whether a statement has taken effect")
              .withExpected("statements whose effect can be looked at after a failure")
              .withFound(placed.where() + "  " + placed.statement().sql())
              .withFix(
                  "make it a step of its own between two sequences:"
                      + " outsideTransaction(sql(\"...\")).appliedWhen(\"select 1 from ...\")"));
    }
    all.add(new ScriptStatement(placed.where(), 1, placed.statement().sql()));
    NonTransactionalEffect effect =
        new NonTransactionalEffect(
            placed.statement(),
            Optional.empty(),
            placed.statement().plan(reading.connection(), targetIsFinal),
            options.limits(),
            limiting,
            options.attempts(),
            inverse.isPresent(),
            Reach.TARGET);
    return new StatementPart(placed.where(), effect, inverse);
  }

  private static Refusal cannot(CheckContext reading) {
    return new Refusal(
        Finding.of("dialect.no-lone-statements", "a transaction holds all statements here")
            .withExpected("a dialect that knows statements which no transaction holds")
            .withFound(reading.target().dialect().name() + " knows none")
            .withFix("inOneTransaction(scripts(\"...\")), which is all or nothing"));
  }
}
