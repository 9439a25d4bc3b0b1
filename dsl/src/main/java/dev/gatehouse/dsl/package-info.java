/** The verbs people write: runbooks, gates and steps. */
@NullMarked
package dev.gatehouse.dsl;

import org.jspecify.annotations.NullMarked;
