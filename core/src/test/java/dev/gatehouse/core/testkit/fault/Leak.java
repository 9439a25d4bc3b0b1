package dev.gatehouse.core.testkit.fault;

/**
 * A secret that was found.
 *
 * @param place file, process or stream
 * @param form how it was written there, such as {@code raw} or {@code Base64 of UTF-8 at 0}
 */
public record Leak(String place, String form) {}
