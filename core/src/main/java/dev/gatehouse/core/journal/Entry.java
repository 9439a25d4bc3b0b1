package dev.gatehouse.core.journal;

import java.time.Instant;
import java.util.Map;

/** One record. */
public record Entry(
    long seq,
    Instant at,
    long epoch,
    String type,
    Map<String, Object> body,
    String prev,
    String hash) {}
