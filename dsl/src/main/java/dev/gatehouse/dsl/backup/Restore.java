package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.words.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts a backup in the place of the target's content: all or nothing. The artifact is verified
 * first; then a safety backup of what is there is published in the same vault, and the undo of this
 * step restores that.
 *
 * <p>Immutable. Writes the whole target; needs the privileges the product asks for that (for SQLite
 * the file and its directory; for PostgreSQL those of the owners of all objects; for MySQL and
 * MariaDB every privilege on the database and on those beside it), and no other session may use the
 * target meanwhile.
 *
 * @since 0.1
 */
public final class Restore implements Change {
  private final ArtifactSource source;
  private final Optional<String> acceptedForeign;
  private final boolean endingSessions;
  private final Optional<Replaying> replaying;
  private final Optional<String> name;

  private Restore(
      ArtifactSource source,
      Optional<String> acceptedForeign,
      boolean endingSessions,
      Optional<Replaying> replaying,
      Optional<String> name) {
    this.source = source;
    this.replaying = replaying;
    this.acceptedForeign = acceptedForeign;
    this.endingSessions = endingSessions;
    this.name = name;
  }

  public static Restore of(ArtifactSource source) {
    return new Restore(source, Optional.empty(), false, Optional.empty(), Optional.empty());
  }

  /**
   * The same restore, ending the sessions of others in the target just before. Without it, a
   * session that is there is named and the restore refused. Refused while planning for products
   * whose sessions nobody can end.
   */
  public Restore endingSessions() {
    return new Restore(source, acceptedForeign, true, replaying, name);
  }

  /**
   * The same restore, also from a backup of another database. Without it, that is refused.
   *
   * @throws IllegalArgumentException when no reason is given
   */
  public Restore acceptingForeignSource(String why) {
    if (why.isBlank()) {
      throw new IllegalArgumentException("why is blank: a reviewer must be able to judge it");
    }
    return new Restore(source, Optional.of(why), endingSessions, replaying, name);
  }

  /**
   * The same restore under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public Restore named(String newName) {
    return new Restore(
        source, acceptedForeign, endingSessions, replaying, Optional.of(Names.checked(newName)));
  }

  /**
   * The same restore, going on with what was changed after the backup; say how far: {@code
   * .replaying(changesIn(directory)).stoppingBefore(moment)}. The plan names the place, the
   * transactions on both sides of it, and how many are replayed. Needs a backup that is chosen from
   * a catalogue and has a recovery point, and on MySQL BINLOG_ADMIN, on MariaDB BINLOG REPLAY.
   */
  public RestoreReplaying replaying(Changes changes) {
    return new RestoreReplaying(this, changes, Optional.empty());
  }

  Restore replaying(Replaying changes) {
    return new Restore(source, acceptedForeign, endingSessions, Optional.of(changes), name);
  }

  @Override
  public String name() {
    return name.orElse(
        "restore "
            + source.words()
            + replaying.map(changes -> ", replaying " + changes).orElse(""));
  }

  @Override
  public List<Step> refersTo() {
    return source.needed();
  }

  /** Restores the safety backup; an undo has none of its own. */
  @Override
  public Undo undo() {
    return source instanceof SafetyBackup
        ? new Undo.CannotBeUndone("it is itself an undo")
        : new Undo.By(
            new Restore(
                new SafetyBackup(this, source.place()),
                Optional.empty(),
                endingSessions,
                Optional.empty(),
                Optional.of("undo: " + name())));
  }

  @Override
  public Optional<Step> rewindsTo() {
    return source.needed().stream().findFirst();
  }

  /** A chosen backup is of an earlier day: what this run did in the target is not in it. */
  @Override
  public boolean rewindsPastTheRun() {
    return source instanceof CatalogueEntry;
  }

  /**
   * @throws Refusal when the dialect has no backups, when something stands in the way, or when a
   *     chosen backup is missing or foreign
   */
  @Override
  public Effect bind(CheckContext reading) throws Exception {
    BackupMethod method = Artifacts.method(name(), reading.target());
    method.preflight(reading.target(), BackupMethod.Options.DEFAULT);
    List<String> preview = new ArrayList<>();
    Optional<Artifact> known =
        source instanceof CatalogueEntry ? source.known(reading) : Optional.empty();
    if (known.isPresent()) {
      refuseForeign(known.get(), reading.target().dialect().identify(reading.connection()));
      preview.add(
          "restore "
              + known.get().manifest().words()
              + (replaying.isPresent()
                  ? ", then what was changed after it, as said below"
                  : ": what was written since then is in the safety backup alone"));
      preview.add(
          "verify it in vault "
              + source.place()
              + ", taken of "
              + known.get().manifest().source()
              + ", sha256 "
              + known.get().manifest().storedSha256());
    } else {
      preview.add("verify " + source.words() + " in vault " + source.place());
    }
    acceptedForeign.ifPresent(why -> preview.add("accepting another source: " + why));
    preview.add("safety backup into the same vault:");
    preview.addAll(method.preview(BackupMethod.Options.DEFAULT));
    preview.add("replace the content of " + reading.target().name());
    Optional<Replaying.Found> changes = Optional.empty();
    if (replaying.isPresent()) {
      replaying
          .get()
          .acceptedStatements()
          .ifPresent(why -> preview.add("accepting statements that change rows: " + why));
      changes = Optional.of(replaying.get().find(name(), reading.target(), method, known));
    }
    RestoreMethod restoring =
        changes.isPresent()
            ? changes.get().log().restoring(changes.get().replay())
            : method.restoring();
    if (restoring instanceof RestoreMethod.InTransaction replacing) {
      if (known.isPresent()) {
        replacing.refuseUnfit(known.get(), reading.target());
      }
      replacing
          .refuseUnrestorable(reading.target())
          .forEach(line -> preview.add(Outline.UNKNOWN + line));
      preview.add("all of that in one transaction, its content compared before the commit");
      if (endingSessions) {
        preview.add("ending the sessions of others in " + reading.target().name() + " before it");
      }
      return new RestoreInTransaction(
          this, method, replacing, endingSessions, known, List.copyOf(preview));
    }
    if (endingSessions) {
      throw new Refusal(
          Finding.of("restore.sessions", "the sessions of others cannot be ended here")
              .withExpected("a product whose sessions can be ended")
              .withFound(reading.target().dialect().name())
              .withFix("leave out .endingSessions() and stop the application first"));
    }
    RestoreMethod.Swap swap = (RestoreMethod.Swap) restoring;
    if (known.isPresent()) {
      swap.refuseUnfit(known.get(), reading.target());
    }
    preview.addAll(swap.refuseUnrestorable(reading.target()));
    Map<String, String> facts = changes.map(found -> found.replay().facts()).orElse(Map.of());
    return new RestoreEffect(this, method, swap, known, facts, List.copyOf(preview));
  }

  void refuseForeign(Artifact artifact, Fingerprint target) {
    String from = artifact.manifest().source();
    if (acceptedForeign.isEmpty() && !from.equals(target.identity())) {
      throw new Refusal(
          Finding.of("artifact.foreign", "artifact " + artifact.id() + " is of another database")
              .withExpected(target.identity())
              .withFound(from)
              .withFix("choose a backup of this target, or .acceptingForeignSource(\"why\")"));
    }
  }

  ArtifactSource source() {
    return source;
  }

  @Override
  public String toString() {
    return name();
  }
}
