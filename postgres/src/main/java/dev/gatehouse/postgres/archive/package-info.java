/**
 * What an archive of {@code pg_dump} says of itself: its table of contents, the rows in it, and how
 * a content names them. Reads bytes only; asks no server.
 *
 * <p>Door to enter by: {@link dev.gatehouse.postgres.archive.DumpStructure}.
 */
@NullMarked
package dev.gatehouse.postgres.archive;

import org.jspecify.annotations.NullMarked;
