package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Scratch;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.words.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Restores a backup beside everything in use, has the engine check it, compares its content with
 * what the backup recorded of its source, and removes it. By default every row of every table must
 * be equal (level L4).
 *
 * <p>On a server the copy is restored by the procedure, in the order and by the kind of account of
 * a restore in place, and what that would drop first is dropped as well, in a transaction that is
 * rolled back. Where a restore in place is refused as the target is, the plan and the drill say so;
 * that a backup can be restored elsewhere is still proved.
 *
 * <p>Reports {@code level}, {@code seconds} (the measured time to restore, RTO), {@code tables} and
 * {@code rows}.
 *
 * <p>Immutable. Does not touch the target. Needs a scratch directory that this process may write,
 * or on a server the right to create databases and what the backup's objects need (roles,
 * extensions).
 *
 * @since 0.1
 */
public final class Drill implements Change {

  /** What may be set, so that each option is one copy. */
  record Options(
      List<String> patterns,
      Optional<Duration> deadline,
      List<Check> proving,
      Optional<String> name) {
    private static final Options DEFAULT =
        new Options(List.of(), Optional.empty(), List.of(), Optional.empty());
  }

  private final ArtifactSource source;
  private final DrillPlace place;
  private final Options options;

  private Drill(ArtifactSource source, DrillPlace place, Options options) {
    this.source = source;
    this.place = place;
    this.options = options;
  }

  static Drill of(ArtifactSource source, DrillPlace place) {
    return new Drill(source, place, Options.DEFAULT);
  }

  private Drill with(Options other) {
    return new Drill(source, place, other);
  }

  /** The same drill, comparing every table. That is the default. */
  public Drill sameContent() {
    return with(new Options(List.of(), options.deadline(), options.proving(), options.name()));
  }

  /**
   * The same drill, comparing the rows of these tables only ({@code *} stands for any run of
   * characters). The schema is compared as a whole. A pattern that matches no table is refused.
   */
  public Drill sameContent(String first, String... rest) {
    return with(
        new Options(
            Names.list(first, rest), options.deadline(), options.proving(), options.name()));
  }

  /**
   * The same drill, failing when it takes longer: the time the business allows for a restore.
   *
   * @throws IllegalArgumentException when not above zero
   */
  public Drill withDeadline(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new IllegalArgumentException("deadline is " + limit + ": above zero");
    }
    return with(
        new Options(options.patterns(), Optional.of(limit), options.proving(), options.name()));
  }

  /**
   * The same drill, which also asks these of the restored copy before it is removed; all must pass.
   * The copy counts as disposable, so that a check may be one that refuses any other place. What
   * they take is not a part of {@code seconds}; what they report stands behind their names.
   *
   * @throws IllegalArgumentException when two of them have the same name
   */
  public Drill proving(Check first, Check... rest) {
    List<Check> all = new ArrayList<>(options.proving());
    all.addAll(Names.list(first, rest));
    Set<String> names = new HashSet<>();
    for (Check check : all) {
      if (!names.add(check.name())) {
        throw new IllegalArgumentException(
            "two checks of a copy have the same name: name one of them, '" + check.name() + "'");
      }
    }
    return with(new Options(options.patterns(), options.deadline(), all, options.name()));
  }

  /**
   * The same drill by the product's own parallel restore. It takes less time, and rehearses another
   * procedure than that of {@code restore(...)}: what it proves holds for the backup, and not for a
   * restore in place. Refused while planning where a drill restores a file, and where an extension
   * is of another version than the one the server makes by default.
   */
  public Drill restoringInParallel() {
    return new Drill(source, place.inParallel(), options);
  }

  /**
   * The same drill under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public Drill named(String newName) {
    return with(
        new Options(
            options.patterns(),
            options.deadline(),
            options.proving(),
            Optional.of(Names.checked(newName))));
  }

  @Override
  public String name() {
    return options.name().orElse("restore drill with " + source.words());
  }

  @Override
  public List<Step> refersTo() {
    return Stream.concat(
            source.needed().stream(),
            options.proving().stream().flatMap(check -> check.refersTo().stream()))
        .distinct()
        .toList();
  }

  @Override
  public List<Secret> secrets() {
    return options.proving().stream().flatMap(check -> check.secrets().stream()).toList();
  }

  @Override
  public Undo undo() {
    return new Undo.NothingToUndo("a drill leaves the target as it is");
  }

  @Override
  public Effect bind(CheckContext reading) throws Exception {
    BackupMethod method = Artifacts.method(name(), reading.target());
    Scratch scratch = place.scratch(reading);
    method.preflightDrill(reading.target(), scratch);
    place.refuseUnwritable();
    Optional<Artifact> known =
        source instanceof CatalogueEntry ? source.known(reading) : Optional.empty();
    known.ifPresent(artifact -> DrillEffect.chosen(artifact, options.patterns()));
    List<String> preview = new ArrayList<>();
    preview.add("restore " + source.words() + " of vault " + source.place() + " " + place.words());
    known.ifPresent(
        artifact ->
            preview.add(
                artifact.manifest().words() + ", sha256 " + artifact.manifest().storedSha256()));
    if (known.isPresent()) {
      CatalogueEntry.passedOver(source.place(), known.get(), reading).ifPresent(preview::add);
    }
    preview.add(
        "compare the schema and "
            + (options.patterns().isEmpty()
                ? "every row of every table"
                : "every row of " + String.join(", ", options.patterns())));
    NotInPlace.of(method, reading.target())
        .forEach(told -> preview.add("not rehearsed: " + told.headline() + ", " + told.found()));
    options.proving().forEach(check -> preview.add("ask of the copy: " + check.name()));
    options.deadline().ifPresent(limit -> preview.add("in at most " + Names.print(limit)));
    return new DrillEffect(source, method, place, scratch, options, known, List.copyOf(preview));
  }

  @Override
  public String toString() {
    return name();
  }
}
