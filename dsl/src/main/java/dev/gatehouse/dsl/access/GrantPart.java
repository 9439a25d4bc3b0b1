package dev.gatehouse.dsl.access;

import dev.gatehouse.core.access.EffectiveAccess;
import dev.gatehouse.core.dialect.GrantMethod.InSequence.Back;
import dev.gatehouse.core.dialect.GrantMethod.InSequence.GrantStatement;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect.InSequence.Part;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One GRANT or REVOKE, or what takes it back. Of a REVOKE alone it is judged what everybody gained
 * by it: a GRANT gives what it names, and what that comes to was judged while planning.
 *
 * @param back whether it puts back what stood before
 */
record GrantPart(GrantSequence all, GrantStatement statement, boolean back) implements Part {

  static GrantPart forth(GrantSequence all, GrantStatement statement) {
    return new GrantPart(all, statement, false);
  }

  static GrantPart back(GrantSequence all, GrantStatement statement) {
    return new GrantPart(all, statement, true);
  }

  @Override
  public String name() {
    return back ? "taking back " + statement.name() : statement.name();
  }

  /** In order; of a grant it is one. */
  private List<Back> acts() {
    return back ? statement.inverse() : List.of(new Back(statement.sql(), statement.after()));
  }

  private String from() {
    return back ? statement.after() : statement.before();
  }

  private String to() {
    return back ? statement.before() : statement.after();
  }

  @Override
  public List<String> preview() {
    List<String> lines = new ArrayList<>();
    acts().forEach(act -> lines.add(act.sql()));
    lines.add("-- the entry: " + from() + " -> " + to());
    return lines;
  }

  @Override
  public String bound() {
    return back ? "" : GrantStatementText.of(statement);
  }

  @Override
  public Optional<Part> inverse() {
    return back ? Optional.empty() : Optional.of(back(all, statement));
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    Connection connection = working.connection();
    List<Back> left = left(connection);
    if (back || !statement.takes()) {
      execute(connection, left);
      return working.evidence().with("entry", from() + " -> " + to());
    }
    EffectiveAccess before = read(working);
    execute(connection, left);
    EffectiveAccess after = read(working);
    GrantSequence.Grants grants = all.grants();
    GrantJudgement gains =
        GrantJudgement.gains(
            all.method().outcome(before, after, List.of(statement)),
            grants.claims(),
            grants.creators(),
            grants.accepted());
    if (!gains.findings().isEmpty()) {
      throw new StepFailed(gains.findings());
    }
    return working
        .evidence()
        .with("entry", from() + " -> " + to())
        .with("effect", GrantEffect.cut(gains.effect()));
  }

  /** What is still to be executed: nothing of it, or of what takes back a rest. */
  private List<Back> left(Connection connection) throws SQLException {
    String now = all.method().entry(connection, statement.entry());
    for (int at = 0; at < acts().size() - 1; at++) {
      if (acts().get(at).leaves().equals(now)) {
        return acts().subList(at + 1, acts().size());
      }
    }
    require(now, from(), "grants.moved", "is not as it was planned on");
    return acts();
  }

  private void execute(Connection connection, List<Back> left) throws SQLException {
    for (Back act : left) {
      all.method().execute(connection, act.sql());
      String now = all.method().entry(connection, statement.entry());
      require(now, act.leaves(), "grants.other", "is not what the statement was to leave");
    }
  }

  static EffectiveAccess read(CheckContext reading) throws SQLException {
    return AccessQuestion.reader("grants", reading.target()).read(reading.connection());
  }

  private void require(String found, String expected, String code, String otherwise) {
    if (!found.equals(expected)) {
      throw new StepFailed(
          Finding.of(code, "an entry of the grant tables " + otherwise)
              .withExpected(expected)
              .withFound(found)
              .withFix(
                  "see who else grants here, then plan it again; the statement is "
                      + acts().get(0).sql()));
    }
  }

  @Override
  public ProbeResult probe(CheckContext reading, String key) throws Exception {
    String now = all.method().entry(reading.connection(), statement.entry());
    boolean between = acts().stream().anyMatch(act -> act.leaves().equals(now));
    Kind kind =
        now.equals(to())
            ? Kind.APPLIED
            : now.equals(from()) ? Kind.NOT_APPLIED : between ? Kind.REPEATABLE : Kind.UNKNOWN;
    return new ProbeResult(
        kind, "the entry is: " + now, reading.evidence().with("entry", from() + " -> " + now));
  }
}
