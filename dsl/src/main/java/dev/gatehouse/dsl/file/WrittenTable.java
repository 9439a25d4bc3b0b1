package dev.gatehouse.dsl.file;

/**
 * A table that a source writes.
 *
 * @param at where the statement begins
 * @param sure whether it is a statement that writes; else it may be one
 */
record WrittenTable(int at, String verb, TableName name, boolean sure) {}
