/**
 * Mutants of policies, grants and what else decides who reaches which rows: the same database with
 * one thing wrong in it, to ask whether any expectation notices.
 *
 * <p>Door to enter by: {@link dev.gatehouse.postgres.mutation.Mutants}. What is made here is SQL;
 * whoever executes it takes it back.
 */
@NullMarked
package dev.gatehouse.postgres.mutation;

import org.jspecify.annotations.NullMarked;
