package dev.gatehouse.postgres.access;

import dev.gatehouse.core.access.Hop;
import java.util.Optional;

/**
 * Code of which the catalogue does not tell what it does.
 *
 * @param from number of the item by which it is run
 * @param uses mask of the rights on it of which one is enough
 * @param as in whose name it runs: a role, or {@link Identity#RUNNING}
 * @param hop how it is run; empty when whatever led to it has told that
 */
record OpaqueCode(int from, int uses, int as, Optional<Hop> hop) {}
