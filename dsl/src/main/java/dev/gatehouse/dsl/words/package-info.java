/** Names, durations and counts as the verbs take them. */
@NullMarked
package dev.gatehouse.dsl.words;

import org.jspecify.annotations.NullMarked;
