package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.model.CheckContext;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * The backups of a vault that are of the target, newest first. A vault may hold those of other
 * databases, and safety copies of what a restore replaced: neither is meant by a time.
 *
 * @param own of the target, made to be restored
 * @param all whatever the vault holds, newest first
 * @param identity of the target, as its backups say it
 */
record OwnBackups(List<Artifact> own, List<Artifact> all, String identity) {

  static OwnBackups of(Vault vault, CheckContext reading) throws SQLException {
    String identity = reading.target().dialect().identify(reading.connection()).identity();
    List<Artifact> all = vault.artifacts();
    return new OwnBackups(
        all.stream()
            .filter(artifact -> artifact.manifest().source().equals(identity))
            .filter(artifact -> !artifact.manifest().isSafetyCopy())
            .toList(),
        all,
        identity);
  }

  Optional<Artifact> newest() {
    return own.stream().findFirst();
  }

  /** The newest whose content was true then or before. */
  Optional<Artifact> before(Instant moment) {
    return own.stream()
        .filter(artifact -> !artifact.manifest().snapshotAt().isAfter(moment))
        .findFirst();
  }

  /** What there is, for those who look for one that is not there. */
  String words() {
    if (all.isEmpty()) {
      return "the vault is empty";
    }
    long safety = all.stream().filter(this::isSafetyCopy).count();
    long others = all.stream().filter(artifact -> !isOwn(artifact)).count();
    return (own.isEmpty() ? "of this database: " : "none so old; of this database: ")
        + (own.isEmpty() ? "none" : count(own.size(), "backup") + ", newest " + name(own.get(0)))
        + (safety == 0 ? "" : "; " + count(safety, "safety copy") + " of what restores replaced")
        + (others == 0 ? "" : "; " + others + " of other databases");
  }

  private static String count(long number, String what) {
    return number
        + " "
        + (number == 1 ? what : what.endsWith("y") ? what.replaceAll("y$", "ies") : what + "s");
  }

  /** How to say another one by name. */
  String choice() {
    List<String> ids = all.stream().limit(5).map(OwnBackups::name).toList();
    return ids.isEmpty()
        ? "take a backup first"
        : "choose one by name, fromCatalogue(vault).withId(...): "
            + String.join(", ", ids)
            + (all.size() > ids.size() ? " and " + (all.size() - ids.size()) + " more" : "");
  }

  private boolean isOwn(Artifact artifact) {
    return artifact.manifest().source().equals(identity);
  }

  private boolean isSafetyCopy(Artifact artifact) {
    return isOwn(artifact) && artifact.manifest().isSafetyCopy();
  }

  private static String name(Artifact artifact) {
    return artifact.id()
        + " of "
        + artifact.manifest().snapshotAt().truncatedTo(ChronoUnit.SECONDS)
        + (artifact.manifest().isSafetyCopy() ? " (safety copy)" : "");
  }
}
