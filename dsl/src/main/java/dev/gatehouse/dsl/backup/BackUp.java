package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.EffectContext;
import dev.gatehouse.core.model.ProbeResult;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.dsl.words.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Takes a backup of the target into a vault: one consistent snapshot, its content read under that
 * snapshot, published as a whole or not at all. As a value it stands for the artifact it makes:
 * {@code restore(dump)}, {@code restoreDrill(dump)}, {@code noOlderThan(ofMinutes(15), dump)}.
 *
 * <p>Immutable. Reads the target; needs the privilege to read all of it. Leaves it as it is.
 *
 * @since 0.1
 */
public final class BackUp extends ArtifactSource implements Change {
  private final Destination destination;
  private final BackupMethod.Options options;
  private final Optional<Duration> kept;
  private final Optional<Target> account;
  private final Optional<String> name;

  private BackUp(
      Destination destination,
      BackupMethod.Options options,
      Optional<Duration> kept,
      Optional<Target> account,
      Optional<String> name) {
    this.destination = destination;
    this.options = options;
    this.kept = kept;
    this.account = account;
    this.name = name;
  }

  public static BackUp into(Destination destination) {
    return new BackUp(
        destination,
        BackupMethod.Options.DEFAULT,
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private BackUp with(BackupMethod.Options newOptions) {
    return new BackUp(destination, newOptions, kept, account, name);
  }

  /**
   * The same backup, marked as to be kept until so long after its snapshot: in its manifest, and in
   * the evidence of this step. Gatehouse removes no artifact; whatever else clears the vault must
   * read the mark, which it cannot enforce.
   *
   * @throws IllegalArgumentException when less than a day
   */
  public BackUp keptFor(Duration time) {
    if (time.compareTo(Duration.ofDays(1)) < 0) {
      throw new IllegalArgumentException("time is " + time + ": a day or more");
    }
    return new BackUp(destination, options, Optional.of(time), account, name);
  }

  /**
   * The same backup, taken as another account of the same database, such as one that sees the rows
   * that policies hide from the account that deploys: {@code as(shop.as("backup", secret))}. The
   * plan names it, asks the privileges of it, and is refused where it leads to another database. A
   * drill of the backup takes place as that account by {@code restoreDrill(dump).into(account)}; a
   * restore, and the safety backup that it takes, are the target's own account's work.
   *
   * @throws IllegalArgumentException when only a pool or no account is known of it
   */
  public BackUp as(Target other) {
    return new BackUp(destination, options, kept, Optional.of(OtherAccount.given(other)), name);
  }

  /** The same backup, written without free space, where the product can. Default: as it is. */
  public BackUp compacted() {
    return with(options.compacted());
  }

  /**
   * The same backup, stored compressed with zstd. Default: as the product's method has it: SQLite
   * as it is, the others compressed always.
   */
  public BackUp compressed() {
    return with(options.compressed());
  }

  /**
   * The same backup, reading so many tables at the same time under one snapshot, each into a file
   * of its own: PostgreSQL's directory format. Refused while planning for products that cannot.
   * Default: one file, read in one go.
   *
   * @throws IllegalArgumentException when below 1
   */
  public BackUp inParallel(int jobs) {
    return with(options.inParallel(jobs));
  }

  /**
   * The same backup, also of these tables, whose rows no transaction holds (MyISAM, Aria, MEMORY
   * and the like): they are read as they are at that moment, which is not the one of the snapshot,
   * and writers of them wait meanwhile. The evidence names them. Without it a database that has
   * such tables is refused while planning, and so is a name that is none of them.
   */
  public BackUp acceptingWithoutSnapshot(String first, String... rest) {
    return with(options.alsoOf(Set.copyOf(Names.list(first, rest))));
  }

  /**
   * The same backup, whose rows are read at the source as well. On PostgreSQL a pg_dump that wrote
   * another value than the source has is found out; default: the rows are counted at the source,
   * and their digests are of what the dump holds. On SQLite a difference of a copy is told by
   * table; default: all pages are compared, and the rows counted. Others, and a compacted backup of
   * SQLite, which is always read row by row, refuse it while planning.
   */
  public BackUp readTwice() {
    return with(options.twice());
  }

  /**
   * The same backup under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public BackUp named(String newName) {
    return new BackUp(destination, options, kept, account, Optional.of(Names.checked(newName)));
  }

  @Override
  public String name() {
    return name.orElse("back up into " + destination);
  }

  @Override
  public Undo undo() {
    return new Undo.NothingToUndo("a backup leaves the target as it is");
  }

  @Override
  public List<Secret> secrets() {
    return OtherAccount.secrets(account);
  }

  @Override
  public Effect bind(CheckContext reading) throws Exception {
    Optional<OtherAccount> other = Optional.empty();
    if (account.isPresent()) {
      Fingerprint here = reading.target().dialect().identify(reading.connection());
      other = Optional.of(OtherAccount.of(name(), account.get(), here));
    }
    Target as = account.orElse(reading.target());
    BackupMethod method = Artifacts.method(name(), as);
    destination.existing();
    method.preflight(as, options);
    List<String> preview = new ArrayList<>();
    other.ifPresent(it -> preview.add("as account " + it.name() + " of the same database"));
    preview.addAll(method.preview(options));
    preview.add(
        "publish in vault " + destination + (options.zstd() ? ", compressed with zstd" : ""));
    kept.ifPresent(time -> preview.add("marked as to be kept for " + time.toDays() + " days"));
    return new Bound(name(), method, destination, options, kept, other, List.copyOf(preview));
  }

  private record Bound(
      String step,
      BackupMethod method,
      Destination destination,
      BackupMethod.Options options,
      Optional<Duration> kept,
      Optional<OtherAccount> other,
      List<String> preview)
      implements Effect.External {
    @Override
    public boolean touchesTarget() {
      return false;
    }

    @Override
    public Evidence apply(EffectContext working) throws Exception {
      other.ifPresent(it -> it.requireSame(step));
      return evidence(
          Artifacts.take(
              working,
              other.map(OtherAccount::login).orElse(working.target()),
              method,
              destination.open(),
              options,
              new Artifacts.Mark(Manifest.BACKUP, kept),
              working.key()));
    }

    private Evidence evidence(Artifact artifact) {
      return OtherAccount.told(other, Artifacts.evidence(artifact));
    }

    @Override
    public ProbeResult probe(CheckContext reading, String key) {
      Optional<Artifact> published = destination.existing().flatMap(vault -> vault.published(key));
      return published
          .map(
              artifact ->
                  new ProbeResult(
                      ProbeResult.Kind.APPLIED,
                      "artifact " + artifact.id() + " was published under this key",
                      evidence(artifact)))
          .orElseGet(
              () ->
                  new ProbeResult(
                      ProbeResult.Kind.NOT_APPLIED,
                      "no artifact was published under this key",
                      reading.evidence()));
    }
  }

  @Override
  String words() {
    return "the artifact that '" + name() + "' makes";
  }

  @Override
  Destination place() {
    return destination;
  }

  @Override
  Optional<Artifact> known(CheckContext reading) {
    return reading.evidenceOf(this).map(evidence -> artifact(reading));
  }

  @Override
  Artifact artifact(CheckContext reading) {
    return Artifacts.reported(destination, reading.evidenceOf(this), name(), Artifacts.ID);
  }

  @Override
  List<Step> needed() {
    return List.of(this);
  }

  @Override
  public String toString() {
    return name();
  }
}
