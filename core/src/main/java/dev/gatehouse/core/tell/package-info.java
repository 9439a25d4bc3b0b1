/**
 * Telling people and programs what a run does: what a channel is, what it is told, and what came of
 * it. Enter by {@link dev.gatehouse.core.tell.Channel}; {@code Runner.telling} takes them.
 */
@NullMarked
package dev.gatehouse.core.tell;

import org.jspecify.annotations.NullMarked;
