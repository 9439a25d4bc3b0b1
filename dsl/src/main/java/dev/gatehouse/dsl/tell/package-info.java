/** Channels by which a run tells people and programs, and the step that tells and waits for it. */
@NullMarked
package dev.gatehouse.dsl.tell;

import org.jspecify.annotations.NullMarked;
