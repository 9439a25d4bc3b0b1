/**
 * What a step reports: an {@link dev.gatehouse.core.outcome.Outcome} with its {@link
 * dev.gatehouse.core.outcome.Finding findings} and {@link dev.gatehouse.core.outcome.Evidence}, and
 * the {@link dev.gatehouse.core.outcome.Secret secrets} that must not be in either.
 *
 * <p>Door to enter by: {@code Outcome}.
 */
@NullMarked
package dev.gatehouse.core.outcome;

import org.jspecify.annotations.NullMarked;
