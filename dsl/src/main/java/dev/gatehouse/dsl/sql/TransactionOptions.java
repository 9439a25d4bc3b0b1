package dev.gatehouse.dsl.sql;

import dev.gatehouse.core.dialect.TimeLimits.Limits;

/**
 * How parts are applied together.
 *
 * @param attempts how often it is tried while others stand in its way
 * @param foreignKeys whether they are enforced meanwhile, where a session can choose
 */
record TransactionOptions(Limits limits, int attempts, boolean foreignKeys) {
  static final TransactionOptions DEFAULT = new TransactionOptions(Limits.NONE, 1, true);

  TransactionOptions with(Limits other) {
    return new TransactionOptions(other, attempts, foreignKeys);
  }

  TransactionOptions tried(int times) {
    return new TransactionOptions(limits, times, foreignKeys);
  }

  TransactionOptions withoutForeignKeys() {
    return new TransactionOptions(limits, attempts, false);
  }
}
