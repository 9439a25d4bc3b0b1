package dev.gatehouse.core.artifact;

/**
 * What a table holds, small enough to write down and exact enough to compare.
 *
 * @param table name as the database prints it
 * @param rows number of rows
 * @param digest algorithm, a colon and the value, such as {@code sha256-sum:9f...}; compared only
 *     under the same algorithm
 * @since 0.1
 */
public record TableContent(String table, long rows, String digest) {}
