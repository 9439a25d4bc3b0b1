package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.access.NamePattern;
import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Content;
import dev.gatehouse.core.artifact.TableContent;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.StepFailed;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Unpack, restore beside everything in use, compare, remove. */
record DrillEffect(
    ArtifactSource source,
    BackupMethod method,
    DrillPlace place,
    Scratch scratch,
    Drill.Options options,
    Optional<Artifact> pinned,
    List<String> preview)
    implements Effect.External {
  private static final String PURPOSE = "drill";

  @Override
  public boolean touchesTarget() {
    return false;
  }

  @Override
  public Evidence apply(EffectContext working) throws Exception {
    Deadline deadline = Deadline.of(options.deadline());
    Artifact artifact = pinned.isPresent() ? pinned.get() : source.artifact(working);
    Content wanted = chosen(artifact, options.patterns());
    Content found;
    CopyChecks asked = new CopyChecks(options.proving(), working, deadline);
    Vault vault = source.place().open();
    try (WorkDirectory work = WorkDirectory.in(place.work(vault.root()), PURPOSE, working.key())) {
      vault.unpack(artifact, work.path());
      found =
          method.drill(
              artifact,
              work.path(),
              scratch,
              working.key(),
              asked,
              deadline.watching(working.progress()));
      asked.checkDeadline();
    }
    List<Finding> differences = wanted.differences(among(found, options.patterns()));
    if (!differences.isEmpty()) {
      throw new StepFailed(differences);
    }
    asked.requirePassed();
    NotInPlace.of(method, working.target()).forEach(working.progress()::noticed);
    int all = artifact.manifest().content().tables().size();
    return Artifacts.equal(
            asked
                .evidence(Artifacts.noted(working.evidence(), found))
                .keeping(Artifacts.ID, artifact.id()),
            options.patterns().isEmpty() ? Artifacts.EQUAL : Artifacts.EQUAL + " in chosen tables",
            artifact)
        .with("seconds", asked.seconds())
        .with("compared", compared(all))
        .with("procedure", procedure())
        .with("tables", wanted.tables().size() + " of " + all)
        .with("rows", wanted.rows());
  }

  private String procedure() {
    return scratch instanceof Scratch.OnServer server
            && server.procedure() == Scratch.Procedure.IN_PARALLEL
        ? "the product's own, in parallel: not that of a restore in place"
        : "that of a restore in place";
  }

  private String compared(int tables) {
    if (tables == 0) {
      return "every definition; the backup holds no table";
    }
    return options.patterns().isEmpty()
        ? "every definition and every recorded row"
        : "every definition, and every recorded row of " + String.join(", ", options.patterns());
  }

  /** It leaves nothing behind, so whether it ran cannot be seen, and running it again is safe. */
  @Override
  public ProbeResult probe(CheckContext reading, String key) throws IOException {
    WorkDirectory.sweep(place.work(source.place().root()), PURPOSE, key);
    return new ProbeResult(
        ProbeResult.Kind.NOT_APPLIED, "a drill proves nothing until it ends", reading.evidence());
  }

  /** What the backup recorded of the tables asked for. */
  static Content chosen(Artifact artifact, List<String> patterns) {
    Content all = artifact.manifest().content();
    List<String> names = all.tables().stream().map(TableContent::table).toList();
    for (String pattern : patterns) {
      if (names.stream().noneMatch(name -> NamePattern.of(pattern).matches(name))) {
        throw nothing("a table named like '" + pattern + "'", "tables " + names);
      }
    }
    return among(all, patterns);
  }

  private static Content among(Content all, List<String> patterns) {
    return patterns.isEmpty()
        ? all
        : all.withTables(
            all.tables().stream()
                .filter(
                    table ->
                        patterns.stream().anyMatch(p -> NamePattern.of(p).matches(table.table())))
                .toList());
  }

  private static Refusal nothing(String expected, String found) {
    return new Refusal(
        Finding.of("drill.nothing", "the restore drill would compare nothing")
            .withExpected(expected)
            .withFound(found)
            .withFix("correct sameContent(...), or leave it out to compare every table"));
  }
}
