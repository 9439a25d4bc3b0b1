/** Runbooks one can run. */
@NullMarked
package dev.gatehouse.examples;

import org.jspecify.annotations.NullMarked;
