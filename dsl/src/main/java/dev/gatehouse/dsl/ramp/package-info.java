/** Verbs for what is opened step by step: flags, ramps, and time in which checks must hold. */
@NullMarked
package dev.gatehouse.dsl.ramp;

import org.jspecify.annotations.NullMarked;
