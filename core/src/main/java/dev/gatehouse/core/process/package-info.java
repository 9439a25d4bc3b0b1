/**
 * Work beside the caller's own: child processes that end in bounded time and whose output takes
 * bounded memory, and pieces of work that go on at the same time and end each other.
 *
 * <p>Doors to enter by: {@code ChildProcess}, {@code SideBySide}.
 */
@NullMarked
package dev.gatehouse.core.process;

import org.jspecify.annotations.NullMarked;
