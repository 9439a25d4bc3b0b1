/**
 * Assertions of AssertJ over access and checks, for test suites. Begin at {@link
 * dev.gatehouse.dsl.assertj.GatehouseAssertions}; {@code org.assertj:assertj-core} is the user's
 * own.
 */
@NullMarked
package dev.gatehouse.dsl.assertj;

import org.jspecify.annotations.NullMarked;
