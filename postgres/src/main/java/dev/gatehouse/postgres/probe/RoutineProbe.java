package dev.gatehouse.postgres.probe;

import dev.gatehouse.postgres.policy.BuiltRoutine;
import dev.gatehouse.postgres.policy.OtherWays.Way;
import dev.gatehouse.postgres.policy.PrintedView;
import dev.gatehouse.postgres.probe.Answers.Told;
import dev.gatehouse.postgres.probe.EffectProbe.Does;
import dev.gatehouse.postgres.probe.RoutineStatements.Statement;
import dev.gatehouse.postgres.probe.TablePolicies.Narrowing;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One role and one routine without arguments: what it answers and changes, and both once rows hold
 * what none holds yet.
 */
final class RoutineProbe {

  /** The call is all that can be done to it. */
  private record Calls(String call) implements AnswerDoor.Statements {
    @Override
    public String deletion() {
      return call;
    }

    @Override
    public String update(String key, Map<String, String> set) {
      return call;
    }

    @Override
    public String insertion(Map<String, String> row) {
      return call;
    }

    @Override
    public boolean asksFirst() {
      return false;
    }

    @Override
    public String code(Does does) {
      return "rowsecurity.effect";
    }
  }

  private final ProbeContext table;
  private final BuiltRoutine routine;
  private final Way way;
  private final Actors actors;
  private final Answers answers;
  private final Optional<List<Crossings>> statements;

  RoutineProbe(
      ProbeContext table,
      Map<String, TenantRows> tree,
      BuiltRoutine routine,
      Way way,
      Actors actors)
      throws SQLException {
    this.table = table;
    this.routine = routine;
    this.way = way;
    this.actors = actors;
    this.answers =
        new Answers(table, List.copyOf(tree.values()), routine.words() + "()", routine.call());
    this.statements = way.beyond().isEmpty() ? statements(tree) : Optional.empty();
  }

  /** What each of its statements lets pass; none where it does no more than its caller may. */
  private Optional<List<Crossings>> statements(Map<String, TenantRows> tree) throws SQLException {
    if (!routine.definer()) {
      return Optional.of(List.of());
    }
    Optional<List<Statement>> read =
        RoutineStatements.of(table.session(), routine.body(), routine.path(), tree);
    if (read.isEmpty() || routine.body().isEmpty()) {
      return Optional.empty();
    }
    List<Crossings> all = new ArrayList<>();
    for (Statement statement : read.get()) {
      Optional<Crossings> one = crossings(statement, tree);
      if (one.isEmpty()) {
        return Optional.empty();
      }
      all.add(one.get());
    }
    return Optional.of(all);
  }

  private Optional<Crossings> crossings(Statement statement, Map<String, TenantRows> tree)
      throws SQLException {
    PrintedView query = statement.query();
    TenantRows rows = tree.get(query.from());
    if (rows == null) {
      return Optional.empty();
    }
    ProbeContext on =
        table.through(
            rows, List.of(), List.copyOf(statement.set()), statement.command().equals("d"));
    String where = query.where(rows.relation().name());
    try {
      TablePolicies policies =
          TablePolicies.of(
              on, routine.owner(), List.of(new Narrowing(routine.words() + "()", where, "")));
      Crossings crossings =
          Crossings.of(on, routine.owner(), statement.command().equals("r"), policies);
      return policies.unreadable().isEmpty()
          ? Optional.of(where.isEmpty() ? crossings : crossings.looking())
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  void in(TenantContext context) throws SQLException {
    Told told = answers.apart(context, "rowsecurity.definer", fix());
    if (statements.isEmpty()) {
      if (!actors.keepApart(way.through(), context)) {
        table
            .breaches()
            .unclear(
                "%s: what %s() does with rows that are not there yet cannot be tried: read it, then say accepting(\"%s\")"
                    .formatted(table.who(), routine.words(), routine.words()));
      }
      return;
    }
    for (Crossings one : told.isDenied() ? List.<Crossings>of() : statements.get()) {
      new ContentProbe(
              one,
              in ->
                  new AnswerDoor(
                      one.on(),
                      in,
                      answers,
                      told.rows(),
                      new Calls(routine.call()),
                      "rowsecurity.definer",
                      fix()))
          .in(context);
    }
  }

  private String fix() {
    return "ALTER FUNCTION " + routine.words() + " SECURITY INVOKER, or REVOKE EXECUTE on it";
  }
}
