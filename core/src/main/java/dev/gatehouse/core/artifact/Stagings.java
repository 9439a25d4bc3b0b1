package dev.gatehouse.core.artifact;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Begins stagings and sweeps those whose process is dead. */
final class Stagings {
  private Stagings() {}

  static Staging begin(Directory root, CatalogueFile register, String key, Instant now)
      throws IOException {
    // Under the vault's lock, so that a sweep never meets a claim between its birth and its lock.
    try (VaultFileLock lock = VaultFileLock.take(root, CatalogueFile.LOCK)) {
      register.finish(lock);
      sweep(root, key);
      String id = ArtifactName.next(now);
      VaultFileLock claim = VaultFileLock.take(root, ArtifactName.claim(id));
      boolean begun = false;
      try {
        // The key first: a staging that does not tell its key would never be swept.
        claim.write(key);
        Directory directory = root.make(ArtifactName.staging(id));
        begun = true;
        return new Staging(root, register, directory, claim, id, key, now);
      } finally {
        if (!begun) {
          root.delete(ArtifactName.claim(id));
          claim.close();
        }
      }
    }
  }

  private static void sweep(Directory root, String key) throws IOException {
    for (String name : root.names().stream().filter(ArtifactName::isClaim).toList()) {
      Optional<VaultFileLock> dead = VaultFileLock.tryTake(root, name);
      if (dead.isPresent()) {
        try (VaultFileLock claim = dead.get()) {
          if (claim.text().equals(key)) {
            root.deleteDirectory(ArtifactName.staging(ArtifactName.idOfClaim(name)));
            root.delete(name);
          }
        }
      }
    }
  }
}
