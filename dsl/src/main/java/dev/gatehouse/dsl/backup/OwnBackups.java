package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.NotWhole;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.model.CheckContext;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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

  /**
   * Listed as newer than that one and not whole, whoever would have chosen it by time: no safety
   * copies, and none that are known to be of another database.
   */
  List<NotWhole> newerNotWhole(Vault vault, Artifact chosen, Instant until) {
    return vault.notWhole(chosen, until).stream()
        .filter(
            one ->
                one.manifest()
                    .map(it -> it.source().equals(identity) && !it.isSafetyCopy())
                    .orElse(true))
        .toList();
  }

  /** What there is, for those who look for one that is not there. */
  String words() {
    if (all.isEmpty()) {
      return "the vault is empty";
    }
    List<String> words = new ArrayList<>();
    words.add(
        "backups of this database: "
            + own.size()
            + newest().map(newest -> ", the newest " + name(newest)).orElse(""));
    words.add(
        "safety copies of what restores replaced: "
            + all.stream().filter(one -> isOwn(one) && one.manifest().isSafetyCopy()).count());
    words.add("of other databases: " + all.stream().filter(one -> !isOwn(one)).count());
    return String.join("; ", words);
  }

  /** How to say one by name: one of this database where there is any. */
  String choice() {
    List<Artifact> these = own.isEmpty() ? all : own;
    List<String> ids = these.stream().limit(5).map(this::name).toList();
    return ids.isEmpty()
        ? "take a backup first"
        : "choose one by name, fromCatalogue(vault).withId(...): "
            + String.join(", ", ids)
            + (these.size() > ids.size() ? " and " + (these.size() - ids.size()) + " more" : "");
  }

  private boolean isOwn(Artifact artifact) {
    return artifact.manifest().source().equals(identity);
  }

  private String name(Artifact artifact) {
    return artifact.id()
        + " of "
        + artifact.manifest().snapshotAt().truncatedTo(ChronoUnit.SECONDS)
        + (artifact.manifest().isSafetyCopy() ? " (safety copy)" : "")
        + (isOwn(artifact) ? "" : " (another database)");
  }
}
