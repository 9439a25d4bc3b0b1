/** Verbs for what surrounds a change: commands, maintenance windows, people, gauges. */
@NullMarked
package dev.gatehouse.dsl.operation;

import org.jspecify.annotations.NullMarked;
