package dev.gatehouse.core.journal;

/** The first thing wrong: at which record, of what kind, and in words. */
record Fault(long seq, Kind kind, String text) {}
