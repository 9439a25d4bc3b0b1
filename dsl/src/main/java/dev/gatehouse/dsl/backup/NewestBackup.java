package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.NotWhole;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.model.Check;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.outcome.Evidence;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Outcome;
import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.dsl.words.Names;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The newest backup of the target in a vault, as a question asked before a deploy: {@code
 * newestBackup(vault).isNoOlderThan(ofHours(24))}.
 *
 * <p>Immutable. Reads the vault, which it never makes; needs to read and write in its directory,
 * since whoever reads takes the vault's lock, and of the target no more than what tells which
 * database it is.
 *
 * @since 0.1
 */
public final class NewestBackup {
  private final Destination place;

  public NewestBackup(Destination place) {
    this.place = place;
  }

  /**
   * Passes when there is a backup of the target's own database, no safety copy of a restore, whose
   * content was true so short a time ago or less. Fails when it is older, when there is none, or
   * when a newer one is listed that is not whole any more; is INCONCLUSIVE when the vault cannot be
   * read, or nobody can tell whose database a newer one is of that is not whole. The artifact's
   * data is not looked at: see {@link Age#withEveryByteRead()}, and {@code
   * restoreDrill(fromCatalogue(vault).at(moment))}, which alone shows that it can be restored.
   *
   * @throws IllegalArgumentException when the limit is not above zero
   */
  public Age isNoOlderThan(Duration limit) {
    if (limit.isZero() || limit.isNegative()) {
      throw new IllegalArgumentException("limit is " + limit + ": above zero");
    }
    return new Age(place, limit, false);
  }

  @Override
  public String toString() {
    return "newest backup in " + place + " (not yet a check: say isNoOlderThan(...))";
  }

  /** The age of the newest backup, as a check. */
  public record Age(Destination place, Duration limit, boolean read) implements Check {
    /**
     * The same check, which also reads every byte of that backup and compares it with what was
     * published (levels L0 and L1). It is asked where it stands, and not again before each effect.
     */
    public Age withEveryByteRead() {
      return new Age(place, limit, true);
    }

    @Override
    public String name() {
      return "newest backup in " + place + " no older than " + Names.print(limit);
    }

    /** Where every byte is read, once is enough: a transaction would be kept open for it. */
    @Override
    public boolean standing() {
      return !read;
    }

    @Override
    public List<String> plan(CheckContext reading) {
      return List.of(
          "the age of the newest backup of this database in vault "
              + place
              + ", at most "
              + Names.print(limit)
              + (read ? "; every byte of it is read" : ""));
    }

    @Override
    public Outcome evaluate(CheckContext reading) throws SQLException {
      try {
        Optional<Vault> vault = place.existing();
        if (vault.isEmpty()) {
          return none(reading, "no vault there", "take a backup into it: backUp(into(vault))");
        }
        OwnBackups own = OwnBackups.of(vault.get(), reading);
        return own.newest()
            .map(
                artifact ->
                    beside(
                        own.newerNotWhole(vault.get(), artifact, reading.now()),
                        artifact,
                        judged(vault.get(), artifact, reading)))
            .orElseGet(() -> none(reading, own.words(), "take a backup: backUp(into(vault))"));
      } catch (Refusal e) {
        return Outcome.inconclusive(e.findings().get(0));
      }
    }

    private Outcome judged(Vault vault, Artifact newest, CheckContext reading) {
      Outcome age =
          NoOlderThan.judged(
              newest.manifest().snapshotAt(),
              limit,
              reading.now(),
              newest.manifest().words() + ", the newest of this database,",
              "take a backup: backUp(into(vault))");
      if (!(age instanceof Outcome.Passed passed)) {
        return age;
      }
      if (read) {
        try {
          vault.verify(newest);
        } catch (Refusal e) {
          return Outcome.failed(e.findings().get(0), passed.evidence());
        }
      }
      Evidence evidence =
          passed
              .evidence()
              .keeping(Artifacts.ID, newest.id())
              .keeping(Artifacts.SHA256, newest.manifest().storedSha256())
              .with(Artifacts.LEVEL, read ? "L1 READABLE" : "not looked at");
      return Outcome.passed(evidence);
    }

    /** What is newer and not whole is what the question is about, where it is of this database. */
    private Outcome beside(List<NotWhole> newer, Artifact whole, Outcome outcome) {
      if (newer.isEmpty() || outcome instanceof Outcome.Inconclusive) {
        return outcome;
      }
      boolean own = newer.stream().anyMatch(one -> one.manifest().isPresent());
      Finding finding =
          Finding.of(
                  "backup.newer-damaged",
                  own
                      ? "the newest backup of this database in " + place + " is not whole"
                      : "nobody can tell whose database a damaged backup in " + place + " is of")
              .withExpected("the newest backup whole, and no older than " + Names.print(limit))
              .withFound(
                  CatalogueEntry.words(newer)
                      + "; the newest that is whole: "
                      + whole.manifest().words())
              .withFix(
                  "take a backup: backUp(into(vault)); VaultText.of(vault) says what is wrong, and"
                      + " vault.rebuildCatalogue() no longer lists what was removed on purpose");
      if (outcome instanceof Outcome.Failed failed) {
        List<Finding> both = new ArrayList<>(failed.findings());
        both.add(finding);
        return new Outcome.Failed(both, failed.evidence());
      }
      return own
          ? Outcome.failed(finding, ((Outcome.Passed) outcome).evidence())
          : Outcome.inconclusive(finding);
    }

    private Outcome none(CheckContext reading, String found, String fix) {
      return Outcome.failed(
          Finding.of("backup.none", "there is no backup of this database in " + place)
              .withExpected("one no older than " + Names.print(limit))
              .withFound(found)
              .withFix(fix),
          reading.evidence());
    }

    @Override
    public String toString() {
      return name();
    }
  }
}
