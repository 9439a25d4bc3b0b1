/**
 * Runbooks as values: a {@link dev.gatehouse.core.model.Runbook} of {@link
 * dev.gatehouse.core.model.Gate gates} of {@link dev.gatehouse.core.model.Step steps}. Nothing here
 * executes anything.
 *
 * <p>Door to enter by: {@code Step}.
 */
@NullMarked
package dev.gatehouse.core.model;

import org.jspecify.annotations.NullMarked;
