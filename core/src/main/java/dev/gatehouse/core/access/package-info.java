/**
 * Who may do what in a database, and why: the answer of one snapshot of its catalogue, by whatever
 * path.
 *
 * <p>Door to enter by: {@link dev.gatehouse.core.access.EffectiveAccess}, which a dialect reads.
 */
@NullMarked
package dev.gatehouse.core.access;

import org.jspecify.annotations.NullMarked;
