package dev.gatehouse.dsl.file;

import java.util.List;

/**
 * A table that a source writes.
 *
 * @param at where the statement begins
 * @param names what it may be called; more than one where a convention makes it of another name
 * @param sure whether it is a statement that writes; else it may be one
 */
record WrittenTable(int at, String verb, List<TableName> names, boolean sure) {

  WrittenTable(int at, String verb, TableName name, boolean sure) {
    this(at, verb, List.of(name), sure);
  }
}
