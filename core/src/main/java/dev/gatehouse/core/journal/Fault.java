package dev.gatehouse.core.journal;

/** The first thing wrong: at which record, of what kind, and in words. */
record Fault(long seq, JournalDefect kind, String text) {}
