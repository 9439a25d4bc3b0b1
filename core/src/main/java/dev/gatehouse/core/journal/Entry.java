package dev.gatehouse.core.journal;

import java.time.Instant;
import java.util.Map;

/**
 * One record of a journal: what happened, when, under whose lease, chained to the record before it.
 *
 * <p>Immutable.
 *
 * @param seq place in the journal, from 0
 * @param at when it happened, by the clock of whoever wrote it
 * @param epoch the lease epoch it was written under
 * @param type kind of record, such as {@code INTENT}
 * @param body facts: {@code String}, {@code Long}, {@code Boolean}, {@code List} and {@code Map}
 *     only; unmodifiable
 * @param prev lower-case hex SHA-256 of the previous record's line, 64 zeros in the first record
 * @param hash lower-case hex SHA-256 of this record's line without its line feed
 * @since 0.1
 */
public record Entry(
    long seq,
    Instant at,
    long epoch,
    String type,
    Map<String, Object> body,
    String prev,
    String hash) {}
