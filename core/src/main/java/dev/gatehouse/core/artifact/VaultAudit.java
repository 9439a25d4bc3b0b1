package dev.gatehouse.core.artifact;

import dev.gatehouse.core.artifact.Catalogue.Entry;
import dev.gatehouse.core.outcome.Finding;
import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compares what lies in the vault with what it lists. */
final class VaultAudit {
  private final Directory root;
  private final VaultScan shelf;

  VaultAudit(Directory root, VaultScan shelf) {
    this.root = root;
    this.shelf = shelf;
  }

  List<Finding> problems(CatalogueFile register) throws IOException {
    List<Finding> problems = new ArrayList<>();
    Optional<Catalogue> catalogue = Optional.empty();
    try {
      catalogue = Optional.of(register.read());
    } catch (Refusal e) {
      problems.addAll(e.findings());
    }
    for (Entry entry : catalogue.orElse(Catalogue.EMPTY).entries()) {
      collect(problems, () -> shelf.agreeing(entry));
    }
    for (String name : root.names()) {
      if (ArtifactName.isId(name) && catalogue.isPresent()) {
        if (catalogue.get().withId(name).isEmpty()) {
          problems.add(unlisted(name));
          collect(problems, () -> shelf.read(name));
        }
      } else if (ArtifactName.isId(name)) {
        collect(problems, () -> shelf.read(name));
      } else if (ArtifactName.isStaging(name) && dead(ArtifactName.idOfStaging(name))) {
        problems.add(abandoned(name));
      }
    }
    return List.copyOf(problems);
  }

  /** Refuses to say that nothing was published under a key when an unlisted manifest has it. */
  void refuseUnlisted(Catalogue catalogue, String key) throws IOException {
    for (String name : root.names()) {
      if (ArtifactName.isId(name) && catalogue.withId(name).isEmpty() && key.equals(keyOf(name))) {
        throw new Refusal(unlisted(name));
      }
    }
  }

  private String keyOf(String id) throws IOException {
    try {
      return shelf.read(id).manifest().key();
    } catch (Refusal e) {
      return "";
    }
  }

  private boolean dead(String id) throws IOException {
    String claim = ArtifactName.claim(id);
    if (!root.has(claim)) {
      return true;
    }
    try (VaultFileLock free = VaultFileLock.tryTake(root, claim).orElse(null)) {
      return free != null;
    }
  }

  private Finding unlisted(String id) {
    return VaultRefusals.finding(
        "artifact.unlisted",
        "directory " + root.at(id) + " is not in the catalogue",
        "an entry for each artifact",
        "none for " + id,
        "find out who put it there; if it is yours, vault.rebuildCatalogue() lists it");
  }

  private Finding abandoned(String name) {
    return VaultRefusals.finding(
        "vault.abandoned-staging",
        "a backup was begun and its process is dead",
        "no " + root.at(name),
        "what it left",
        "rm -r '" + root.at(name) + "'");
  }

  /** A look at one artifact. */
  @FunctionalInterface
  private interface Look {
    Object look() throws IOException;
  }

  private static void collect(List<Finding> problems, Look look) throws IOException {
    try {
      look.look();
    } catch (Refusal e) {
      problems.addAll(e.findings());
    }
  }
}
