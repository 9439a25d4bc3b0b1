package dev.gatehouse.core.access;

/**
 * What makes a privilege of no use that a role has: every use of it is denied, or meets no row.
 *
 * <p>Immutable.
 *
 * @param sentence what is missing, as a DBA says it: {@code owner, as whom view eng.v reads, has no
 *     SELECT on eng.teams}
 * @param fix the statement that takes it out of the way; empty where there is no simple one
 * @since 0.1
 */
public record Obstacle(String sentence, String fix) {
  @Override
  public String toString() {
    return sentence;
  }
}
