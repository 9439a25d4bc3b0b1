/**
 * Effective access on PostgreSQL: a snapshot of its catalogue, read with a fixed number of queries,
 * and the engine's rules over it as a pure function.
 *
 * <p>Door to enter by: {@link dev.gatehouse.postgres.access.AccessSnapshot}.
 */
@NullMarked
package dev.gatehouse.postgres.access;

import org.jspecify.annotations.NullMarked;
