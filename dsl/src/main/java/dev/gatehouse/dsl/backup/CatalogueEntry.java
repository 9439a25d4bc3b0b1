package dev.gatehouse.dsl.backup;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.NotWhole;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.model.CheckContext;
import dev.gatehouse.core.model.Outline;
import dev.gatehouse.core.model.Step;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An older backup, chosen by name or by moment. */
final class CatalogueEntry extends ArtifactSource {
  private final Destination place;
  private final @Nullable String id;
  private final @Nullable Instant moment;

  CatalogueEntry(Destination place, String id) {
    this.place = place;
    this.id = id;
    this.moment = null;
  }

  CatalogueEntry(Destination place, Instant moment) {
    this.place = place;
    this.id = null;
    this.moment = moment;
  }

  /** The call that restores that one, to paste. */
  static String java(Artifact artifact) {
    String vault = String.valueOf(artifact.directory().getParent());
    return "restore(fromCatalogue(Path.of(\""
        + vault.replace("\\", "\\\\").replace("\"", "\\\"")
        + "\")).withId(\""
        + artifact.id()
        + "\"))";
  }

  @Override
  String words() {
    return id != null
        ? "artifact " + id
        : "the newest backup of this database at or before " + moment;
  }

  @Override
  Destination place() {
    return place;
  }

  @Override
  Optional<Artifact> known(CheckContext reading) throws SQLException {
    return Optional.of(artifact(reading));
  }

  @Override
  Artifact artifact(CheckContext reading) throws SQLException {
    Vault vault =
        place.existing().orElseThrow(() -> none("no vault there", "correct the path " + place));
    if (id != null) {
      return withId(vault, id, reading);
    }
    Instant wanted = moment == null ? Instant.MIN : moment;
    if (wanted.isAfter(reading.now())) {
      throw none("a moment in the future", "name a moment before " + reading.now());
    }
    OwnBackups own = OwnBackups.of(vault, reading);
    Artifact chosen =
        own.before(wanted)
            .orElseThrow(
                () ->
                    none((own.own().isEmpty() ? "" : "none so old; ") + own.words(), own.choice()));
    refuseNewer(own.newerNotWhole(vault, chosen, wanted), chosen);
    return chosen;
  }

  private Artifact withId(Vault vault, String wanted, CheckContext reading) throws SQLException {
    try {
      return vault.withId(wanted);
    } catch (Refusal unknown) {
      if (!unknown.findings().get(0).code().equals("artifact.unknown")) {
        throw unknown;
      }
      OwnBackups own = OwnBackups.of(vault, reading);
      throw none(own.words(), own.choice());
    }
  }

  /** What was written between the two would be lost, and nobody would have said so. */
  private void refuseNewer(List<NotWhole> notWhole, Artifact chosen) {
    if (!notWhole.isEmpty()) {
      throw new Refusal(
          Finding.of("artifact.newer-damaged", "a newer backup in " + place + " is not whole")
              .withExpected(words())
              .withFound(
                  "not whole: "
                      + words(notWhole)
                      + "; the newest that is whole: "
                      + chosen.manifest().words())
              .withFix(
                  "look what is wrong with it, VaultText.of(vault); where the older one is meant:"
                      + " fromCatalogue(vault).withId(\""
                      + chosen.id()
                      + "\")"));
    }
  }

  /**
   * The line of a plan that says what is passed over by choosing one by name: what is newer and not
   * whole. No part of its digest, since that may happen to one at any time.
   */
  static Optional<String> passedOver(Destination place, Artifact chosen, CheckContext reading)
      throws SQLException {
    Optional<Vault> vault = place.existing();
    if (vault.isEmpty()) {
      return Optional.empty();
    }
    List<NotWhole> newer =
        OwnBackups.of(vault.get(), reading).newerNotWhole(vault.get(), chosen, reading.now());
    return newer.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Outline.UNKNOWN + "what was in those that are newer and not whole: " + words(newer));
  }

  static String words(List<NotWhole> notWhole) {
    return String.join(", ", notWhole.stream().map(NotWhole::words).toList());
  }

  private Refusal none(String found, String fix) {
    return new Refusal(
        Finding.of("artifact.unknown", "there is no such backup in " + place)
            .withExpected(words())
            .withFound(found)
            .withFix(fix));
  }

  @Override
  List<Step> needed() {
    return List.of();
  }

  @Override
  public String toString() {
    return words();
  }
}
