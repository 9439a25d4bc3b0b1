package dev.gatehouse.core.journal;

import dev.gatehouse.core.json.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Files that records speak of, by {@code artifactFile} and {@code artifactSha256} side by side in a
 * body or anywhere inside it.
 */
final class ArtifactCheck {

  private ArtifactCheck() {}

  static List<Fault> faults(List<Entry> entries, Path directory) {
    List<Fault> faults = new ArrayList<>();
    entries.forEach(entry -> visit(entry.seq(), entry.body(), directory, faults));
    return faults;
  }

  private static void visit(long seq, Object value, Path directory, List<Fault> faults) {
    if (value instanceof Map<?, ?> map) {
      if (map.get("artifactFile") instanceof String file
          && map.get("artifactSha256") instanceof String sha256) {
        String found = sha256(directory, file);
        if (!found.equals(sha256)) {
          faults.add(
              new Fault(
                  seq, JournalDefect.ARTIFACT_MISMATCH, file + " is " + found + ", not " + sha256));
        }
      }
      map.values().forEach(inner -> visit(seq, inner, directory, faults));
    } else if (value instanceof Collection<?> list) {
      list.forEach(inner -> visit(seq, inner, directory, faults));
    }
  }

  /** The hash, or why there is none. */
  private static String sha256(Path directory, String name) {
    try {
      Path file = directory.resolve(name).normalize();
      // A record may come from an attacker: it must not make a verifier read files elsewhere.
      if (!file.startsWith(directory.normalize())
          || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        return "missing";
      }
      MessageDigest digest = Sha256.begin();
      try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          digest.update(buffer, 0, n);
        }
      }
      return Sha256.end(digest);
    } catch (InvalidPathException | IOException e) {
      return "unreadable";
    }
  }
}
