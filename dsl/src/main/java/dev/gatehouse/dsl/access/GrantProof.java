package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.GrantMethod.InSequence.GrantStatement;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect.InSequence.Part;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.ProbeResult.Kind;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.StepFailed;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The last part, which only looks: whoever goes on after a crash looks again.
 *
 * @param undone whether everything is to be as it was before, instead of as it was meant
 */
record GrantProof(GrantSequence all, boolean undone) implements Part {

  static GrantProof of(GrantSequence all) {
    return new GrantProof(all, false);
  }

  static GrantProof undone(GrantSequence all) {
    return new GrantProof(all, true);
  }

  @Override
  public String name() {
    return undone ? "entries compared" : "claims asked again";
  }

  @Override
  public List<String> preview() {
    return List.of(
        undone
            ? "each entry is as it was before the grants"
            : "each entry is as computed, and each claim holds by what can be read then");
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    List<Finding> findings = new ArrayList<>(moved(working));
    if (!undone) {
      GrantSequence.Grants grants = all.grants();
      findings.addAll(
          GrantJudgement.unmet(
              GrantPart.read(working), grants.claims(), grants.creators(), grants.scope()));
    }
    if (!findings.isEmpty()) {
      throw new StepFailed(findings);
    }
    return working.evidence().with("entries", entries().size());
  }

  /** What each entry is to be. */
  private Map<String, String> entries() {
    Map<String, String> entries = new LinkedHashMap<>();
    for (GrantStatement statement : all.statements()) {
      if (undone) {
        entries.putIfAbsent(statement.entry(), statement.before());
      } else {
        entries.put(statement.entry(), statement.after());
      }
    }
    return entries;
  }

  private List<Finding> moved(CheckContext reading) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    for (Map.Entry<String, String> one : entries().entrySet()) {
      String found = all.method().entry(reading.connection(), one.getKey());
      if (!found.equals(one.getValue())) {
        findings.add(
            Finding.of(
                    "grants.moved", "somebody else changed an entry of the grant tables meanwhile")
                .withExpected(one.getKey() + ": " + one.getValue())
                .withFound(found)
                .withFix("see who else grants here, then plan it again"));
      }
    }
    return findings;
  }

  /** Nothing of it has to be taken back. */
  @Override
  public Optional<Part> inverse() {
    return undone ? Optional.empty() : Optional.of(new Nothing());
  }

  @Override
  public ProbeResult probe(CheckContext reading, String key) {
    return new ProbeResult(Kind.NOT_APPLIED, "it only looks", reading.evidence());
  }

  private record Nothing() implements Part {
    @Override
    public String name() {
      return "nothing";
    }

    @Override
    public List<String> preview() {
      return List.of("nothing: it only looked");
    }

    @Override
    public Evidence apply(EffectContext working) {
      return working.evidence();
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) {
      return new ProbeResult(Kind.APPLIED, "there is nothing to take back", reading.evidence());
    }
  }
}
