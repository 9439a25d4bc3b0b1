package dev.gatehouse.core.artifact;

import java.util.Optional;

/**
 * An artifact that a vault lists and does not have whole any more.
 *
 * @param id its name
 * @param manifest what it said of itself, where that is still word for word what was published;
 *     else nobody can tell whose database it is of
 * @param why what is not as it was written
 * @since 0.1
 */
public record NotWhole(String id, Optional<Manifest> manifest, String why) {

  /** In words: {@code artifact ID (its directory holds ...)}. */
  public String words() {
    return manifest.map(Manifest::words).orElse("artifact " + id) + " (" + why + ")";
  }
}
