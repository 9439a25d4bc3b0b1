/**
 * What tests of Gatehouse, and of dialects written elsewhere, need: a settable clock, a world that
 * crashes.
 */
@NullMarked
package dev.gatehouse.core.testkit;

import org.jspecify.annotations.NullMarked;
