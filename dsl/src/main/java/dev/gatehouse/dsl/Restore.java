package dev.gatehouse.dsl;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Reading;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Puts a backup in the place of the target's content: all or nothing. The artifact is verified
 * first; then a safety backup of what is there is published in the same vault, and the undo of this
 * step restores that.
 *
 * <p>Immutable. Writes the whole target; needs the privileges the product asks for that (for SQLite
 * the file and its directory), and no other session may use the target meanwhile.
 *
 * @since 0.1
 */
public final class Restore implements Change {
  private final BackupSource source;
  private final Optional<String> acceptedForeign;
  private final Optional<String> name;

  private Restore(BackupSource source, Optional<String> acceptedForeign, Optional<String> name) {
    this.source = source;
    this.acceptedForeign = acceptedForeign;
    this.name = name;
  }

  static Restore of(BackupSource source) {
    return new Restore(source, Optional.empty(), Optional.empty());
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
    return new Restore(source, Optional.of(why), name);
  }

  /**
   * The same restore under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public Restore named(String newName) {
    return new Restore(source, acceptedForeign, Optional.of(Names.checked(newName)));
  }

  @Override
  public String name() {
    return name.orElse("restore " + source.words());
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
            new Restore(new SafetyBackup(this), Optional.empty(), Optional.of("undo: " + name())));
  }

  /**
   * @throws Refusal when the dialect has no backups, when something stands in the way, or when a
   *     chosen backup is missing or foreign
   */
  @Override
  public Effect bind(Reading reading) throws Exception {
    BackupMethod method = Artifacts.method(name(), reading.target());
    method.preflight(reading.target());
    List<String> preview = new ArrayList<>();
    preview.add("verify " + source.words() + " in vault " + source.place());
    Optional<Artifact> known =
        source instanceof CatalogueEntry ? source.known(reading) : Optional.empty();
    if (known.isPresent()) {
      refuseForeign(known.get(), reading.target().dialect().identify(reading.connection()));
      preview.add(
          "artifact "
              + known.get().id()
              + " of "
              + known.get().manifest().snapshotAt()
              + ", sha256 "
              + known.get().manifest().storedSha256());
    }
    acceptedForeign.ifPresent(why -> preview.add("accepting another source: " + why));
    preview.add("safety backup into the same vault:");
    preview.addAll(method.preview(BackupMethod.Options.DEFAULT));
    preview.add("replace the content of " + reading.target().name());
    return new RestoreEffect(this, method, known, List.copyOf(preview));
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

  BackupSource source() {
    return source;
  }

  @Override
  public String toString() {
    return name();
  }
}
