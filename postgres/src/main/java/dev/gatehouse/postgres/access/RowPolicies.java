package dev.gatehouse.postgres.access;

import java.util.BitSet;
import java.util.List;

/**
 * Row security of a table where it is on.
 *
 * @param forced whether it holds for the owner, too
 */
record RowPolicies(boolean forced, List<RowPolicy> all) {

  /**
   * One of them.
   *
   * @param name quoted
   * @param command as pg_policy tells it
   * @param roles it is for; empty for everybody
   * @param using which rows are met; empty where it does not say
   * @param check which rows may be made; empty where it does not say
   * @param settings that its expressions read by name
   * @param columns of the table that its expressions read, quoted
   * @param calls routines of people that its expressions call
   */
  record RowPolicy(
      String name,
      char command,
      boolean permissive,
      BitSet roles,
      String using,
      String check,
      List<String> settings,
      List<String> columns,
      List<Integer> calls) {

    boolean isFor(BitSet held) {
      return roles.isEmpty() || roles.intersects(held);
    }

    boolean decides(Right right) {
      return switch (command) {
        case 'r' -> right == Right.SELECT;
        case 'a' -> right == Right.INSERT;
        case 'w' -> right == Right.UPDATE;
        case 'd' -> right == Right.DELETE;
        default -> (Right.DML & right.bit) != 0;
      };
    }
  }
}
