/**
 * The append-only, hash-chained record of a run.
 *
 * <p>Door to enter by: {@code Journal}.
 */
@NullMarked
package dev.gatehouse.core.journal;

import org.jspecify.annotations.NullMarked;
