package dev.gatehouse.postgres.mutation;

import java.util.List;

/**
 * One thing wrong, and how it comes about.
 *
 * @param table oid of the table it is about; empty when it is about none in particular
 * @param sql statements that make it, in this order
 * @param event what happened, as the end of "nobody noticed when ..."
 * @param doubt what only a person can answer
 * @param notice an expectation that would notice, pasteable
 */
record Mutant(
    Operator operator, String table, List<String> sql, String event, String doubt, String notice) {

  Mutant {
    sql = List.copyOf(sql);
  }

  /** The question that a survivor asks. */
  String question() {
    return "nobody noticed when " + event + ": " + doubt;
  }

  /** The statements in one line. */
  String statements() {
    return String.join("; ", sql);
  }

  @Override
  public String toString() {
    return operator + ": " + statements();
  }
}
