package dev.gatehouse.dsl.backup;

import java.time.Instant;

/**
 * The backups of a vault, before one of them is chosen: {@code fromCatalogue(vault).withId("...")}.
 *
 * <p>Immutable.
 *
 * @since 0.1
 */
public final class Catalogue {
  private final Destination place;

  public Catalogue(Destination place) {
    this.place = place;
  }

  /** The backup of that name; refused while planning when the vault has none. */
  public ArtifactSource withId(String id) {
    return new CatalogueEntry(place, id);
  }

  /**
   * The newest backup whose content was true at that moment or before; chosen and printed while
   * planning. A moment in the future is refused: what it means could change until then.
   */
  public ArtifactSource at(Instant moment) {
    return new CatalogueEntry(place, moment);
  }

  @Override
  public String toString() {
    return "catalogue of " + place + " (not yet a backup: say withId(...) or at(...))";
  }
}
