/**
 * The runbooks for PostgreSQL: what three operations documents asked for, as values.
 *
 * <p>Door to enter by: {@code PostgresExamples}.
 */
@NullMarked
package dev.gatehouse.examples.postgres;

import org.jspecify.annotations.NullMarked;
