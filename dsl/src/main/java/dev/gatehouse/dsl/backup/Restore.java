package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.dialect.BackupMethod;
import dev.gatehouse.core.dialect.Fingerprint;
import dev.gatehouse.core.dialect.RestoreMethod;
import dev.gatehouse.core.dialect.Target;
import dev.gatehouse.core.model.Change;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Effect;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.model.Undo;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.outcome.Refusals;
import dev.gatehouse.core.outcome.Secret;
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
  private final Optional<Target> account;
  private final Optional<String> name;

  private Restore(
      ArtifactSource source,
      Optional<String> acceptedForeign,
      boolean endingSessions,
      Optional<Replaying> replaying,
      Optional<Target> account,
      Optional<String> name) {
    this.account = account;
    this.source = source;
    this.replaying = replaying;
    this.acceptedForeign = acceptedForeign;
    this.endingSessions = endingSessions;
    this.name = name;
  }

  public static Restore of(ArtifactSource source) {
    return new Restore(
        source, Optional.empty(), false, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * The same restore, and its safety backup, in sessions of another account of the same database:
   * one that owns or may act for all that is there, where the one that deploys need not. Its undo
   * works as that account, too. Refused while planning where it leads to another database, or may
   * not do what the restore needs. Default: the account of the target.
   *
   * <p>When the process is killed meanwhile, the account of the target ends its session, which it
   * may do only as a member of that account, or by pg_signal_backend; else the run is resumed when
   * the server has seen that the session is gone.
   *
   * @param other such as {@code target.as(account, secret)}
   * @throws IllegalArgumentException when only a pool or no account is known of it
   */
  public Restore as(Target other) {
    return new Restore(
        source,
        acceptedForeign,
        endingSessions,
        replaying,
        Optional.of(OtherAccount.given(other)),
        name);
  }

  /**
   * The same restore, ending the sessions of others in the target just before. Without it, a
   * session that is there is named and the restore refused. Refused while planning for products
   * whose sessions nobody can end.
   */
  public Restore endingSessions() {
    return new Restore(source, acceptedForeign, true, replaying, account, name);
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
    return new Restore(source, Optional.of(why), endingSessions, replaying, account, name);
  }

  /**
   * The same restore under the name that the checklist has for it.
   *
   * @throws IllegalArgumentException when the name is blank
   */
  public Restore named(String newName) {
    return new Restore(
        source,
        acceptedForeign,
        endingSessions,
        replaying,
        account,
        Optional.of(Names.checked(newName)));
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
    return new Restore(
        source, acceptedForeign, endingSessions, Optional.of(changes), account, name);
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

  @Override
  public List<Secret> secrets() {
    return OtherAccount.secrets(account);
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
                account,
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
    Fingerprint here = reading.target().dialect().identify(reading.connection());
    Optional<OtherAccount> other = Optional.empty();
    if (account.isPresent()) {
      other = Optional.of(OtherAccount.of(name(), account.get(), here));
    }
    Target as = account.orElse(reading.target());
    BackupMethod method = Artifacts.method(name(), as);
    Refusals refusals = new Refusals();
    refusals.in(() -> method.preflight(as, BackupMethod.Options.DEFAULT));
    List<String> preview = new ArrayList<>();
    other.ifPresent(it -> preview.add("as account " + it.name() + " of the same database"));
    boolean chosen = source instanceof CatalogueEntry;
    Optional<Artifact> known =
        chosen ? refusals.in(() -> source.known(reading), Optional.empty()) : Optional.empty();
    if (known.isPresent()) {
      refusals.in(() -> refuseForeign(known.get(), here));
      preview.add(
          "restore "
              + known.get().manifest().words()
              + (replaying.isPresent()
                  ? ", then what was changed after it, as said below"
                  : ": what was written since then is in the safety backup alone"));
      CatalogueEntry.passedOver(source.place(), known.get(), reading).ifPresent(preview::add);
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
      // What is not chosen has no changes behind it.
      changes =
          chosen && known.isEmpty()
              ? Optional.empty()
              : refusals.in(
                  () -> Optional.of(replaying.get().find(name(), as, method, known)),
                  Optional.empty());
    }
    RestoreMethod restoring =
        changes.isPresent()
            ? changes.get().log().restoring(changes.get().replay())
            : method.restoring();
    if (restoring instanceof RestoreMethod.InTransaction replacing) {
      if (known.isPresent()) {
        refusals.in(() -> replacing.refuseUnfit(known.get(), as));
      }
      if (other.isPresent()) {
        refusals.in(() -> as.dialect().concurrency().refuseUnprepared(as, 1));
      }
      refusals
          .in(() -> replacing.refuseUnrestorable(as), List.<String>of())
          .forEach(line -> preview.add(Outline.UNKNOWN + line));
      refusals.refuse();
      preview.add("all of that in one transaction, its content compared before the commit");
      if (endingSessions) {
        preview.add("ending the sessions of others in " + reading.target().name() + " before it");
      }
      return new RestoreInTransaction(
          this, method, replacing, endingSessions, known, other, List.copyOf(preview));
    }
    if (endingSessions) {
      refusals.in(() -> refuseEnding(reading.target()));
    }
    RestoreMethod.Swap swap = (RestoreMethod.Swap) restoring;
    if (known.isPresent()) {
      refusals.in(() -> swap.refuseUnfit(known.get(), as));
    }
    preview.addAll(refusals.in(() -> swap.refuseUnrestorable(as), List.<String>of()));
    refusals.refuse();
    Map<String, String> facts = changes.map(found -> found.replay().facts()).orElse(Map.of());
    return new RestoreEffect(this, method, swap, known, other, facts, List.copyOf(preview));
  }

  private static void refuseEnding(Target target) {
    throw new Refusal(
        Finding.of("restore.sessions", "the sessions of others cannot be ended here")
            .withExpected("a product whose sessions can be ended")
            .withFound(target.dialect().name())
            .withFix("leave out .endingSessions() and stop the application first"));
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
