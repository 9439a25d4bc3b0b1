/**
 * Checks as dynamic tests of JUnit 5. Begin at {@link dev.gatehouse.dsl.junit.DatabaseTests};
 * {@code org.junit.jupiter:junit-jupiter-api} is the user's own.
 */
@NullMarked
package dev.gatehouse.dsl.junit;

import org.jspecify.annotations.NullMarked;
