package dev.gatehouse.core.report;

import dev.gatehouse.core.artifact.Artifact;
import dev.gatehouse.core.artifact.Manifest;
import dev.gatehouse.core.artifact.Vault;
import dev.gatehouse.core.outcome.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a vault holds, by the databases it was taken of, newest first, and what is wrong with the
 * vault. The backups' data is not read.
 *
 * @since 0.1
 */
public final class VaultText {

  private VaultText() {}

  /**
   * Of all artifacts whose manifest is as the catalogue says. Needs to read and write in its
   * directory: whoever reads takes the vault's lock.
   *
   * @throws dev.gatehouse.core.outcome.Refusal when the catalogue or the checksums are damaged
   */
  public static String of(Vault vault) {
    List<Artifact> artifacts = vault.artifacts();
    Map<String, List<Artifact>> bySource = new LinkedHashMap<>();
    for (Artifact artifact : artifacts) {
      bySource
          .computeIfAbsent(artifact.manifest().source(), source -> new ArrayList<>())
          .add(artifact);
    }
    List<String> lines = new ArrayList<>();
    lines.add(vault + ": " + (artifacts.isEmpty() ? "no backup" : artifacts.size() + " in all"));
    bySource.forEach(
        (source, these) -> {
          lines.add("");
          lines.add(Plain.line(source));
          these.forEach(artifact -> lines.add(line(artifact.manifest())));
        });
    List<Finding> problems = vault.problems();
    lines.add("");
    lines.add(
        problems.isEmpty()
            ? "nothing wrong by its catalogue; vault.verify(artifact) reads every byte of one"
            : "wrong:");
    problems.forEach(problem -> lines.add(Plain.block(problem.toString())));
    return String.join("\n", lines);
  }

  private static String line(Manifest manifest) {
    String kept = manifest.versions().get(Manifest.KEPT_UNTIL);
    return Words.format(
        "  %s  %s  %-11s  %9s  %,d rows%s",
        manifest.id(),
        Words.time(manifest.snapshotAt()),
        manifest.isSafetyCopy() ? Manifest.SAFETY_COPY : Manifest.BACKUP,
        Words.bytes(manifest.storedBytes()),
        manifest.content().rows(),
        kept == null ? "" : ", kept until " + kept.replaceAll("T.*", ""));
  }
}
