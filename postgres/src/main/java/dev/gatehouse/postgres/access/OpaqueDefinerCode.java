package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.Hop;

/**
 * Code that runs in somebody else's name, of which the catalogue does not tell what it does.
 *
 * @param from number of the item by which it is run
 * @param uses mask of the rights on it of which one is enough
 * @param owner in whose name it runs
 */
record OpaqueDefinerCode(int from, int uses, int owner, Hop hop) {}
