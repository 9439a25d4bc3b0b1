/** Verbs that compare the structure of a database with a recorded baseline. */
@NullMarked
package dev.gatehouse.dsl.drift;

import org.jspecify.annotations.NullMarked;
